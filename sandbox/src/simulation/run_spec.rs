//! The runs that the scenario and the dispatch commands create. Other modules compute how they proceed.

use std::collections::HashSet;

use crate::moment::{Moment, secs};
use crate::scenario::{AUTHORS, Commit, Cycle, Kind, OPERATOR, PERIOD, Scenario, User};

use super::command::{Command, Recorded};
use super::episode::Episode;
use super::run_id::{free_id, id_at};
use super::workflow::{Event, Workflow};

/// The result of a run's first attempt if no command changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReleaseResult {
    Pass,
    Fail,
    Unhealthy,
    Paused,
}

/// A run at its creation.
#[derive(Clone, Debug)]
pub(super) struct RunSpec {
    pub id: u64,
    pub at: Moment,
    pub workflow: Workflow,
    pub event: Event,
    pub commit: Commit,
    /// The run's title; without one, it follows from the event.
    pub title: Option<String>,
    pub actor: &'static User,
    pub result: ReleaseResult,
    /// The review that the run needs before it may deploy.
    pub gate: Option<Review>,
    /// Whether a command created it and its client received the id.
    pub is_dispatched: bool,
    /// Its kind, if it is not part of a release cycle.
    pub episode: Option<Episode>,
    /// The owner of the fork whose code runs.
    pub fork: Option<&'static User>,
    /// The number of the pull request that it belongs to.
    pub pull: Option<u64>,
}

/// A review that a run waits for.
#[derive(Clone, Debug)]
pub(super) struct Review {
    /// When the run is cancelled because a newer run requests the same deployment.
    pub superseded_at: Option<Moment>,
}

/// The ids of runs, each assigned once.
///
/// Runs get their ids in the order of their creation, so that a later run never changes the id of an earlier one.
#[derive(Debug)]
pub(super) struct RunIds {
    taken: HashSet<u64>,
    /// The ids that clients have received for dispatched runs; these never change.
    reserved: HashSet<u64>,
}

impl RunIds {
    pub(super) fn reserving(commands: &[Recorded]) -> Self {
        let reserved = commands.iter().filter_map(|recorded| match &recorded.command {
            Command::Dispatch(dispatch) => Some(dispatch.run),
            _ => None,
        });
        Self { taken: HashSet::new(), reserved: reserved.collect() }
    }

    /// Assigns another id to each run whose own id is taken.
    pub(super) fn assign(&mut self, run_specs: &mut [RunSpec]) {
        for run_spec in run_specs {
            let is_reserved = run_spec.is_dispatched && self.reserved.contains(&run_spec.id);
            let is_free =
                !self.taken.contains(&run_spec.id) && (is_reserved || !self.reserved.contains(&run_spec.id));
            if !is_free {
                run_spec.id = free_id(run_spec.id.saturating_add(1), |id| {
                    self.taken.contains(&id) || self.reserved.contains(&id)
                });
            }
            self.taken.insert(run_spec.id);
        }
    }
}

/// Returns the runs of the shown cycles and of the commands, in no particular order.
pub(super) fn run_specs(scenario: &Scenario, commands: &[Recorded], now: Moment) -> Vec<RunSpec> {
    let cycles = scenario.cycles(now).map(|index| scenario.cycle(index)).collect::<Vec<_>>();
    let mut run_specs = Vec::new();
    for cycle in &cycles {
        run_specs.push(push_run(scenario, cycle));
        run_specs.extend(cycle.pull_request.then(|| pull_request_run(scenario, cycle)));
        run_specs.extend(cycle.promotes.then(|| promotion_run(scenario, cycle)));
    }
    let oldest = cycles.first().map_or(now, |cycle| cycle.start);
    run_specs.extend(commands.iter().filter_map(|recorded| dispatched_run(oldest, recorded)));
    let is_shown = |recorded: &&Recorded| recorded.at >= oldest;
    run_specs.extend(commands.iter().filter(is_shown).flat_map(pushed_runs));
    run_specs.retain(|run_spec| run_spec.at <= now);
    run_specs
}

fn push_run(scenario: &Scenario, cycle: &Cycle) -> RunSpec {
    let commit = scenario.push_commit(cycle.index, cycle.start);
    let result = if cycle.kind == Kind::TestsFail { ReleaseResult::Fail } else { ReleaseResult::Pass };
    RunSpec {
        id: id_at(cycle.start),
        at: cycle.start,
        workflow: Workflow::Check,
        event: Event::Push,
        actor: commit.author,
        commit,
        title: None,
        result,
        gate: None,
        is_dispatched: false,
        episode: None,
        fork: None,
        pull: None,
    }
}

fn pull_request_run(scenario: &Scenario, cycle: &Cycle) -> RunSpec {
    let at = cycle.start + secs(150);
    let commit = scenario.pull_request_commit(cycle.index, at);
    let result = if scenario.rng("pull fate", &[cycle.index]).chance(20) {
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
        title: None,
        result,
        gate: None,
        is_dispatched: false,
        episode: None,
        fork: None,
        pull: Some(300 + cycle.index),
    }
}

/// Returns the promotion of the push of the previous cycle; only a command can review it.
fn promotion_run(scenario: &Scenario, cycle: &Cycle) -> RunSpec {
    let at = cycle.start + secs(20);
    let earlier = cycle.index.saturating_sub(1);
    let next =
        (1..=PERIOD as u64).map(|ahead| scenario.cycle(cycle.index + ahead)).find(|later| later.promotes);
    RunSpec {
        id: id_at(at),
        at,
        workflow: Workflow::Deploy,
        event: Event::WorkflowDispatch,
        commit: scenario.push_commit(earlier, scenario.cycle(earlier).start),
        title: None,
        actor: scenario.rng("promotion", &[cycle.index]).pick(AUTHORS),
        result: ReleaseResult::Pass,
        gate: Some(Review { superseded_at: next.map(|later| later.start + secs(20)) }),
        is_dispatched: false,
        episode: None,
        fork: None,
        pull: None,
    }
}

fn dispatched_run(oldest: Moment, recorded: &Recorded) -> Option<RunSpec> {
    let Command::Dispatch(dispatch) = &recorded.command else { return None };
    let environment = dispatch.inputs.get("environment").map(String::as_str);
    let gated = dispatch.workflow == Workflow::Deploy && environment == Some("production");
    // An older run would change the deployments that are shown.
    (dispatch.workflow != Workflow::Deploy || recorded.at >= oldest).then(|| RunSpec {
        id: dispatch.run,
        at: recorded.at,
        workflow: dispatch.workflow,
        event: Event::WorkflowDispatch,
        commit: dispatch.commit.clone(),
        title: Some(dispatch.title.clone()),
        actor: OPERATOR,
        result: ReleaseResult::Pass,
        gate: gated.then_some(Review { superseded_at: None }),
        is_dispatched: true,
        episode: None,
        fork: None,
        pull: None,
    })
}

/// Returns the runs of a pushed commit: the tests and the analysis.
fn pushed_runs(recorded: &Recorded) -> Vec<RunSpec> {
    let Command::Push { commit, after } = &recorded.command else { return Vec::new() };
    let at = recorded.at + secs(*after);
    let run_spec = |workflow, offset| RunSpec {
        // Multiples of sixteen are ids of the scenario.
        id: id_at(at) + offset,
        at,
        workflow,
        event: Event::Push,
        commit: (**commit).clone(),
        title: None,
        actor: OPERATOR,
        result: ReleaseResult::Pass,
        gate: None,
        is_dispatched: false,
        episode: None,
        fork: None,
        pull: None,
    };
    vec![run_spec(Workflow::Check, 3), run_spec(Workflow::CodeQl, 5)]
}
