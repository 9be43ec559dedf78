//! The runs that a day has beside the release cycles: one of each kind of trouble that a user of workflow runs meets.

use std::time::Duration;

use crate::moment::{Moment, secs};
use crate::scenario::{STRANGER, Scenario};

use super::episode::Episode;
use super::run_id::id_at;
use super::run_spec::{ReleaseResult, RunSpec};
use super::workflow::Workflow;

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

/// Returns the runs of the last 24 hours, and the expired one.
pub(super) fn run_specs(scenario: &Scenario, now: Moment) -> Vec<RunSpec> {
    let day = now.since(scenario.start()).as_secs() / DAY_LENGTH.as_secs();
    let start = |day: u64| scenario.start() + DAY_LENGTH * u32::try_from(day).unwrap_or(u32::MAX);
    let mut run_specs = vec![run_spec(Episode::Expired, scenario, 0, scenario.start() - EXPIRED)];
    for (episode, minutes) in DAY {
        for day in [day, day + 1] {
            let at = start(day) - secs(minutes * 60);
            if at <= now && now.since(at) < DAY_LENGTH {
                run_specs.push(run_spec(episode, scenario, day, at));
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

fn run_spec(episode: Episode, scenario: &Scenario, day: u64, at: Moment) -> RunSpec {
    let commit = episode.commit(scenario, day, at);
    let title = match episode {
        Episode::Waiting => Some("Fleet checks of eu-west-1"),
        Episode::NoRunner => Some("Fleet checks of eu-north-1"),
        Episode::InvalidFile | Episode::StartupFailure => Some(Workflow::Fleet.path()),
        Episode::Cancelled | Episode::ParallelFailure => Some("Fleet checks of all regions"),
        _ => None,
    };
    RunSpec {
        id: id_at(at),
        at,
        workflow: episode.workflow(),
        event: episode.event(),
        actor: commit.author,
        commit,
        title: title.map(str::to_owned),
        result: ReleaseResult::Pass,
        gate: None,
        is_dispatched: false,
        episode: Some(episode),
        fork: (episode == Episode::Fork).then_some(STRANGER),
        pull: match episode {
            Episode::Fork => Some(101 + day * 2),
            Episode::Experiment => Some(102 + day * 2),
            _ => None,
        },
    }
}
