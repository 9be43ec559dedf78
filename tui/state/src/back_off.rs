//! When a failed request is made again.

use std::time::{Duration, Instant};

use hello_model::{
    failure::{Failure, Kind},
    time::Now,
};

/// The longest wait between two tries of a request that fails.
const MAX_RETRY_DELAY: Duration = Duration::from_secs(30);

/// The waits after failures in a row: each is twice as long as the one before.
#[derive(Debug, Default)]
pub(crate) struct BackOff {
    failures: u32,
}

impl BackOff {
    /// Notes a success: the next wait is short again.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// Notes a failure, and returns when to try again. `interval` is the first wait. Returns nothing if only another
    /// setting or the refresh key can help.
    pub(crate) fn retry_at(&mut self, failure: &Failure, interval: Duration, now: Now) -> Option<Instant> {
        let wait = interval * 2_u32.pow(self.failures.min(4));
        self.failures = self.failures.saturating_add(1);
        match failure.kind {
            Kind::RateLimited { until } => {
                let pause = Duration::try_from(until.duration_since(now.wall)).unwrap_or_default();
                Some(now.instant + pause.max(interval))
            }
            Kind::NotConfigured => None,
            _ => Some(now.instant + wait.min(MAX_RETRY_DELAY)),
        }
    }
}
