//! The current time, as it is stored.

use jiff::Timestamp;

/// Returns the time in whole microseconds, the precision of the store, so that a response equals a later read.
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
