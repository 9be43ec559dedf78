//! What loading a catalog may cost: files and folders visited, and time. Abandoned work ends by it, too.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use hello_catalog::Severity;

/// How long loading may take, with everything that is fetched.
pub(super) const MAX_TIME: Duration = Duration::from_secs(10);

/// The most files and folders that are visited.
const MAX_VISITS: usize = 100_000;

/// How many folders deep a search goes.
pub(super) const MAX_DEPTH: usize = 32;

/// When loading must end: at a moment, or as soon as nothing waits for it any more.
#[derive(Debug, Clone)]
pub(super) struct Deadline {
    at: Instant,
    abandoned: Arc<AtomicBool>,
}

impl Deadline {
    pub(super) fn after(time: Duration) -> Self {
        Self { at: Instant::now() + time, abandoned: Arc::default() }
    }

    /// Says whether loading must end.
    pub(super) fn is_over(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed) || Instant::now() >= self.at
    }

    /// Returns a guard whose drop ends the work.
    pub(super) fn abandon_on_drop(&self) -> AbandonOnDrop {
        AbandonOnDrop(Arc::clone(&self.abandoned))
    }
}

/// Ends the work of a [`Deadline`] when it is dropped: a blocking thread cannot be cancelled in another way.
#[derive(Debug)]
pub(super) struct AbandonOnDrop(Arc<AtomicBool>);

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What is left to spend.
#[derive(Debug)]
pub(super) struct Budget {
    max_visits: usize,
    visits_left: usize,
    deadline: Deadline,
    reached: Option<Limit>,
}

/// The limit that ended a search or cut it short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// So many files and folders were visited.
    Visits(usize),
    Time,
    Depth,
}

impl Limit {
    /// Says whether nothing more is loaded.
    pub(super) fn ends_loading(self) -> bool {
        self != Self::Depth
    }

    pub(super) fn severity(self) -> Severity {
        if self.ends_loading() { Severity::Error } else { Severity::Warning }
    }

    /// Says what was reached, as the end of a sentence about the source that was being read.
    pub(super) fn rule(self) -> String {
        match self {
            Self::Visits(most) => format!(
                "is not read to its end: a catalog visits at most {most} files and folders; name fewer with --catalog"
            ),
            Self::Time => format!(
                "is not read to its end: loading a catalog takes at most {} seconds; name less with --catalog",
                MAX_TIME.as_secs()
            ),
            Self::Depth => format!("is not searched deeper than {MAX_DEPTH} folders"),
        }
    }
}

impl Budget {
    pub(super) fn new(deadline: Deadline) -> Self {
        Self::with_visits(deadline, MAX_VISITS)
    }

    pub(super) fn with_visits(deadline: Deadline, max_visits: usize) -> Self {
        Self { max_visits, visits_left: max_visits, deadline, reached: None }
    }

    pub(super) fn deadline(&self) -> &Deadline {
        &self.deadline
    }

    /// Counts a file or folder; says whether it may still be visited.
    pub(super) fn visit(&mut self) -> bool {
        self.spend(1)
    }

    /// Counts what costs as much as so many visits; says whether there is enough left.
    pub(super) fn spend(&mut self, visits: usize) -> bool {
        if self.deadline.is_over() {
            self.reached = Some(Limit::Time);
        } else if visits > self.visits_left {
            self.visits_left = 0;
            self.reached = Some(Limit::Visits(self.max_visits));
        } else {
            self.visits_left -= visits;
            return true;
        }
        false
    }

    /// Says whether nothing more may be visited.
    pub(super) fn is_spent(&self) -> bool {
        self.visits_left == 0 || self.deadline.is_over()
    }

    /// Notes that a search does not go deeper.
    pub(super) fn too_deep(&mut self) {
        self.reached.get_or_insert(Limit::Depth);
    }

    /// Returns the limit that was reached since the last call.
    pub(super) fn take_reached(&mut self) -> Option<Limit> {
        if self.deadline.is_over() {
            self.reached = Some(Limit::Time);
        }
        self.reached.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_ends_when_nothing_waits_for_it() {
        let deadline = Deadline::after(MAX_TIME);
        let mut budget = Budget::new(deadline.clone());
        let guard = deadline.abandon_on_drop();
        assert!(budget.visit());
        drop(guard);
        assert!(!budget.visit() && deadline.is_over());
    }

    #[test]
    fn visits_and_time_are_bounded() {
        let mut budget = Budget::new(Deadline::after(Duration::from_secs(1_000)));
        assert_eq!((0..MAX_VISITS + 5).filter(|_| budget.visit()).count(), MAX_VISITS);
        assert_eq!(budget.take_reached(), Some(Limit::Visits(MAX_VISITS)));
        let mut late = Budget::new(Deadline::after(Duration::ZERO));
        assert!(!late.visit());
        assert_eq!(late.take_reached(), Some(Limit::Time));
    }
}
