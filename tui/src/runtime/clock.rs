//! The one place of the console where the time is read.

use hello_model::time::Now;
use jiff::Timestamp;

/// Returns the present.
pub fn now() -> Now {
    Now { instant: tokio::time::Instant::now().into_std(), wall: Timestamp::now() }
}
