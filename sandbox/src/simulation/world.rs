//! The world at a moment, built from runs and their deployments.

use std::collections::HashMap;

use crate::moment::Moment;
use crate::scenario::{Commit, Kind, Scenario};

use super::attempts;
use super::command::{Command, Recorded};
use super::deploy_queue::DeployQueue;
use super::deployment::{Deployment, Revision};
use super::episodes;
use super::log_load::LogLoad;
use super::release::{self, DeployAttempt};
use super::run::{Attempt, Attempts, Job, Reviewed, Run};
use super::run_spec::{self, RunIds, RunSpec};
use super::stack::{StackEvent, StackUpdate};
use super::task::Task;
use super::workflow::{Event, Workflow};

/// The number of the last item of each kind before the shown history.
const CHECKS_BEFORE: u64 = 412;
const RELEASES_BEFORE: u64 = 187;
const REVISIONS_BEFORE: u64 = 96;
const EPISODES_BEFORE: u64 = 40;

/// The number of the last run of the analysis before those of the last day.
pub(super) const PAST_BEFORE: u64 = 20_000;

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
    disabled: Vec<Workflow>,
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
                .chain(episodes::run_specs(scenario, now))
                .partition(|run_spec| run_spec.workflow == Workflow::Deploy);
        sort(&mut testing);
        ids.assign(&mut testing);
        let mut runs = Vec::new();
        for run_spec in &testing {
            let attempts = attempts::attempts(scenario, run_spec, &about(commands, run_spec.id));
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
        runs.extend(deploying.iter().map(|run_spec| {
            let attempts = attempts.remove(&run_spec.id).unwrap_or_default();
            (run_spec, attempts)
        }));
        let mut all = Vec::new();
        for workflow in Workflow::ALL {
            let of_workflow = runs.extract_if(.., |(run_spec, _)| run_spec.workflow == workflow);
            let before = number_before(scenario, workflow, first, now);
            all.extend(number(of_workflow.collect(), before, commands));
        }
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
            heads: heads(&all, main(commands, scenario.push_commit(current.index, current.start))),
            runs: all,
            deployments: queue.deployments,
            tasks: queue.tasks,
            updates: queue.updates,
            first_revision,
            log_load: None,
            disabled: disabled(commands),
        }
    }

    /// Returns the run with this id.
    pub(crate) fn run(&self, id: u64) -> Option<&Run> {
        self.runs.iter().find(|run| run.id == id)
    }

    /// Returns the job with this id, its index, and the run and attempt that it belongs to.
    pub(crate) fn job(&self, id: u64) -> Option<(&Run, &Attempt, usize, &Job)> {
        let (run, number, place) = Run::of_job(id);
        let run = self.run(run)?;
        let attempt = run.attempts.iter().find(|attempt| attempt.number == number)?;
        let (place, job) = attempt.jobs_at(self.now).find(|(at, _)| *at as u64 == place)?;
        Some((run, attempt, place, job))
    }

    /// Returns the newest commit of a branch, with or without the prefix `refs/heads/`.
    pub(crate) fn head(&self, branch: &str) -> Option<&Commit> {
        let name = branch.strip_prefix("refs/heads/").unwrap_or(branch);
        self.heads.iter().find(|commit| commit.branch == name)
    }

    /// Returns the commit that a branch, a tag, or a commit's id of at least seven digits names.
    pub(crate) fn commit(&self, reference: &str) -> Option<&Commit> {
        let is_id = reference.len() >= 7 && reference.bytes().all(|digit| digit.is_ascii_hexdigit());
        let commits = self.heads.iter().chain(self.runs.iter().map(|run| &run.commit));
        let by_id = || commits.filter(|_| is_id).find(|commit| commit.sha.starts_with(reference));
        let mut tags =
            self.runs.iter().filter(|run| run.workflow == Workflow::Release).map(|run| &run.commit);
        let tag = reference.strip_prefix("refs/tags/").unwrap_or(reference);
        self.head(reference).or_else(by_id).or_else(|| tags.find(|commit| commit.branch == tag))
    }

    /// Reports whether a workflow can be triggered.
    pub(crate) fn is_enabled(&self, workflow: Workflow) -> bool {
        !self.disabled.contains(&workflow)
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

/// Returns the workflows that the commands have disabled and not enabled again.
fn disabled(commands: &[Recorded]) -> Vec<Workflow> {
    let mut disabled = Vec::new();
    for recorded in commands {
        if let Command::Enable { workflow, enabled } = recorded.command {
            disabled.retain(|other| *other != workflow);
            disabled.extend((!enabled).then_some(workflow));
        }
    }
    disabled
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

/// Returns the number of the last run of a workflow before those that are shown.
fn number_before(scenario: &Scenario, workflow: Workflow, first: u64, now: Moment) -> u64 {
    match workflow {
        Workflow::Check => CHECKS_BEFORE + first + scenario.count_before(first, |cycle| cycle.pull_request),
        Workflow::Deploy => {
            let released = scenario.count_before(first, |cycle| cycle.kind != Kind::TestsFail);
            RELEASES_BEFORE + released + scenario.count_before(first, |cycle| cycle.promotes)
        }
        Workflow::CodeQl => PAST_BEFORE + episodes::count_before(scenario, now, workflow),
        _ => EPISODES_BEFORE + episodes::count_before(scenario, now, workflow),
    }
}

fn number(runs: Vec<(&RunSpec, Vec<Attempt>)>, before: u64, commands: &[Recorded]) -> Vec<Run> {
    (before + 1..)
        .zip(runs)
        .filter_map(|(number, (run_spec, attempts))| run(run_spec, attempts, number, commands))
        .collect()
}

/// Returns the reviews of a run.
fn reviews(commands: &[Recorded], run: u64) -> Vec<Reviewed> {
    let of_run = commands.iter().filter_map(|recorded| match &recorded.command {
        Command::Review { run: reviewed, environments, approved, comment } if *reviewed == run => {
            Some(Reviewed {
                environments: environments.clone(),
                approved: *approved,
                comment: comment.clone(),
            })
        }
        _ => None,
    });
    of_run.collect()
}

pub(super) fn run(
    run_spec: &RunSpec,
    attempts: Vec<Attempt>,
    number: u64,
    commands: &[Recorded],
) -> Option<Run> {
    let title = run_spec.title.clone().unwrap_or_else(|| match run_spec.event {
        Event::Push | Event::PullRequest => run_spec.commit.message.clone(),
        Event::WorkflowRun | Event::WorkflowDispatch | Event::Schedule => run_spec.workflow.name().to_owned(),
    });
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
        fork: run_spec.fork,
        pull: run_spec.pull,
        reviews: reviews(commands, run_spec.id),
    })
}

/// Returns the newest commit of `main`: the one of the current cycle, or one that was pushed by a command since.
fn main(commands: &[Recorded], current: Commit) -> Commit {
    let pushed = commands.iter().rev().find_map(|recorded| match &recorded.command {
        Command::Push { commit, .. } if commit.branch == current.branch => Some(commit),
        _ => None,
    });
    pushed.filter(|pushed| pushed.at > current.at).map_or(current, |pushed| (**pushed).clone())
}

/// Returns the newest commit of each branch, `main` first.
fn heads(runs: &[Run], main: Commit) -> Vec<Commit> {
    let mut heads = vec![main];
    // The head of a release's run is a tag, and that of a fork's run is in another repository.
    for run in runs.iter().filter(|run| run.workflow != Workflow::Release && run.fork.is_none()) {
        if heads.iter().all(|head| head.branch != run.commit.branch) {
            heads.push(run.commit.clone());
        }
    }
    heads
}
