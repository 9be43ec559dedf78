//! Runs of the workflow that builds and deploys, up to the point where they need exclusive use of the stack.
//!
//! Here an attempt builds its image and waits for its reviewers; `deploy_queue` decides when it may deploy.

use crate::moment::{Moment, secs};
use crate::scenario::{Kind, OPERATOR, Scenario, User};

use super::command::{Command, Recorded, Scope};
use super::environments::{PRODUCTION, STAGING};
use super::jobs::{self, Outcome};
use super::run::{Attempt, Conclusion, Gate, Job};
use super::run_id::id_at;
use super::run_spec::{ReleaseResult, RunSpec};
use super::templates::{BUILD, DEPLOY, SMOKE};
use super::workflow::{Event, Workflow};

/// One attempt of a deploying run, before its turn in the deploy queue is known.
#[derive(Debug)]
pub(super) struct DeployAttempt {
    pub run: u64,
    pub number: u64,
    pub actor: &'static User,
    pub started_at: Moment,
    pub build: Job,
    pub gate: Option<Gate>,
    /// When the deploy job may start, given the build and the review alone.
    pub ready_at: Option<Moment>,
    pub rejected_at: Option<Moment>,
    pub cancelled_at: Option<Moment>,
    pub cancelled_by: Option<&'static User>,
    pub debug: bool,
    pub result: ReleaseResult,
    pub sha: String,
}

/// Returns the deploying run that a successful test attempt on `main` triggers.
pub(super) fn follow_up(scenario: &Scenario, tested: &RunSpec, attempt: &Attempt) -> Option<RunSpec> {
    let (ended, conclusion) = attempt.end?;
    if conclusion != Conclusion::Success
        || tested.workflow != Workflow::Check
        || tested.commit.branch != "main"
    {
        return None;
    }
    let at = ended + secs(3);
    let natural = tested.event == Event::Push && attempt.number == 1;
    let result = if natural { result_of(scenario, tested.at) } else { ReleaseResult::Pass };
    Some(RunSpec {
        id: id_at(at) + u64::from(!natural) * 7,
        at,
        workflow: Workflow::Deploy,
        event: Event::WorkflowRun,
        commit: tested.commit.clone(),
        title: None,
        actor: attempt.actor,
        result,
        gate: None,
        is_dispatched: false,
        episode: None,
        fork: None,
        pull: None,
    })
}

fn result_of(scenario: &Scenario, pushed_at: Moment) -> ReleaseResult {
    let index = scenario.cycles(pushed_at).end.saturating_sub(1);
    match scenario.cycle(index).kind {
        Kind::Unhealthy => ReleaseResult::Unhealthy,
        Kind::Paused => ReleaseResult::Paused,
        Kind::Release | Kind::TestsFail => ReleaseResult::Pass,
    }
}

/// Computes every attempt of one run until it is ready to deploy.
pub(super) fn attempts(
    scenario: &Scenario,
    run_spec: &RunSpec,
    commands: &[&Recorded],
) -> Vec<DeployAttempt> {
    let mut attempts = vec![attempt(scenario, run_spec, 1, run_spec.actor, run_spec.at, None)];
    for recorded in commands {
        let number = attempts.len() as u64 + 1;
        let Some(last) = attempts.last_mut() else { break };
        match recorded.command {
            Command::Cancel { .. } => cancel(last, recorded.at, Some(OPERATOR)),
            Command::Review { approved, ref environments, .. } if environments.contains(&PRODUCTION.id) => {
                review(last, recorded.at, approved);
            }
            Command::Rerun { scope, debug, .. } => {
                let is_kept = !matches!(scope, Scope::All | Scope::Job(0)) && last.build.succeeded();
                let kept = is_kept.then(|| last.build.clone());
                let again = attempt(scenario, run_spec, number, OPERATOR, recorded.at, kept);
                attempts.push(DeployAttempt { debug, ..again });
            }
            _ => {}
        }
    }
    if let Some((first, superseded)) =
        attempts.first_mut().zip(run_spec.gate.as_ref().and_then(|gate| gate.superseded_at))
        && first.gate.as_ref().is_some_and(|gate| gate.closed_at.is_none())
    {
        cancel(first, superseded, None);
    }
    attempts
}

fn attempt(
    scenario: &Scenario,
    run_spec: &RunSpec,
    number: u64,
    actor: &'static User,
    at: Moment,
    kept: Option<Job>,
) -> DeployAttempt {
    let mut rng = scenario.rng("release", &[run_spec.id, number]);
    let build = kept.unwrap_or_else(|| jobs::plan(&BUILD, at, &mut rng, Outcome::Passes));
    let has_image_at = build.end.map_or(at, |end| end.0).max(at);
    let gate = run_spec.gate.as_ref().map(|_| Gate {
        environment: PRODUCTION,
        opened_at: has_image_at + secs(1),
        closed_at: None,
    });
    DeployAttempt {
        run: run_spec.id,
        number,
        actor,
        started_at: at,
        build,
        ready_at: gate.is_none().then_some(has_image_at + secs(2)),
        gate,
        rejected_at: None,
        cancelled_at: None,
        cancelled_by: None,
        debug: false,
        result: if number == 1 { run_spec.result } else { ReleaseResult::Pass },
        sha: run_spec.commit.sha.clone(),
    }
}

/// Applies a review; it has no effect unless the gate is open.
fn review(attempt: &mut DeployAttempt, at: Moment, approved: bool) {
    let Some(gate) = attempt.gate.as_mut().filter(|gate| gate.is_open(at)) else { return };
    gate.closed_at = Some(at);
    if approved {
        attempt.ready_at = Some(at + secs(2));
    } else {
        attempt.rejected_at = Some(at);
    }
}

fn cancel(attempt: &mut DeployAttempt, at: Moment, by: Option<&'static User>) {
    attempt.cancelled_at = Some(at);
    attempt.cancelled_by = by;
    if let Some(gate) = attempt.gate.as_mut().filter(|gate| gate.is_open(at)) {
        gate.closed_at = Some(at);
    }
}

/// The result of an attempt's turn in the queue: start of the deploy job, end of the stack update, and success.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deployed {
    pub begins: Moment,
    pub stack_done: Moment,
    pub succeeds: bool,
}

impl DeployAttempt {
    /// Completes the attempt with the result of its deployment.
    pub(super) fn finish(self, scenario: &Scenario, deployed: Option<Deployed>) -> Attempt {
        let built_at = self.build.end.map_or(self.started_at, |end| end.0).max(self.started_at);
        let mut jobs = vec![self.build];
        let mut end = None;
        let queued_at = self.ready_at.unwrap_or(built_at + secs(1));
        if let Some(Deployed { begins, stack_done, succeeds }) = deployed {
            jobs.push(jobs::plan_deploy(queued_at, begins, stack_done, succeeds));
            let deployed_at = stack_done + secs(2);
            let mut rng = scenario.rng("smoke", &[self.run, self.number]);
            let smoke = if succeeds {
                jobs::plan(&SMOKE, deployed_at, &mut rng, Outcome::Passes)
            } else {
                jobs::skipped(SMOKE.name, deployed_at)
            };
            let conclusion = if succeeds { Conclusion::Success } else { Conclusion::Failure };
            end = Some((smoke.end.map_or(deployed_at, |end| end.0), conclusion));
            jobs.push(smoke);
        } else if let Some(at) = self.rejected_at {
            jobs.push(Job { end: Some((at, Conclusion::Failure)), ..jobs::queued(DEPLOY, queued_at) });
            jobs.push(jobs::skipped(SMOKE.name, at));
            end = Some((at + secs(1), Conclusion::Failure));
        } else {
            jobs.push(jobs::queued(DEPLOY, queued_at));
        }
        if let Some(job) = jobs.get_mut(1) {
            job.environment = Some(if self.gate.is_some() { PRODUCTION } else { STAGING });
            job.queued_at = self.gate.as_ref().map_or(job.queued_at, |gate| gate.opened_at);
        }
        let mut attempt = Attempt {
            number: self.number,
            actor: self.actor,
            started_at: self.started_at,
            jobs,
            gates: self.gate.into_iter().collect(),
            end,
            debug: self.debug,
            approval: None,
            cancelled_by: None,
        };
        if let Some(at) = self.cancelled_at {
            attempt.cancel(at, self.cancelled_by);
        }
        attempt
    }
}
