//! Workflow runs: the start and end of each of their jobs and steps, and their state at a moment.
//!
//! A run is computed to its end when it is created; only commands and deployments change its length.

use std::time::Duration;

use crate::moment::{Moment, secs};
use crate::repository::Snapshot;
use crate::scenario::{Commit, User};

use super::environments::Environment;
use super::workflow::{Event, Workflow};

/// The progress of a run or a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Queued,
    Waiting,
    InProgress,
    Completed(Conclusion),
}

impl Status {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Waiting => "waiting",
            Self::InProgress => "in_progress",
            Self::Completed(_) => "completed",
        }
    }

    pub(crate) const fn conclusion(self) -> Option<&'static str> {
        match self {
            Self::Completed(conclusion) => Some(conclusion.name()),
            _ => None,
        }
    }
}

/// The result of a run, a job or a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conclusion {
    Success,
    Failure,
    Cancelled,
    Skipped,
    TimedOut,
    StartupFailure,
    ActionRequired,
}

impl Conclusion {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::TimedOut => "timed_out",
            Self::StartupFailure => "startup_failure",
            Self::ActionRequired => "action_required",
        }
    }
}

/// A workflow run with all its attempts.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub id: u64,
    pub number: u64,
    pub workflow: Workflow,
    pub event: Event,
    pub commit: Commit,
    pub title: String,
    pub actor: &'static User,
    pub created_at: Moment,
    pub attempts: Attempts,
    /// The owner of the fork whose code runs.
    pub fork: Option<&'static User>,
    /// The number of the pull request that it belongs to.
    pub pull: Option<u64>,
    pub reviews: Vec<Reviewed>,
}

/// A review of a run's deployments, as it is kept in the history.
#[derive(Clone, Debug)]
pub(crate) struct Reviewed {
    pub environments: Vec<u64>,
    pub approved: bool,
    pub comment: String,
}

/// The attempts of a run, in order; there is at least one.
#[derive(Clone, Debug)]
pub(crate) struct Attempts {
    first: Attempt,
    later: Vec<Attempt>,
}

impl Attempts {
    /// Makes attempts from a list; returns `None` if it is empty.
    pub(super) fn of(list: Vec<Attempt>) -> Option<Self> {
        let mut list = list.into_iter();
        let first = list.next()?;
        Some(Self { first, later: list.collect() })
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Attempt> {
        std::iter::once(&self.first).chain(&self.later)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        1 + self.later.len()
    }
}

/// One attempt of a run.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    pub number: u64,
    pub actor: &'static User,
    pub started_at: Moment,
    pub jobs: Vec<Job>,
    pub gates: Vec<Gate>,
    /// When and how the attempt ends; `None` while its end depends on a review, a runner or the deploy queue.
    pub end: Option<(Moment, Conclusion)>,
    /// Whether its logs contain debug messages.
    pub debug: bool,
    /// The approval that the run of a fork waits for.
    pub approval: Option<Approval>,
    pub cancelled_by: Option<&'static User>,
}

/// The approval of a fork's run by a maintainer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Approval {
    pub given_at: Option<Moment>,
}

impl Approval {
    /// Reports whether the run waits for the approval at `now`.
    pub(crate) fn is_missing(self, now: Moment) -> bool {
        self.given_at.is_none_or(|given| now < given)
    }
}

/// The review that an attempt waits for before it may use an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gate {
    pub environment: &'static Environment,
    pub opened_at: Moment,
    pub closed_at: Option<Moment>,
}

impl Gate {
    /// Reports whether the review is pending at `now`.
    pub(crate) fn is_open(&self, now: Moment) -> bool {
        self.opened_at <= now && self.closed_at.is_none_or(|closed| now < closed)
    }
}

/// One job of an attempt.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub name: &'static str,
    pub queued_at: Moment,
    pub started_at: Option<Moment>,
    pub end: Option<(Moment, Conclusion)>,
    pub steps: Vec<Step>,
    /// The labels of the runner that it needs.
    pub labels: &'static [&'static str],
    /// The environment that it deploys to.
    pub environment: Option<&'static Environment>,
}

/// One step of a job.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub name: &'static str,
    pub from: Moment,
    pub to: Moment,
    pub conclusion: Conclusion,
}

impl Run {
    /// Returns the run's name: that of its workflow, or the path of a file that is no valid workflow.
    pub(crate) fn name(&self) -> &'static str {
        if self.has_invalid_file() { self.workflow.path() } else { self.workflow.name() }
    }

    /// Reports whether a command dispatched the run less than `age` ago.
    pub(crate) fn is_dispatched_within(&self, age: Duration, now: Moment) -> bool {
        self.event == Event::WorkflowDispatch && now.since(self.created_at) < age
    }

    pub(crate) fn has_invalid_file(&self) -> bool {
        let is_replaced = matches!(self.commit.files, Snapshot::Invalid | Snapshot::NoJobs);
        is_replaced && self.workflow == Workflow::Fleet
    }

    /// Returns the latest attempt at `now`.
    pub(crate) fn attempt(&self, now: Moment) -> &Attempt {
        let started = self.attempts.iter().rev().find(|attempt| attempt.started_at <= now);
        started.unwrap_or(&self.attempts.first)
    }

    pub(crate) fn status(&self, now: Moment) -> Status {
        self.attempt(now).status(now)
    }

    /// Returns the id of a job, which encodes the run.
    pub(crate) fn job_id(&self, attempt: &Attempt, place: usize) -> u64 {
        self.id.saturating_mul(10_000).saturating_add(attempt.number * 100 + place as u64)
    }

    /// Decodes a job's id into the run, the attempt and the job's index in it.
    pub(crate) const fn of_job(id: u64) -> (u64, u64, u64) {
        (id / 10_000, id % 10_000 / 100, id % 100)
    }
}

impl Attempt {
    pub(crate) fn status(&self, now: Moment) -> Status {
        match self.end {
            _ if self.approval.is_some_and(|approval| approval.is_missing(now)) => {
                Status::Completed(Conclusion::ActionRequired)
            }
            Some((end, conclusion)) if end <= now => Status::Completed(conclusion),
            _ if self.gates.iter().any(|gate| gate.is_open(now)) => Status::Waiting,
            _ if self.jobs.iter().any(|job| job.started_at.is_some_and(|at| at <= now)) => Status::InProgress,
            _ => Status::Queued,
        }
    }

    /// Returns the time of the last change, for GitHub's `updated_at`.
    pub(crate) fn updated_at(&self, now: Moment) -> Moment {
        let ends = self.jobs.iter().flat_map(|job| job.steps.iter().map(|step| step.to));
        let all = ends.chain(self.end.map(|end| end.0)).chain(self.gates.iter().map(|gate| gate.opened_at));
        all.filter(|at| *at <= now).max().unwrap_or(self.started_at)
    }

    /// Returns the jobs that exist at `now`; a job that waits for other jobs does not exist yet.
    pub(crate) fn jobs_at(&self, now: Moment) -> impl Iterator<Item = (usize, &Job)> {
        self.jobs.iter().enumerate().filter(move |(_, job)| job.queued_at <= now)
    }

    /// Ends the attempt early: running jobs are cancelled, and jobs that are not queued yet are dropped.
    pub(crate) fn cancel(&mut self, at: Moment, by: Option<&'static User>) {
        if self.end.is_some_and(|(end, _)| end <= at) {
            return;
        }
        self.cancelled_by = by;
        self.jobs.retain(|job| job.queued_at <= at);
        for job in &mut self.jobs {
            job.cancel(at);
        }
        self.gates.retain(|gate| gate.opened_at <= at);
        for gate in self.gates.iter_mut().filter(|gate| gate.is_open(at)) {
            gate.closed_at = Some(at);
        }
        self.end = Some((at + secs(4), Conclusion::Cancelled));
    }
}

impl Job {
    pub(crate) fn status(&self, now: Moment, gates: &[Gate]) -> Status {
        match (self.end, self.started_at) {
            (Some((end, conclusion)), _) if end <= now => Status::Completed(conclusion),
            (_, Some(started)) if started <= now => Status::InProgress,
            _ if gates.iter().any(|gate| Some(gate.environment) == self.environment && gate.is_open(now)) => {
                Status::Waiting
            }
            _ => Status::Queued,
        }
    }

    /// Reports whether the job ended in success.
    pub(crate) fn succeeded(&self) -> bool {
        matches!(self.end, Some((_, Conclusion::Success)))
    }

    fn cancel(&mut self, at: Moment) {
        if self.end.is_some_and(|(end, _)| end <= at) {
            return;
        }
        let stopped = at + secs(3);
        if self.started_at.is_none_or(|started| at < started) {
            self.started_at = None;
            self.steps.clear();
        }
        for step in self.steps.iter_mut().filter(|step| at < step.to) {
            step.conclusion = if step.from <= at { Conclusion::Cancelled } else { Conclusion::Skipped };
            step.from = step.from.min(stopped);
            step.to = stopped;
        }
        self.end = Some((stopped, Conclusion::Cancelled));
    }
}
