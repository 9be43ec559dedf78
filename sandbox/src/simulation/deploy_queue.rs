//! The queue for the only stack and service: deployments run one at a time, in the order in which they become ready.

use crate::moment::{Moment, secs};
use crate::scenario::Scenario;

use super::command::Recorded;
use super::deployment::{Deployment, Revision};
use super::jobs::before_deploy;
use super::release::{DeployAttempt, Deployed};
use super::rollout::{self, Request};
use super::stack::StackUpdate;
use super::stage::Stage;
use super::task::{DESIRED, Task};

/// How long CloudFormation works before it starts an ECS deployment, in seconds.
const BEFORE_SERVICE: u64 = 8;

/// The deployments that the queue has run so far, and the state they left.
#[derive(Debug)]
pub(super) struct DeployQueue<'a> {
    scenario: &'a Scenario,
    commands: &'a [Recorded],
    free_at: Moment,
    /// The revision that takes the production traffic; `active_tasks` are the indices of its tasks in `tasks`.
    active: Revision,
    active_tasks: Vec<usize>,
    /// The number of the task definition that was registered last.
    number: u64,
    last_failed: bool,
    pub tasks: Vec<Task>,
    pub deployments: Vec<Deployment>,
    pub updates: Vec<StackUpdate>,
}

impl<'a> DeployQueue<'a> {
    /// Opens the queue with a revision that has been running since before `from`.
    pub(super) fn open(scenario: &'a Scenario, commands: &'a [Recorded], from: Moment, number: u64) -> Self {
        let mut rng = scenario.rng("first revision", &[number]);
        let active = Revision {
            id: rng.digits(19),
            number,
            created_at: from - secs(3600),
            sha: rng.hex(40),
            digest: format!("sha256:{}", rng.hex(64)),
            colour: if number.is_multiple_of(2) { "blue" } else { "green" },
        };
        let by = rng.digits(19);
        let tasks = (0..DESIRED)
            .map(|place| Task::new(&mut rng, &active, &by, active.created_at, place, false))
            .collect::<Vec<_>>();
        Self {
            scenario,
            commands,
            free_at: from,
            active,
            active_tasks: (0..tasks.len()).collect(),
            number,
            last_failed: false,
            tasks,
            deployments: Vec::new(),
            updates: Vec::new(),
        }
    }

    /// Deploys the image of an attempt. Returns `None` if its turn has not come or it was cancelled before its turn.
    pub(super) fn submit(&mut self, attempt: &DeployAttempt, now: Moment) -> Option<Deployed> {
        let begins = attempt.ready_at?.max(self.free_at) + secs(2);
        let update_at = begins + before_deploy();
        if now < begins {
            return None;
        }
        if let Some(cancelled_at) = attempt.cancelled_at.filter(|at| *at < update_at) {
            // The next attempt starts after the cancellation: until then this attempt held its turn.
            self.free_at = self.free_at.max(cancelled_at);
            return None;
        }
        let target = self.register(attempt, update_at);
        let request = Request {
            run: (attempt.run, attempt.number),
            created_at: update_at + secs(BEFORE_SERVICE),
            result: attempt.result,
            source: self.active.clone(),
            target,
            reconcile: self.last_failed,
            commands: self.commands,
        };
        let (deployment, tasks) = rollout::plan(self.scenario, request);
        let update = StackUpdate::of(self.scenario, &deployment, update_at);
        let succeeds = deployment.failure.is_none();
        self.last_failed = !succeeds;
        self.take_over(&deployment, tasks);
        self.free_at = update.ended_at;
        self.deployments.push(deployment);
        self.updates.push(update);
        Some(Deployed { begins, stack_done: self.free_at + secs(1), succeeds })
    }

    fn register(&mut self, attempt: &DeployAttempt, at: Moment) -> Revision {
        self.number += 1;
        let mut rng = self.scenario.rng("revision", &[attempt.run, attempt.number]);
        Revision {
            id: rng.digits(19),
            number: self.number,
            created_at: at + secs(BEFORE_SERVICE),
            sha: attempt.sha.clone(),
            digest: format!("sha256:{}", rng.hex(64)),
            colour: if self.active.colour == "blue" { "green" } else { "blue" },
        }
    }

    /// Moves the service to the new tasks, or keeps the current ones if the deployment failed.
    fn take_over(&mut self, deployment: &Deployment, tasks: Vec<Task>) {
        let first = self.tasks.len();
        self.tasks.extend(tasks);
        if deployment.failure.is_some() {
            return;
        }
        let clean_up = deployment.stages.iter().find(|(stage, _)| *stage == Stage::CleanUp);
        let retired_at = clean_up.map_or(deployment.finished_at, |(_, from)| *from + secs(3));
        for &old in &self.active_tasks {
            if let Some(task) = self.tasks.get_mut(old) {
                task.retire(retired_at, 15, rollout::retirement(&deployment.scheduler_id));
            }
        }
        self.active_tasks = (first..self.tasks.len()).collect();
        self.active = deployment.target.clone();
    }
}
