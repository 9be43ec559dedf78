//! A service deployment, computed to its end, and its state at a moment.

use crate::moment::{Moment, secs};

use super::stage::Stage;

/// A revision of the service: a task definition and the image that it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Revision {
    pub id: String,
    /// Revision of the task definition.
    pub number: u64,
    pub created_at: Moment,
    /// Commit that the image was built from; its first twelve digits are the image's tag.
    pub sha: String,
    pub digest: String,
    /// Target group that its tasks register with, `blue` or `green`.
    pub colour: &'static str,
}

impl Revision {
    /// Returns the image's tag.
    pub(crate) fn tag(&self) -> &str {
        self.sha.get(..12).unwrap_or(&self.sha)
    }
}

/// The status of a service deployment in ECS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Pending,
    InProgress,
    RollbackRequested,
    RollbackInProgress,
    Successful,
    RollbackSuccessful,
}

impl State {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "IN_PROGRESS",
            Self::RollbackRequested => "ROLLBACK_REQUESTED",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::Successful => "SUCCESSFUL",
            Self::RollbackSuccessful => "ROLLBACK_SUCCESSFUL",
        }
    }
}

/// The time and reason of a rollback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub at: Moment,
    pub reason: String,
    /// Whether a client requested it; otherwise an alarm triggered it.
    pub requested: bool,
}

/// A pause that waits for a command or its timeout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hook {
    pub id: String,
    pub stage: Stage,
    pub opened_at: Moment,
    pub closed_at: Moment,
    pub expires_at: Moment,
    /// Whether it ended in a rollback.
    pub failed: bool,
}

impl Hook {
    /// Returns the status in ECS of a hook that has been reached.
    pub(crate) fn status(&self, now: Moment) -> &'static str {
        if now < self.closed_at {
            "AWAITING_ACTION"
        } else if self.failed {
            "FAILED"
        } else if self.closed_at < self.expires_at {
            "SUCCEEDED"
        } else {
            "TIMED_OUT"
        }
    }
}

/// One native blue/green deployment of the service.
#[derive(Clone, Debug)]
pub(crate) struct Deployment {
    pub id: String,
    /// The id that `DescribeServices` and the tasks use for it, without `ecs-svc/`.
    pub scheduler_id: String,
    /// The run and the attempt that started it.
    pub run: (u64, u64),
    pub source: Revision,
    pub target: Revision,
    pub created_at: Moment,
    pub started_at: Moment,
    pub finished_at: Moment,
    /// The stages and their start times, including those of a rollback.
    pub stages: Vec<(Stage, Moment)>,
    pub test_shifted_at: Option<Moment>,
    pub shifted_at: Option<Moment>,
    pub shifted_back_at: Option<Moment>,
    pub failure: Option<Failure>,
    pub hook: Option<Hook>,
}

impl Deployment {
    pub(crate) fn state(&self, now: Moment) -> State {
        match &self.failure {
            _ if now < self.started_at => State::Pending,
            Some(_) if self.finished_at <= now => State::RollbackSuccessful,
            None if self.finished_at <= now => State::Successful,
            Some(failure) if failure.requested && failure.at <= now && now < failure.at + secs(3) => {
                State::RollbackRequested
            }
            Some(failure) if failure.at <= now => State::RollbackInProgress,
            _ => State::InProgress,
        }
    }

    pub(crate) fn is_over(&self, now: Moment) -> bool {
        self.finished_at <= now
    }

    /// Returns the current or last stage.
    pub(crate) fn stage(&self, now: Moment) -> Option<Stage> {
        self.stages.iter().rev().find(|(_, from)| *from <= now).map(|(stage, _)| *stage)
    }

    /// Returns the share of the production traffic that the new revision takes, in percent.
    pub(crate) fn production_weight(&self, now: Moment) -> u8 {
        let back = self.shifted_back_at.is_some_and(|at| at <= now);
        if !back && self.shifted_at.is_some_and(|at| at <= now) { 100 } else { 0 }
    }

    /// Returns the share of the test listener's traffic that the new revision takes, in percent.
    pub(crate) fn test_weight(&self, now: Moment) -> u8 {
        let undone = self.failure.as_ref().is_some_and(|failure| failure.at <= now);
        if !undone && self.test_shifted_at.is_some_and(|at| at <= now) { 100 } else { 0 }
    }

    /// Returns the failure if it has happened by now.
    pub(crate) fn failure_at(&self, now: Moment) -> Option<&Failure> {
        self.failure.as_ref().filter(|failure| failure.at <= now)
    }

    /// Returns the hook if it has been reached by now.
    pub(crate) fn hook_at(&self, now: Moment) -> Option<&Hook> {
        self.hook.as_ref().filter(|hook| hook.opened_at <= now)
    }

    /// Returns the time of the last change up to now.
    pub(crate) fn updated_at(&self, now: Moment) -> Moment {
        let stages = self.stages.iter().map(|(_, from)| *from);
        let hook = self.hook.iter().flat_map(|hook| [hook.opened_at, hook.closed_at]);
        let marks = [Some(self.started_at), Some(self.finished_at), self.test_shifted_at, self.shifted_at];
        stages
            .chain(hook)
            .chain(marks.into_iter().flatten())
            .filter(|at| *at <= now)
            .max()
            .unwrap_or(self.created_at)
    }
}
