//! The runs that a day has beside the release cycles: one of each kind of trouble that a user of workflow runs meets.

use std::time::Duration;

use crate::moment::{Moment, secs};
use crate::repository::Snapshot;
use crate::scenario::{AUTHORS, Commit, STRANGER, Scenario, User};

use super::jobs::Outcome;
use super::run_id::id_at;
use super::run_spec::{ReleaseResult, RunSpec};
use super::workflow::{Event, Workflow};

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

/// The runs of a day, with the minutes between each and the start of the sandbox.
const DAY: [(Episode, u64); 11] = [
    (Episode::Waiting, 150),
    (Episode::Fork, 170),
    (Episode::InvalidFile, 185),
    (Episode::StartupFailure, 200),
    (Episode::Cancelled, 230),
    (Episode::NoRunner, 300),
    (Episode::Scheduled, 400),
    (Episode::TimedOut, 500),
    (Episode::ParallelFailure, 600),
    (Episode::Release, 700),
    (Episode::Experiment, 800),
];

const DAY_LENGTH: Duration = Duration::from_hours(24);

/// How long before the start of the sandbox the expired run was.
const EXPIRED: Duration = Duration::from_hours(24 * 100);

/// The limit of the analysis, in minutes.
const ANALYSIS_LIMIT: u64 = 60;

/// Returns the runs of the last 24 hours, and the expired one.
pub(super) fn run_specs(scenario: &Scenario, now: Moment) -> Vec<RunSpec> {
    let day = now.since(scenario.start()).as_secs() / DAY_LENGTH.as_secs();
    let start = |day: u64| scenario.start() + DAY_LENGTH * u32::try_from(day).unwrap_or(u32::MAX);
    let mut run_specs = vec![Episode::Expired.run_spec(scenario, 0, scenario.start() - EXPIRED)];
    for (episode, minutes) in DAY {
        for day in [day, day + 1] {
            let at = start(day) - secs(minutes * 60);
            if at <= now && now.since(at) < DAY_LENGTH {
                run_specs.push(episode.run_spec(scenario, day, at));
            }
        }
    }
    run_specs
}

/// Returns how many runs of a workflow happened before those that are shown.
pub(super) fn count_before(scenario: &Scenario, now: Moment, workflow: Workflow) -> u64 {
    let elapsed = now.since(scenario.start()).as_secs();
    let of_workflow = DAY.iter().filter(|(episode, _)| episode.workflow() == workflow);
    of_workflow.map(|(_, minutes)| (elapsed + minutes * 60) / DAY_LENGTH.as_secs()).sum()
}

impl Episode {
    const fn workflow(self) -> Workflow {
        match self {
            Self::Fork | Self::Scheduled | Self::TimedOut | Self::Experiment => Workflow::CodeQl,
            Self::Release | Self::Expired => Workflow::Release,
            _ => Workflow::Fleet,
        }
    }

    const fn event(self) -> Event {
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

    fn commit(self, scenario: &Scenario, day: u64, at: Moment) -> Commit {
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

    fn run_spec(self, scenario: &Scenario, day: u64, at: Moment) -> RunSpec {
        let commit = self.commit(scenario, day, at);
        let title = match self {
            Self::Waiting => Some("Fleet checks of eu-west-1"),
            Self::NoRunner => Some("Fleet checks of eu-north-1"),
            Self::InvalidFile | Self::StartupFailure => Some(Workflow::Fleet.path()),
            Self::Cancelled | Self::ParallelFailure => Some("Fleet checks of all regions"),
            _ => None,
        };
        RunSpec {
            id: id_at(at),
            at,
            workflow: self.workflow(),
            event: self.event(),
            actor: commit.author,
            commit,
            title: title.map(str::to_owned),
            result: ReleaseResult::Pass,
            gate: None,
            is_dispatched: false,
            episode: Some(self),
            fork: (self == Self::Fork).then_some(STRANGER),
            pull: match self {
                Self::Fork => Some(101 + day * 2),
                Self::Experiment => Some(102 + day * 2),
                _ => None,
            },
        }
    }
}
