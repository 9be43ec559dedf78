//! How the command line writes times.

use hello_model::{filter::Clock, time::Timestamp};
use hello_state::present::Format;
use jiff::tz::TimeZone;

/// Returns how times are written: in the user's zone, with the year. Ages count up to now.
pub(super) fn format() -> Format {
    Format { clock: Clock { now: Timestamp::now(), zone: TimeZone::system() }, has_year: true }
}
