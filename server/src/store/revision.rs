//! How far this process knows the fleet to have come.

use std::{sync::Arc, time::Instant};

use arc_swap::ArcSwap;
use tokio::sync::watch;

/// The revision of a store, which every request reads. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Revisions {
    told: watch::Sender<Revision>,
    /// The same, to be read without waiting for other readers.
    now: Arc<ArcSwap<Revision>>,
}

impl Revisions {
    pub(super) fn from(revision: Revision) -> Self {
        Self { told: watch::Sender::new(revision), now: Arc::new(ArcSwap::from_pointee(revision)) }
    }

    /// Changes it, and tells those who follow it when `change` says that it is news. Says so, too.
    pub(super) fn change(&self, change: impl FnOnce(&mut Revision) -> bool) -> bool {
        self.told.send_if_modified(|revision| {
            let is_news = change(revision);
            self.now.store(Arc::new(*revision));
            is_news
        })
    }

    pub(super) fn get(&self) -> Revision {
        **self.now.load()
    }

    /// Returns what tells of news.
    pub(super) fn subscribe(&self) -> watch::Receiver<Revision> {
        self.told.subscribe()
    }
}

/// The number of the last event that is known of.
///
/// What was read at it, or later, is still true as long as it stands. When others may write and cannot be heard, it is
/// not known, and nothing that was read before may be told again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Revision {
    point: Point,
    known: Known,
}

/// Where in the history of a fleet something is. What is later is greater.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Point {
    /// How often the fleet went back, as when its database was restored: the same numbers mean other events then.
    pub(crate) epoch: u32,
    /// The number of the last event.
    pub(crate) last: u64,
}

/// Until when nobody goes beyond a revision unheard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Nobody else writes.
    Always,
    /// Others write, and this process has a lease.
    #[cfg(feature = "postgres")]
    Until(Instant),
    #[cfg(feature = "postgres")]
    Not,
}

impl Revision {
    /// Returns the revision of a fleet that nobody else writes to.
    pub(super) const fn of_own(last: u64) -> Self {
        Self { point: Point { epoch: 0, last }, known: Known::Always }
    }

    /// Returns the revision of a fleet that others write to, who are not heard yet.
    #[cfg(feature = "postgres")]
    pub(super) fn unheard() -> Self {
        Self { point: Point::default(), known: Known::Not }
    }

    /// Takes note of an event, and says whether it is news.
    pub(super) fn advance(&mut self, last: u64) -> bool {
        let is_news = last > self.point.last;
        self.point.last = self.point.last.max(last);
        is_news
    }

    /// Takes note that other writers cannot be heard.
    #[cfg(feature = "postgres")]
    pub(super) fn lose(&mut self) -> bool {
        std::mem::replace(&mut self.known, Known::Not) != Known::Not
    }

    /// Takes note that the fleet has gone back to `last`: nothing that was read before is true. That is news.
    pub(super) fn go_back(&mut self, last: u64) -> bool {
        self.point = Point { epoch: self.point.epoch + 1, last };
        true
    }

    /// Takes note that other writers are heard until a moment.
    #[cfg(feature = "postgres")]
    pub(super) fn extend(&mut self, until: Instant) {
        self.known = Known::Until(until);
    }

    /// Returns what was heard of last, though others may have gone beyond it.
    pub(crate) fn point(self) -> Point {
        self.point
    }

    /// Returns the number of the last event, unless others may by `now` have gone beyond it unheard.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(unused_variables, clippy::unnecessary_wraps, reason = "nobody else writes")
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
    fn what_others_write_is_known_as_long_as_the_lease_lasts() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        let mut revision = Revision::unheard();
        assert_eq!(revision.known(now), None);
        revision.advance(7);
        revision.extend(now + second);
        assert_eq!(revision.known(now), Some(at(7)));
        assert_eq!(revision.known(now + second), None, "though nobody has said that it ended");

        revision.extend(now + 2 * second);
        assert!(revision.advance(8));
        assert_eq!(revision.known(now + second), Some(at(8)));
        assert!(revision.lose());
        assert_eq!(revision.known(now), None);
    }

    #[test]
    fn a_fleet_that_went_back_is_another_one_though_its_numbers_come_again() {
        let later = Instant::now() + Duration::from_secs(1);
        let mut revision = Revision::unheard();
        revision.advance(100);
        revision.extend(later);
        assert!(revision.go_back(95));
        assert!(revision.point() > at(100));
        for last in 96..=100 {
            assert!(revision.advance(last));
        }
        assert_ne!(revision.known(Instant::now()), Some(at(100)));
    }

    #[test]
    fn what_nobody_else_writes_is_known_for_good() {
        let later = Instant::now() + Duration::from_hours(1_000);
        assert_eq!(Revision::of_own(3).known(later), Some(at(3)));
    }
}
