//! The latest revision of the fleet that this process knows.

use std::{sync::Arc, time::Instant};

use arc_swap::ArcSwap;
use tokio::sync::watch;

/// The revision of a store, which every request reads. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Revisions {
    watched: watch::Sender<Revision>,
    /// The same value, for reads that do not wait for other readers.
    now: Arc<ArcSwap<Revision>>,
}

impl Revisions {
    pub(super) fn from(revision: Revision) -> Self {
        Self { watched: watch::Sender::new(revision), now: Arc::new(ArcSwap::from_pointee(revision)) }
    }

    /// Applies `change`, and notifies subscribers if it returns `true`. Returns the same value.
    pub(super) fn change(&self, change: impl FnOnce(&mut Revision) -> bool) -> bool {
        self.watched.send_if_modified(|revision| {
            let is_newer = change(revision);
            self.now.store(Arc::new(*revision));
            is_newer
        })
    }

    pub(super) fn get(&self) -> Revision {
        **self.now.load()
    }

    /// Returns a receiver of changes.
    pub(super) fn subscribe(&self) -> watch::Receiver<Revision> {
        self.watched.subscribe()
    }
}

/// The number of the last known event.
///
/// Data that was read at this revision or later is valid until the revision changes. While other replicas may write and
/// their notifications cannot be received, the revision is unknown and no cached data may be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Revision {
    point: Point,
    known: Known,
}

/// A position in the history of a fleet. Later positions compare greater.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Point {
    /// How often the fleet was rolled back, for example by a database restore. Afterwards, the same numbers mean other
    /// events.
    pub(crate) epoch: u32,
    /// The number of the last event.
    pub(crate) last: u64,
}

/// How long every write of other replicas is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// No other process writes.
    Always,
    /// Other replicas write, and this one has a lease.
    #[cfg(feature = "postgres")]
    Until(Instant),
    #[cfg(feature = "postgres")]
    Not,
}

impl Revision {
    /// Returns the revision of a fleet that only this process writes to.
    pub(super) const fn of_own(last: u64) -> Self {
        Self { point: Point { epoch: 0, last }, known: Known::Always }
    }

    /// Returns the revision of a fleet that other replicas write to, before their notifications are received.
    #[cfg(feature = "postgres")]
    pub(super) fn without_notifications() -> Self {
        Self { point: Point::default(), known: Known::Not }
    }

    /// Records an event, and reports whether it is newer than the last known one.
    pub(super) fn advance(&mut self, last: u64) -> bool {
        let is_newer = last > self.point.last;
        self.point.last = self.point.last.max(last);
        is_newer
    }

    /// Records that notifications of other replicas cannot be received. Reports whether that is a change.
    #[cfg(feature = "postgres")]
    pub(super) fn stop_receiving(&mut self) -> bool {
        std::mem::replace(&mut self.known, Known::Not) != Known::Not
    }

    /// Records that the fleet was rolled back to `last`, which invalidates all data read before. Always returns `true`.
    pub(super) fn roll_back(&mut self, last: u64) -> bool {
        self.point = Point { epoch: self.point.epoch + 1, last };
        true
    }

    /// Records that notifications of other replicas are received until then.
    #[cfg(feature = "postgres")]
    pub(super) fn extend(&mut self, until: Instant) {
        self.known = Known::Until(until);
    }

    /// Returns the last known position, even if other replicas may have written later events.
    pub(crate) fn point(self) -> Point {
        self.point
    }

    /// Returns the last known position; `None` if other replicas may have written events by `now` that are unknown
    /// here.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(unused_variables, clippy::unnecessary_wraps, reason = "only this process writes")
    )]
    pub(crate) fn known(self, now: Instant) -> Option<Point> {
        match self.known {
            Known::Always => Some(self.point),
            #[cfg(feature = "postgres")]
            Known::Until(until) => (now < until).then_some(self.point),
            #[cfg(feature = "postgres")]
            Known::Not => None,
        }
    }
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(last: u64) -> Point {
        Point { epoch: 0, last }
    }

    #[test]
    fn the_revision_is_known_while_the_lease_lasts() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        let mut revision = Revision::without_notifications();
        assert_eq!(revision.known(now), None);
        revision.advance(7);
        revision.extend(now + second);
        assert_eq!(revision.known(now), Some(at(7)));
        assert_eq!(revision.known(now + second), None, "a lease ends without a notification");

        revision.extend(now + 2 * second);
        assert!(revision.advance(8));
        assert_eq!(revision.known(now + second), Some(at(8)));
        assert!(revision.stop_receiving());
        assert_eq!(revision.known(now), None);
    }

    #[test]
    fn a_restored_fleet_has_another_epoch() {
        let later = Instant::now() + Duration::from_secs(1);
        let mut revision = Revision::without_notifications();
        revision.advance(100);
        revision.extend(later);
        assert!(revision.roll_back(95));
        assert!(revision.point() > at(100));
        for last in 96..=100 {
            assert!(revision.advance(last));
        }
        assert_ne!(revision.known(Instant::now()), Some(at(100)));
    }

    #[test]
    fn without_other_writers_the_revision_stays_known() {
        let later = Instant::now() + Duration::from_hours(1_000);
        assert_eq!(Revision::of_own(3).known(later), Some(at(3)));
    }
}
