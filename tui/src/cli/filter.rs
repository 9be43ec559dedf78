//! `--filter`: the filter language of the screens.

use hello_model::{
    failure::{Failure, Kind},
    filter::Filter,
};
use hello_state::present::Columns;

/// The flag of every list.
#[derive(Debug, Default, clap::Args)]
pub(super) struct FilterArgs {
    /// Only rows that pass, as on the screens: words, column:value, column>value, "exact text", !not
    #[arg(long, value_name = "FILTER")]
    filter: Option<String>,
}

impl FilterArgs {
    /// Reads the filter for rows with these columns. A mistake in it is misuse.
    pub(super) fn read<T>(&self, columns: &Columns<T>) -> Result<Filter, Failure> {
        let filter = Filter::parse(self.filter.as_deref().unwrap_or_default());
        filter.check(&columns.fields()).map_err(|mistake| {
            Failure::new(Kind::NotConfigured, "reading --filter", mistake.why).hint(mistake.hint)
        })?;
        Ok(filter)
    }
}
