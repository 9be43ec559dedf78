//! How far this process knows the fleet to have come.

/// The number of the last event that is known of.
///
/// What was read at it, or later, is still true as long as it stands. When others may write and cannot be heard, it is
/// not known, and nothing that was read before may be told again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Revision {
    last: u64,
    heard: bool,
}

impl Revision {
    pub(super) const fn new(last: u64) -> Self {
        Self { last, heard: true }
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
        std::mem::replace(&mut self.heard, false)
    }

    /// Takes note that other writers are heard again, who had come as far as `last`.
    #[cfg(feature = "postgres")]
    pub(super) fn find(&mut self, last: u64) -> bool {
        let was_heard = std::mem::replace(&mut self.heard, true);
        self.advance(last) || !was_heard
    }

    /// Returns the number of the last event, unless others may have gone beyond it unheard.
    pub(crate) fn known(self) -> Option<u64> {
        self.heard.then_some(self.last)
    }
}
