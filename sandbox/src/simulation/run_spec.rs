//! Which runs come into being, by the scenario and by dispatch commands; what becomes of them is told elsewhere.

use std::collections::HashSet;

use crate::moment::{Moment, secs};
use crate::scenario::{Commit, Cycle, Kind, OPERATOR, PEOPLE, PERIOD, Person, Scenario};

use super::command::{Command, Recorded};
use super::run::{Event, Workflow};

/// Run ids count from here (2020-01-01), so that they look like GitHub's and grow with time.
const EPOCH: i64 = 1_577_836_800_000;

/// How a run's first attempt goes if nobody interferes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReleaseResult {
    Pass,
    Fail,
    Unhealthy,
    Paused,
}

/// A run as it is when it is created.
#[derive(Clone, Debug)]
pub(super) struct RunSpec {
    pub id: u64,
    pub at: Moment,
    pub workflow: Workflow,
    pub event: Event,
    pub commit: Commit,
    pub actor: &'static Person,
    pub fate: ReleaseResult,
    /// The environment whose reviewers must agree.
    pub gate: Option<Review>,
    /// Whether a command created it, and was answered with its id.
    pub is_dispatched: bool,
}

/// A review that a run waits for.
#[derive(Clone, Debug)]
pub(super) struct Review {
    /// When the run is cancelled because a newer one asks for the same.
    pub superseded_at: Option<Moment>,
}

/// Returns the id of a run that the scenario creates at this moment.
pub(crate) fn id_at(at: Moment) -> u64 {
    u64::try_from((at.millis() - EPOCH) / 160 * 16).unwrap_or(0)
}

/// Returns an id for a run that a command creates: never one of the scenario's, nor one that `is_taken`.
pub(crate) fn fresh_id(at: Moment, is_taken: impl Fn(u64) -> bool) -> u64 {
    free_id(id_at(at).saturating_add(1), is_taken)
}

/// Returns the first id from `wanted` on that is free. Multiples of sixteen are the scenario's.
fn free_id(wanted: u64, is_taken: impl Fn(u64) -> bool) -> u64 {
    (wanted..=u64::MAX).find(|id| !id.is_multiple_of(16) && !is_taken(*id)).unwrap_or(wanted)
}

/// The ids of runs, none of which is given twice.
///
/// Runs take theirs in the order in which they were created, so that a later one never changes that of an earlier one.
#[derive(Debug)]
pub(super) struct RunIds {
    taken: HashSet<u64>,
    /// Those that commands were answered with: they are kept whatever else happens.
    promised: HashSet<u64>,
}

impl RunIds {
    pub(super) fn taken_by(commands: &[Recorded]) -> Self {
        let promised = commands.iter().filter_map(|recorded| match recorded.command {
            Command::Dispatch { run, .. } => Some(run),
            _ => None,
        });
        Self { taken: HashSet::new(), promised: promised.collect() }
    }

    /// Gives another id to each run whose own is taken.
    pub(super) fn assign(&mut self, births: &mut [RunSpec]) {
        for run_spec in births {
            let is_promised = run_spec.is_dispatched && self.promised.contains(&run_spec.id);
            let is_free =
                !self.taken.contains(&run_spec.id) && (is_promised || !self.promised.contains(&run_spec.id));
            if !is_free {
                run_spec.id = free_id(run_spec.id.saturating_add(1), |id| {
                    self.taken.contains(&id) || self.promised.contains(&id)
                });
            }
            self.taken.insert(run_spec.id);
        }
    }
}

/// Returns the runs of the remembered cycles and of the commands, in no particular order.
pub(super) fn births(scenario: &Scenario, commands: &[Recorded], now: Moment) -> Vec<RunSpec> {
    let cycles = scenario.cycles(now).map(|index| scenario.cycle(index)).collect::<Vec<_>>();
    let mut births = Vec::new();
    for cycle in &cycles {
        births.push(pushed(scenario, cycle));
        births.extend(cycle.pull_request.then(|| proposed(scenario, cycle)));
        births.extend(cycle.promotes.then(|| promoted(scenario, cycle)));
    }
    births.extend(commands.iter().filter_map(|recorded| dispatched(scenario, &cycles, recorded)));
    births.retain(|run_spec| run_spec.at <= now);
    births
}

fn pushed(scenario: &Scenario, cycle: &Cycle) -> RunSpec {
    let commit = scenario.pushed(cycle.index, cycle.start);
    let fate = if cycle.kind == Kind::TestsFail { ReleaseResult::Fail } else { ReleaseResult::Pass };
    RunSpec {
        id: id_at(cycle.start),
        at: cycle.start,
        workflow: Workflow::Check,
        event: Event::Push,
        actor: commit.author,
        commit,
        fate,
        gate: None,
        is_dispatched: false,
    }
}

fn proposed(scenario: &Scenario, cycle: &Cycle) -> RunSpec {
    let at = cycle.start + secs(150);
    let commit = scenario.proposed(cycle.index, at);
    let fate = if scenario.rng("pull fate", &[cycle.index]).chance(20) {
        ReleaseResult::Fail
    } else {
        ReleaseResult::Pass
    };
    RunSpec {
        id: id_at(at),
        at,
        workflow: Workflow::Check,
        event: Event::PullRequest,
        actor: commit.author,
        commit,
        fate,
        gate: None,
        is_dispatched: false,
    }
}

/// A promotion of what was pushed one cycle earlier; nobody reviews it unless a command does.
fn promoted(scenario: &Scenario, cycle: &Cycle) -> RunSpec {
    let at = cycle.start + secs(20);
    let earlier = cycle.index.saturating_sub(1);
    let next =
        (1..=PERIOD as u64).map(|ahead| scenario.cycle(cycle.index + ahead)).find(|later| later.promotes);
    RunSpec {
        id: id_at(at),
        at,
        workflow: Workflow::Deploy,
        event: Event::WorkflowDispatch,
        commit: scenario.pushed(earlier, scenario.cycle(earlier).start),
        actor: scenario.rng("promotion", &[cycle.index]).pick(PEOPLE),
        fate: ReleaseResult::Pass,
        gate: Some(Review { superseded_at: next.map(|later| later.start + secs(20)) }),
        is_dispatched: false,
    }
}

fn dispatched(scenario: &Scenario, cycles: &[Cycle], recorded: &Recorded) -> Option<RunSpec> {
    let Command::Dispatch { run, workflow, branch, environment } = &recorded.command else { return None };
    let gated = *workflow == Workflow::Deploy && environment.as_deref() == Some("production");
    Some(RunSpec {
        id: *run,
        at: recorded.at,
        workflow: *workflow,
        event: Event::WorkflowDispatch,
        commit: head_of(scenario, cycles, branch, recorded.at)?,
        actor: OPERATOR,
        fate: ReleaseResult::Pass,
        gate: gated.then_some(Review { superseded_at: None }),
        is_dispatched: true,
    })
}

/// Returns the newest commit of a branch, if there is such a branch.
pub(super) fn head_of(scenario: &Scenario, cycles: &[Cycle], branch: &str, now: Moment) -> Option<Commit> {
    let latest = cycles.iter().rev().filter(|cycle| cycle.start <= now);
    if branch == "main" {
        let cycle = latest.clone().next()?;
        return Some(scenario.pushed(cycle.index, cycle.start));
    }
    latest
        .filter(|cycle| cycle.pull_request)
        .map(|cycle| scenario.proposed(cycle.index, cycle.start + secs(150)))
        .find(|commit| commit.branch == branch && commit.at <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_with_time_and_commands_never_take_the_scenarios() {
        let at = Moment::from_millis(1_800_000_000_000);
        assert!(id_at(at) < id_at(at + secs(1)));
        let mut given = HashSet::new();
        for _ in 0..40 {
            let id = fresh_id(at, |id| given.contains(&id));
            assert!(!id.is_multiple_of(16) && given.insert(id));
        }
    }
}
