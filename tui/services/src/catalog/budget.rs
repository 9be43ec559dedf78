//! The budget for loading a catalog: visited files and folders, and time. It also stops abandoned work.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use hello_catalog::Severity;

/// The timeout for loading a catalog, including all fetches.
pub(super) const MAX_TIME: Duration = Duration::from_secs(10);

/// The maximum number of files and folders visited.
const MAX_VISITS: usize = 100_000;

/// The maximum folder depth of a search.
pub(super) const MAX_DEPTH: usize = 32;

/// The end of loading: a point in time, or the moment the caller abandons the work.
#[derive(Debug, Clone)]
pub(super) struct Deadline {
    at: Instant,
    abandoned: Arc<AtomicBool>,
}

impl Deadline {
    pub(super) fn after(time: Duration) -> Self {
        Self { at: Instant::now() + time, abandoned: Arc::default() }
    }

    /// Reports whether loading must end.
    pub(super) fn is_over(&self) -> bool {
        self.abandoned.load(Ordering::Relaxed) || Instant::now() >= self.at
    }

    /// Returns a guard that stops the work when dropped.
    pub(super) fn abandon_on_drop(&self) -> AbandonOnDrop {
        AbandonOnDrop(Arc::clone(&self.abandoned))
    }
}

/// Stops the work of a [`Deadline`] when dropped. A blocking thread cannot be cancelled in any other way.
#[derive(Debug)]
pub(super) struct AbandonOnDrop(Arc<AtomicBool>);

impl Drop for AbandonOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The remaining budget.
#[derive(Debug)]
pub(super) struct Budget {
    max_visits: usize,
    visits_left: usize,
    deadline: Deadline,
    reached: Option<Limit>,
}

/// The limit that ended or restricted a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// The maximum number of visited files and folders, given here.
    Visits(usize),
    Time,
    Depth,
}

impl Limit {
    /// Reports whether loading ends at this limit.
    pub(super) fn ends_loading(self) -> bool {
        self != Self::Depth
    }

    pub(super) fn severity(self) -> Severity {
        if self.ends_loading() { Severity::Error } else { Severity::Warning }
    }

    /// Describes the limit, as the predicate of a sentence about the source being read.
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

    /// Counts a file or folder. Reports whether it may still be visited.
    pub(super) fn visit(&mut self) -> bool {
        self.spend(1)
    }

    /// Counts work that costs `visits` visits. Reports whether the budget allows it.
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

    /// Reports whether the budget is used up.
    pub(super) fn is_spent(&self) -> bool {
        self.visits_left == 0 || self.deadline.is_over()
    }

    /// Records that a search stopped at the maximum depth.
    pub(super) fn too_deep(&mut self) {
        self.reached.get_or_insert(Limit::Depth);
    }

    /// Returns the limit that was reached since the last call, if any.
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
