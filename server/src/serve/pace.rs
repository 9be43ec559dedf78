//! A minimum rate at which bytes must move while they are waited for.

use std::time::Duration;

use tokio::time::Instant;

/// How fast bytes must come or go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// How far behind the rate they may be.
    pub(super) grace: Duration,
    /// Bytes in a second.
    pub(super) rate: u32,
}

/// How far bytes have come, from the moment when they were first waited for.
#[derive(Debug)]
pub(super) struct Progress {
    pace: Pace,
    deadline: Option<Instant>,
}

impl Progress {
    pub(super) fn at(pace: Pace) -> Self {
        Self { pace, deadline: None }
    }

    /// Notes that bytes are waited for.
    pub(super) fn wait(&mut self, now: Instant) {
        self.deadline.get_or_insert(now + self.pace.grace);
    }

    /// Notes that bytes have moved: they buy time, but never more than the grace.
    pub(super) fn advance(&mut self, bytes: usize, now: Instant) {
        if let Some(deadline) = &mut self.deadline {
            let bought = Duration::from_millis(bytes as u64 * 1000 / u64::from(self.pace.rate.max(1)));
            *deadline = (*deadline + bought).min(now + self.pace.grace);
        }
    }

    /// Notes that nothing is waited for any more.
    pub(super) fn reset(&mut self) {
        self.deadline = None;
    }

    /// Until when bytes must move; `None` as long as none were waited for.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }
}
