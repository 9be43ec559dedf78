//! The activity of a connection, shared by its stream, its service and the list of connections.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

/// The origin of all timestamps in this module.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The phase of a connection. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Activity(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    phase: AtomicU8,
    /// Whether a write is blocked because the client does not read.
    is_blocked: AtomicBool,
    /// When the phase or the blocked write began, in milliseconds since [`START`].
    since: AtomicU64,
}

/// The phase of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// No byte of the next request has arrived.
    Idle,
    /// The head of a request is being read.
    Head,
    /// A request is being processed, which has its own timeout.
    Work,
    /// A response is being written.
    Response,
    /// An endless response is being written.
    Events,
}

impl Activity {
    pub(super) fn begin(now: Instant) -> Self {
        let activity = Self::default();
        activity.stamp(now);
        activity
    }

    pub(super) fn phase(&self) -> Phase {
        match self.0.phase.load(Ordering::Relaxed) {
            0 => Phase::Idle,
            1 => Phase::Head,
            2 => Phase::Work,
            3 => Phase::Response,
            _ => Phase::Events,
        }
    }

    /// Changes the phase without a timestamp. Only the start of an idle phase or of a slow head is ever needed.
    pub(super) fn enter(&self, phase: Phase) {
        self.0.phase.store(phase as u8, Ordering::Relaxed);
    }

    pub(super) fn enter_at(&self, phase: Phase, now: Instant) {
        self.enter(phase);
        self.stamp(now);
    }

    pub(super) fn is_blocked(&self) -> bool {
        self.0.is_blocked.load(Ordering::Relaxed)
    }

    /// Records that a write is blocked because the client does not read.
    pub(super) fn block(&self, now: Instant) {
        self.0.is_blocked.store(true, Ordering::Relaxed);
        self.stamp(now);
    }

    pub(super) fn unblock(&self) {
        self.0.is_blocked.store(false, Ordering::Relaxed);
    }

    /// Returns how long the phase or the blocked write has lasted.
    pub(super) fn age(&self, now: Instant) -> Duration {
        let since = Duration::from_millis(self.0.since.load(Ordering::Relaxed));
        now.saturating_duration_since(*START).saturating_sub(since)
    }

    fn stamp(&self, now: Instant) {
        let since = now.saturating_duration_since(*START).as_millis();
        self.0.since.store(u64::try_from(since).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}
