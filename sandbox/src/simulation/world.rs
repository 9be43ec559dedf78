//! The world at a moment, built from runs and their deployments.

use std::collections::HashMap;

use crate::moment::Moment;
use crate::scenario::{Commit, Kind, Scenario};

use super::checks;
use super::command::Recorded;
use super::deploy_queue::DeployQueue;
use super::deployment::{Deployment, Revision};
use super::log_load::LogLoad;
use super::release::{self, DeployAttempt};
use super::run::{Attempt, Attempts, Run};
use super::run_spec::{self, RunIds, RunSpec};
use super::stack::{StackEvent, StackUpdate};
use super::task::Task;
use super::workflow::{Event, Workflow};

/// The number of the last item of each kind before the shown history.
const CHECKS_BEFORE: u64 = 412;
const RELEASES_BEFORE: u64 = 187;
const REVISIONS_BEFORE: u64 = 96;

/// Everything that exists at `now`, the newest first.
#[derive(Debug)]
pub(crate) struct World {
    pub now: Moment,
    pub resources_created_at: Moment,
    pub runs: Vec<Run>,
    pub deployments: Vec<Deployment>,
    pub tasks: Vec<Task>,
    pub updates: Vec<StackUpdate>,
    /// The revision that ran before the first known deployment.
    pub first_revision: Option<Revision>,
    /// Log lines beside those of the simulation, on request.
    pub log_load: Option<LogLoad>,
    heads: Vec<Commit>,
}

impl World {
    /// Computes the world at `now`.
    pub(crate) fn at(scenario: &Scenario, commands: &[Recorded], now: Moment) -> Self {
        let first = scenario.cycles(now).start;
        let released = scenario.count_before(first, |cycle| cycle.kind != Kind::TestsFail);
        let from = scenario.cycle(first).start;
        let mut ids = RunIds::reserving(commands);
        let (mut deploying, mut testing): (Vec<RunSpec>, Vec<RunSpec>) =
            run_spec::run_specs(scenario, commands, now)
                .into_iter()
                .partition(|run_spec| run_spec.workflow == Workflow::Deploy);
        sort(&mut testing);
        ids.assign(&mut testing);
        let mut runs = Vec::new();
        for run_spec in &testing {
            let attempts = checks::attempts(scenario, run_spec, &about(commands, run_spec.id));
            deploying.extend(
                attempts.iter().filter_map(|attempt| release::follow_up(scenario, run_spec, attempt)),
            );
            runs.push((run_spec, attempts));
        }
        deploying.retain(|run_spec| run_spec.at <= now);
        sort(&mut deploying);
        ids.assign(&mut deploying);

        let mut queue = DeployQueue::open(scenario, commands, from, REVISIONS_BEFORE + released);
        let mut attempts = deploy(scenario, commands, &deploying, &mut queue, now);
        let checks_before = CHECKS_BEFORE + first + scenario.count_before(first, |cycle| cycle.pull_request);
        let releases_before =
            RELEASES_BEFORE + released + scenario.count_before(first, |cycle| cycle.promotes);
        let mut all = number(runs, checks_before);
        let deployed = deploying
            .iter()
            .map(|run_spec| (run_spec, attempts.remove(&run_spec.id).unwrap_or_default()))
            .collect();
        all.extend(number(deployed, releases_before));
        all.sort_by_key(|run| std::cmp::Reverse((run.created_at, run.id)));

        queue.deployments.retain(|deployment| deployment.created_at <= now);
        queue.deployments.reverse();
        queue.updates.reverse();
        queue.tasks.retain(|task| task.created_at <= now);
        let first_revision = queue.tasks.first().map(|task| task.revision.clone());
        let current = scenario.cycle(scenario.cycles(now).end.saturating_sub(1));
        Self {
            now,
            resources_created_at: scenario.resources_created_at(),
            heads: heads(&all, scenario.push_commit(current.index, current.start)),
            runs: all,
            deployments: queue.deployments,
            tasks: queue.tasks,
            updates: queue.updates,
            first_revision,
            log_load: None,
        }
    }

    /// Returns the run with this id.
    pub(crate) fn run(&self, id: u64) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }

    /// Returns the newest commit of a branch, with or without the prefix `refs/heads/`.
    pub(crate) fn head(&self, branch: &str) -> Option<&Commit> {
        let name = branch.strip_prefix("refs/heads/").unwrap_or(branch);
        self.heads.iter().find(|commit| commit.branch == name)
    }

    /// Returns the newest commit of each branch, `main` first.
    pub(crate) fn heads(&self) -> &[Commit] {
        &self.heads
    }

    /// Returns the deployment with this id.
    pub(crate) fn deployment(&self, id: &str) -> Option<&Deployment> {
        self.deployments.iter().find(|deployment| deployment.id == id)
    }

    /// Returns the deployment in progress, if any.
    pub(crate) fn rolling(&self) -> Option<&Deployment> {
        self.deployments.first().filter(|deployment| !deployment.is_over(self.now))
    }

    /// Returns the revision of the last successful deployment, to which a rollback returns.
    pub(crate) fn stable_revision(&self) -> Option<&Revision> {
        let last = self.deployments.first();
        match last {
            Some(last) if last.is_over(self.now) && last.failure.is_none() => Some(&last.target),
            Some(last) => Some(&last.source),
            None => self.first_revision.as_ref(),
        }
    }

    /// Returns every known revision, the newest first.
    pub(crate) fn revisions(&self) -> impl Iterator<Item = &Revision> {
        self.deployments.iter().map(|deployment| &deployment.target).chain(self.first_revision.as_ref())
    }

    /// Returns the stack's events, the newest first.
    pub(crate) fn stack_events(&self, names: &crate::names::Names) -> Vec<StackEvent> {
        self.updates.iter().flat_map(|update| update.events(names, self.now).into_iter().rev()).collect()
    }
}

fn sort(run_specs: &mut [RunSpec]) {
    run_specs.sort_by_key(|run_spec| (run_spec.at, run_spec.id));
}

fn about(commands: &[Recorded], run: u64) -> Vec<&Recorded> {
    commands.iter().filter(|recorded| recorded.command.run() == Some(run)).collect()
}

/// Submits all deploy attempts to the queue, in the order in which they become ready.
fn deploy(
    scenario: &Scenario,
    commands: &[Recorded],
    releases: &[RunSpec],
    queue: &mut DeployQueue<'_>,
    now: Moment,
) -> HashMap<u64, Vec<Attempt>> {
    let mut pending = releases
        .iter()
        .flat_map(|run_spec| release::attempts(scenario, run_spec, &about(commands, run_spec.id)))
        .collect::<Vec<DeployAttempt>>();
    pending
        .sort_by_key(|attempt| (attempt.ready_at.is_none(), attempt.ready_at, attempt.run, attempt.number));
    let mut attempts = HashMap::<u64, Vec<Attempt>>::new();
    for attempt in pending {
        let deployed = queue.submit(&attempt, now);
        attempts.entry(attempt.run).or_default().push(attempt.finish(scenario, deployed));
    }
    for attempts in attempts.values_mut() {
        attempts.sort_by_key(|attempt| attempt.number);
    }
    attempts
}

fn number(runs: Vec<(&RunSpec, Vec<Attempt>)>, before: u64) -> Vec<Run> {
    (before + 1..)
        .zip(runs)
        .filter_map(|(number, (run_spec, attempts))| run(run_spec, attempts, number))
        .collect()
}

fn run(run_spec: &RunSpec, attempts: Vec<Attempt>, number: u64) -> Option<Run> {
    let title = match run_spec.event {
        Event::Push | Event::PullRequest => run_spec.commit.message.clone(),
        Event::WorkflowRun | Event::WorkflowDispatch => run_spec.workflow.name().to_owned(),
    };
    Some(Run {
        id: run_spec.id,
        number,
        workflow: run_spec.workflow,
        event: run_spec.event,
        commit: run_spec.commit.clone(),
        title,
        actor: run_spec.actor,
        created_at: run_spec.at,
        attempts: Attempts::of(attempts)?,
    })
}

/// Returns the newest commit of `main` and of each branch that has a pull request run.
fn heads(runs: &[Run], main: Commit) -> Vec<Commit> {
    let mut heads = vec![main];
    for run in runs.iter().filter(|run| matches!(run.event, Event::PullRequest)) {
        if heads.iter().all(|head| head.branch != run.commit.branch) {
            heads.push(run.commit.clone());
        }
    }
    heads
}
