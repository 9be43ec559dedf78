//! The moment that is written down.

use jiff::Timestamp;

/// Returns the time to the microsecond, which is all that a store keeps: an answer equals what is read later.
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
