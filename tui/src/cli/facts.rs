//! What the table of one thing and of many things have in common.

use hello_model::time::Timestamp;
use jiff::tz::TimeZone;

use super::table::Table;

/// Makes the table of one thing: a row for each field that has a value.
pub(super) fn facts<'f>(facts: impl IntoIterator<Item = (&'f str, Option<String>)>) -> Table {
    let row = |(name, value): (&str, Option<String>)| Some(vec![name.to_owned(), value?]);
    Table::new(&["FIELD", "VALUE"], facts.into_iter().filter_map(row)).whole()
}

/// Writes a moment in the user's zone, or a dash.
pub(super) fn moment(at: Option<Timestamp>) -> String {
    let write = |at: Timestamp| at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    at.map_or_else(|| "–".to_owned(), write)
}

/// Returns a text, or a dash when there is none.
pub(super) fn or_dash(text: Option<&str>) -> String {
    text.filter(|text| !text.is_empty()).unwrap_or("–").to_owned()
}
