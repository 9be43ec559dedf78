//! What a connection is doing, as its stream, its service and the list of connections see it.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

/// What moments are counted from.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The phase of a connection. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Activity(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    phase: AtomicU8,
    /// Whether bytes wait to be written that the client does not take.
    is_blocked: AtomicBool,
    /// When the phase, or the wait, began: milliseconds since [`START`].
    since: AtomicU64,
}

/// What a connection is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// No byte of the next request has come.
    Idle,
    /// The head of a request is being read.
    Head,
    /// A request is being worked on, which has a limit of its own.
    Work,
    /// A response is being written.
    Response,
    /// A response without an end is being written.
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

    /// Changes the phase. Only idle connections and slow heads are ever asked since when they are so.
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

    /// Notes that the client does not take what is written.
    pub(super) fn block(&self, now: Instant) {
        self.0.is_blocked.store(true, Ordering::Relaxed);
        self.stamp(now);
    }

    pub(super) fn unblock(&self) {
        self.0.is_blocked.store(false, Ordering::Relaxed);
    }

    /// How long the connection has been as it is.
    pub(super) fn age(&self, now: Instant) -> Duration {
        let since = Duration::from_millis(self.0.since.load(Ordering::Relaxed));
        now.saturating_duration_since(*START).saturating_sub(since)
    }

    fn stamp(&self, now: Instant) {
        let since = now.saturating_duration_since(*START).as_millis();
        self.0.since.store(u64::try_from(since).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}
