//! The one place of the console where the time is read.

use jiff::Timestamp;

use crate::domain::time::Now;

/// Returns the present.
pub fn now() -> Now {
    Now { instant: tokio::time::Instant::now().into_std(), wall: Timestamp::now() }
}
