//! Computes a service deployment: stages, traffic, tasks, the pause of a hook, and the rollback.

use crate::moment::{Moment, millis, secs};
use crate::scenario::Scenario;
use crate::seeded_rng::SeededRng;

use super::command::{Command, Recorded};
use super::deployment::{Deployment, Failure, Hook, Revision};
use super::run_spec::ReleaseResult;
use super::stage::Stage;
use super::task::{DESIRED, Task};

/// The alarm that watches the new revision.
pub(crate) const ALARM: &str = "hello-server-unhealthy-hosts";

/// How long a pause hook waits before the deployment continues by itself.
pub(crate) const PAUSE_MINUTES: u64 = 3;

/// The time from the start of the first tasks until the alarm detects that they are unhealthy, in seconds.
const ALARMED_AFTER: u64 = 122;

/// The input for computing a deployment.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub run: (u64, u64),
    pub created_at: Moment,
    pub result: ReleaseResult,
    pub source: Revision,
    pub target: Revision,
    /// Whether the previous deployment failed, so that the service must be reconciled first.
    pub reconcile: bool,
    pub commands: &'a [Recorded],
}

/// Computes the deployment and the tasks that it starts.
pub(super) fn plan(scenario: &Scenario, request: Request<'_>) -> (Deployment, Vec<Task>) {
    let mut rng = scenario.rng("deployment", &[request.run.0, request.run.1]);
    let mut deployment = Deployment {
        id: rng.token(21),
        scheduler_id: rng.digits(19),
        run: request.run,
        created_at: request.created_at,
        started_at: request.created_at + millis(rng.between(1200, 2600)),
        finished_at: request.created_at,
        stages: Vec::new(),
        test_shifted_at: None,
        shifted_at: None,
        shifted_back_at: None,
        failure: None,
        hook: None,
        source: request.source,
        target: request.target,
    };
    let commands = request
        .commands
        .iter()
        .filter(|recorded| recorded.command.deployment() == Some(&deployment.id))
        .collect::<Vec<_>>();
    plan_stages(&mut deployment, &mut rng, request.result, request.reconcile, &commands);
    let scale_up =
        deployment.stages.iter().find(|(stage, _)| *stage == Stage::ScaleUp).map(|(_, from)| *from);
    if request.result == ReleaseResult::Unhealthy
        && let Some(from) = scale_up
    {
        let reason = format!("Service deployment rolled back because of CloudWatch alarm(s): [{ALARM}].");
        roll_back(&mut deployment, Failure { at: from + secs(ALARMED_AFTER), reason, requested: false });
    }
    if let Some(failure) = requested_rollback(&deployment, &commands) {
        roll_back(&mut deployment, failure);
    }
    let scale_up = scale_up.unwrap_or(deployment.created_at);
    let tasks =
        start_tasks(scenario, &deployment, &mut rng, scale_up, request.result == ReleaseResult::Unhealthy);
    (deployment, tasks)
}

fn plan_stages(
    deployment: &mut Deployment,
    rng: &mut SeededRng,
    result: ReleaseResult,
    reconcile: bool,
    commands: &[&Recorded],
) {
    let mut at = deployment.started_at + millis(300);
    for (stage, seconds) in Stage::ALL {
        if stage == Stage::ReconcileService && !reconcile {
            continue;
        }
        deployment.stages.push((stage, at));
        match stage {
            Stage::TestTrafficShift => deployment.test_shifted_at = Some(at + secs(4)),
            Stage::ProductionTrafficShift => deployment.shifted_at = Some(at + secs(8)),
            _ => {}
        }
        if stage == Stage::ScaleUp && result == ReleaseResult::Unhealthy {
            // The deployment stays in this stage, because its tasks do not become healthy.
            at = at + secs(ALARMED_AFTER);
            break;
        }
        let exact = stage == Stage::BakeTime;
        let length = if exact { secs(seconds) } else { millis(seconds * rng.between(900, 1100)) };
        at = at + length;
        if stage == Stage::PostTestTrafficShift && result == ReleaseResult::Paused {
            let hook = pause(rng, stage, at, commands);
            at = hook.closed_at + secs(1);
            deployment.hook = Some(hook);
        }
    }
    deployment.finished_at = at;
}

/// Returns the hook: it opens at the end of its stage and closes by a command or its timeout.
fn pause(rng: &mut SeededRng, stage: Stage, at: Moment, commands: &[&Recorded]) -> Hook {
    let expires_at = at + secs(PAUSE_MINUTES * 60);
    let ended = commands.iter().find(|recorded| {
        matches!(recorded.command, Command::ContinueDeployment { .. })
            && recorded.at >= at
            && recorded.at < expires_at
    });
    let closed_at = ended.map_or(expires_at, |recorded| recorded.at);
    Hook { id: rng.uuid(), stage, opened_at: at, closed_at, expires_at, failed: false }
}

fn requested_rollback(deployment: &Deployment, commands: &[&Recorded]) -> Option<Failure> {
    let cut_off = deployment.failure.as_ref().map_or(deployment.finished_at, |failure| failure.at);
    let request = commands.iter().find(|recorded| {
        let roll_back = match recorded.command {
            Command::StopDeployment { .. } => true,
            Command::ContinueDeployment { roll_back, .. } => roll_back,
            _ => false,
        };
        roll_back && recorded.at < cut_off
    })?;
    let reason = match request.command {
        Command::StopDeployment { .. } => {
            "Service deployment rolled back because it was stopped by the user."
        }
        _ => "Service deployment rolled back because of the action on its lifecycle hook.",
    };
    Some(Failure { at: request.at, reason: reason.to_owned(), requested: true })
}

/// Cuts the stages at the failure and adds the rollback to the source revision.
fn roll_back(deployment: &mut Deployment, failure: Failure) {
    let began = if failure.requested { failure.at + secs(3) } else { failure.at };
    deployment.stages.retain(|(_, from)| *from <= failure.at);
    deployment.test_shifted_at = deployment.test_shifted_at.filter(|at| *at <= failure.at);
    deployment.shifted_at = deployment.shifted_at.filter(|at| *at <= failure.at);
    deployment.hook = deployment.hook.take().filter(|hook| hook.opened_at <= failure.at);
    if let Some(hook) = deployment.hook.as_mut().filter(|hook| failure.at <= hook.closed_at) {
        hook.closed_at = failure.at;
        hook.failed = true;
    }
    let mut at = began;
    if deployment.shifted_at.is_some() {
        deployment.stages.push((Stage::ProductionTrafficShift, at));
        deployment.shifted_back_at = Some(at + secs(5));
        at = at + secs(10);
    }
    deployment.stages.push((Stage::CleanUp, at));
    deployment.finished_at = at + secs(20);
    deployment.failure = Some(failure);
}

fn start_tasks(
    scenario: &Scenario,
    deployment: &Deployment,
    rng: &mut SeededRng,
    scale_up: Moment,
    is_unhealthy: bool,
) -> Vec<Task> {
    let waves = if is_unhealthy { 2 } else { 1 };
    let mut tasks = Vec::new();
    for wave in 0..waves {
        for place in 0..DESIRED {
            let at = scale_up + secs(wave * 60 + 1 + 2 * place as u64);
            let mut task =
                Task::new(rng, &deployment.target, &deployment.scheduler_id, at, place, is_unhealthy);
            if is_unhealthy {
                let unhealthy = task.running_at + millis(rng.between(34_000, 38_000));
                task.retire(unhealthy, 8, unhealthy_reason(scenario, &deployment.target));
            }
            tasks.push(task);
        }
    }
    if let Some(failure) = &deployment.failure {
        tasks.retain(|task| task.created_at <= failure.at);
        let clean_up = deployment.finished_at - secs(17);
        for task in &mut tasks {
            if task.stop.as_ref().is_some_and(|stop| clean_up < stop.stopping_at) {
                task.stop = None;
            }
            task.retire(clean_up, 12, retirement(&deployment.scheduler_id));
        }
    }
    tasks
}

/// Returns the reason for which the scheduler stops a task that it no longer needs.
pub(super) fn retirement(scheduler_id: &str) -> String {
    format!("Scaling activity initiated by (deployment ecs-svc/{scheduler_id})")
}

fn unhealthy_reason(scenario: &Scenario, revision: &Revision) -> String {
    let group = scenario.names.target_group_arn(revision.colour);
    format!("Task failed ELB health checks in (target-group {group})")
}
