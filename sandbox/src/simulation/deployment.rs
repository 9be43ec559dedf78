//! A service deployment, laid out to its end, and what it looks like at a moment.

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

/// What ECS says about a service deployment as a whole.
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

/// Why and when a deployment is rolled back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub at: Moment,
    pub reason: String,
    /// Whether a person asked for it; otherwise an alarm did.
    pub requested: bool,
}

/// A pause that waits for a person, or for its time to run out.
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
    /// Returns the status that ECS shows, once the hook has been reached.
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
    /// The id under which `DescribeServices` and the tasks know it, without `ecs-svc/`.
    pub scheduler_id: String,
    /// The run and its attempt that made it.
    pub run: (u64, u64),
    pub source: Revision,
    pub target: Revision,
    pub created_at: Moment,
    pub started_at: Moment,
    pub finished_at: Moment,
    /// The stages and when each begins, those of a rollback included.
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

    /// Returns the stage that the deployment is in, or ended in.
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

    /// Returns the last moment up to now at which something changed.
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
