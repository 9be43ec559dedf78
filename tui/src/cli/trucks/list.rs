//! `hello-tui trucks list`.

use hello_model::{
    failure::{Failure, Kind},
    truck::{Truck, TruckStatus},
};

use hello_state::present::truck;

use super::{Connected, Error, Out, table};
use crate::cli::{filter::FilterArgs, format::format};

#[derive(Debug, clap::Args)]
pub(in super::super) struct List {
    /// Only trucks of this status: active, maintenance or retired; may be given several times
    #[arg(long, value_name = "STATUS")]
    status: Vec<TruckStatus>,
    /// Only trucks with this text in make, model or plate
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    filter: FilterArgs,
}

/// Lists the trucks that the flags select.
pub(super) async fn run(args: List, connected: &Connected, out: &Out) -> Result<(), Error> {
    let filter = args.filter.read(&truck::COLUMNS)?;
    let fleet = connected.services.trucks.list().await?;
    let wanted = args.search.map(|text| text.to_lowercase());
    let fits = |truck: &&Truck| {
        let text =
            format!("{} {} {}", truck.make, truck.model, truck.license_plate.as_deref().unwrap_or_default());
        (args.status.is_empty() || args.status.contains(&truck.status))
            && wanted.as_ref().is_none_or(|wanted| text.to_lowercase().contains(wanted))
    };
    let limit = args.limit.unwrap_or(usize::MAX);
    let mut trucks = truck::COLUMNS.passing(fleet.trucks.items.iter().filter(fits), &filter, &format());
    trucks.truncate(limit);
    out.print(&trucks, || table(trucks.iter().copied()))?;
    match fleet.unread {
        // A failure tells scripts that the list is incomplete.
        Some(why) if trucks.len() < limit => Err(not_all(why).into()),
        _ => Ok(()),
    }
}

/// Creates the failure for an incomplete list.
fn not_all(why: String) -> Failure {
    Failure::new(Kind::Unexpected, "listing the trucks", why)
        .hint("read the others from the service with another client")
}
