//! The only place where the console reads the time.

use hello_model::time::Now;
use jiff::Timestamp;

/// Returns the current time.
pub fn now() -> Now {
    Now { instant: tokio::time::Instant::now().into_std(), wall: Timestamp::now() }
}
