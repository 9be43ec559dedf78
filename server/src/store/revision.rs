//! How far this process knows the fleet to have come.

use std::time::Instant;

/// The number of the last event that is known of.
///
/// What was read at it, or later, is still true as long as it stands. When others may write and cannot be heard, it is
/// not known, and nothing that was read before may be told again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Revision {
    last: u64,
    known: Known,
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
        Self { last, known: Known::Always }
    }

    /// Returns the revision of a fleet that others write to, who are not heard yet.
    #[cfg(feature = "postgres")]
    pub(super) const fn unheard() -> Self {
        Self { last: 0, known: Known::Not }
    }

    /// Takes note of an event, and says whether it is news.
    pub(super) fn advance(&mut self, last: u64) -> bool {
        let is_news = last > self.last;
        self.last = self.last.max(last);
        is_news
    }

    /// Takes note that other writers cannot be heard.
    #[cfg(feature = "postgres")]
    pub(super) fn lose(&mut self) -> bool {
        std::mem::replace(&mut self.known, Known::Not) != Known::Not
    }

    /// Takes note that other writers, who had come as far as `last`, are heard until a moment. Says whether that is news.
    #[cfg(feature = "postgres")]
    pub(super) fn find(&mut self, last: u64, until: Instant) -> bool {
        let before = std::mem::replace(&mut self.known, Known::Until(until));
        self.advance(last) || before == Known::Not
    }

    /// Returns the number of the last event that was heard of.
    #[cfg(feature = "postgres")]
    pub(super) fn last(self) -> u64 {
        self.last
    }

    /// Returns the number of the last event, unless others may by `now` have gone beyond it unheard.
    #[cfg_attr(not(feature = "postgres"), expect(unused_variables, reason = "nobody else writes"))]
    pub(crate) fn known(self, now: Instant) -> Option<u64> {
        match self.known {
            Known::Always => Some(self.last),
            #[cfg(feature = "postgres")]
            Known::Until(until) => (now < until).then_some(self.last),
            #[cfg(feature = "postgres")]
            Known::Not => None,
        }
    }
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_others_write_is_known_as_long_as_the_lease_lasts() {
        let (now, second) = (Instant::now(), Duration::from_secs(1));
        let mut revision = Revision::unheard();
        assert_eq!(revision.known(now), None);
        assert!(revision.find(7, now + second));
        assert_eq!(revision.known(now), Some(7));
        assert_eq!(revision.known(now + second), None, "though nobody has said that it ended");

        assert!(!revision.find(0, now + 2 * second), "a renewal is no news");
        assert!(revision.advance(8));
        assert_eq!(revision.known(now + second), Some(8));
        assert!(revision.lose());
        assert_eq!(revision.known(now), None);
    }

    #[test]
    fn what_nobody_else_writes_is_known_for_good() {
        let later = Instant::now() + Duration::from_hours(1_000);
        assert_eq!(Revision::of_own(3).known(later), Some(3));
    }
}
