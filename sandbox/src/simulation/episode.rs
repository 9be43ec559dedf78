//! A kind of trouble that a user of workflow runs meets, and the run that shows it.

use crate::moment::{Moment, secs};
use crate::repository::Snapshot;
use crate::scenario::{AUTHORS, Commit, STRANGER, Scenario, User};

use super::jobs::Outcome;
use super::workflow::{Event, Workflow};

/// The limit of the analysis, in minutes.
const ANALYSIS_LIMIT: u64 = 60;

/// A kind of run that happens once a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Episode {
    /// It waits for the reviewers of two environments.
    Waiting,
    /// A pull request from a fork, which waits for a maintainer's approval.
    Fork,
    /// The workflow file is not valid YAML.
    InvalidFile,
    /// The workflow file is no valid workflow.
    StartupFailure,
    /// A user has cancelled it.
    Cancelled,
    /// One of its jobs has no runner.
    NoRunner,
    /// It succeeds.
    Scheduled,
    /// A job exceeds its limit of time.
    TimedOut,
    /// A step in a parallel group fails, and a job of a matrix.
    ParallelFailure,
    /// It stores artifacts and calls another workflow.
    Release,
    /// It runs on a branch with a workflow that GitHub has not registered.
    Experiment,
    /// It failed more than 90 days ago, so its logs and artifacts have expired.
    Expired,
}

impl Episode {
    /// Returns the workflow that runs.
    pub(super) const fn workflow(self) -> Workflow {
        match self {
            Self::Fork | Self::Scheduled | Self::TimedOut | Self::Experiment => Workflow::CodeQl,
            Self::Release | Self::Expired => Workflow::Release,
            _ => Workflow::Fleet,
        }
    }

    /// Returns what starts it.
    pub(super) const fn event(self) -> Event {
        match self {
            Self::Waiting | Self::NoRunner => Event::WorkflowDispatch,
            Self::Fork | Self::Experiment => Event::PullRequest,
            Self::Cancelled | Self::Scheduled | Self::ParallelFailure => Event::Schedule,
            Self::InvalidFile | Self::StartupFailure | Self::TimedOut | Self::Release | Self::Expired => {
                Event::Push
            }
        }
    }

    /// Reports whether GitHub refuses the workflow file, so that the run has no jobs.
    pub(super) fn has_invalid_file(self) -> bool {
        matches!(self, Self::InvalidFile | Self::StartupFailure)
    }

    /// Returns the user that cancels the run, and when.
    pub(super) fn cancelled(self, started_at: Moment) -> Option<(&'static User, Moment)> {
        (self == Self::Cancelled).then(|| (&AUTHORS[1], started_at + secs(170)))
    }

    /// Returns how a job of the first attempt ends.
    pub(super) fn outcome(self, job: &str) -> Outcome {
        match (self, job) {
            (Self::TimedOut, "Analyze rust") => Outcome::TimesOut(ANALYSIS_LIMIT),
            (Self::ParallelFailure, "build" | "test (ubuntu-24.04-arm, 3)")
            | (Self::Expired, "Binaries for aarch64") => Outcome::Fails,
            _ => Outcome::Passes,
        }
    }

    /// Returns message, branch and files of the run's commit.
    const fn change(self) -> (&'static str, &'static str, Snapshot) {
        match self {
            Self::Fork => ("Install the scanner from its own site", "patch-1", Snapshot::Fork),
            Self::InvalidFile => {
                ("ci: say the result of the fleet checks", "fix/fleet-checks", Snapshot::Invalid)
            }
            Self::StartupFailure => {
                ("ci: one job for the fleet checks", "fix/fleet-checks", Snapshot::NoJobs)
            }
            Self::Experiment => ("ci: a drill for the crew", "experiment/drill", Snapshot::Experiment),
            Self::Release => ("chore: release 1.4.0", "v1.4.0", Snapshot::Main),
            Self::Expired => ("chore: release 1.3.0", "v1.3.0", Snapshot::Main),
            _ => ("", "main", Snapshot::Main),
        }
    }

    /// Returns the commit that it runs on.
    pub(super) fn commit(self, scenario: &Scenario, day: u64, at: Moment) -> Commit {
        let (message, branch, files) = self.change();
        if branch == "main" {
            return scenario.main_before(at);
        }
        let mut rng = scenario.rng("episode", &[day, self as u64]);
        Commit {
            sha: rng.hex(40),
            tree: rng.hex(40),
            message: message.to_owned(),
            author: if self == Self::Fork { STRANGER } else { rng.pick(AUTHORS) },
            at: at - secs(20),
            branch: branch.to_owned(),
            files,
        }
    }
}
