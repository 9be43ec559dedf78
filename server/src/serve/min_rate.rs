//! A minimum rate at which bytes must arrive or leave while they are awaited.

use std::time::Duration;

use tokio::time::Instant;

/// A minimum transfer rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct MinRate {
    /// How far the transfer may be behind the rate.
    pub(super) grace: Duration,
    /// In bytes per second.
    pub(super) rate: u32,
}

/// The progress of a transfer, from the moment when bytes were first awaited.
#[derive(Debug)]
pub(super) struct Progress {
    min_rate: MinRate,
    deadline: Option<Instant>,
}

impl Progress {
    pub(super) fn at(min_rate: MinRate) -> Self {
        Self { min_rate, deadline: None }
    }

    /// Records that bytes are awaited.
    pub(super) fn wait(&mut self, now: Instant) {
        self.deadline.get_or_insert(now + self.min_rate.grace);
    }

    /// Records that bytes have moved. They extend the deadline, but never beyond the grace.
    pub(super) fn advance(&mut self, bytes: usize, now: Instant) {
        if let Some(deadline) = &mut self.deadline {
            let earned = Duration::from_millis(bytes as u64 * 1000 / u64::from(self.min_rate.rate.max(1)));
            *deadline = (*deadline + earned).min(now + self.min_rate.grace);
        }
    }

    /// Records that no bytes are awaited any more.
    pub(super) fn reset(&mut self) {
        self.deadline = None;
    }

    /// Returns when bytes must have moved; `None` while none are awaited.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }
}
