//! The service events that ECS writes during deployments.

use crate::moment::{Moment, secs};
use crate::scenario::Scenario;
use crate::seeded_rng::SeededRng;

use super::deployment::Deployment;
use super::stage::Stage;
use super::task::Task;
use super::world::World;

/// The number of events that `DescribeServices` returns.
const SHOWN: usize = 100;

/// One service event.
#[derive(Clone, Debug)]
pub(crate) struct ServiceEvent {
    pub at: Moment,
    pub id: String,
    pub message: String,
}

/// Returns the latest hundred events, the newest first.
pub(crate) fn service_events(scenario: &Scenario, world: &World) -> Vec<ServiceEvent> {
    let mut events = Vec::new();
    for deployment in world.deployments.iter().take(SHOWN / 5) {
        let mut told = Teller {
            service: format!("(service {})", scenario.names.service),
            group: scenario.names.target_group_arn(deployment.target.colour),
            rng: scenario.rng("service events", &[deployment.run.0, deployment.run.1]),
            events: Vec::new(),
        };
        told.tell(deployment, &world.tasks);
        events.extend(told.events);
    }
    events.retain(|event| event.at <= world.now);
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events.truncate(SHOWN);
    events
}

struct Teller {
    service: String,
    group: String,
    rng: SeededRng,
    events: Vec<ServiceEvent>,
}

impl Teller {
    fn tell(&mut self, deployment: &Deployment, tasks: &[Task]) {
        let service = self.service.clone();
        let name = format!("{service} (deployment ecs-svc/{})", deployment.scheduler_id);
        for task in tasks.iter().filter(|task| task.started_by == deployment.scheduler_id) {
            self.task(task);
        }
        if let Some(at) = deployment.shifted_at {
            self.note(
                at,
                format!("{name} has shifted 100 percent of the production traffic to the new revision."),
            );
        }
        if let Some(hook) = &deployment.hook {
            let stage = hook.stage.name();
            self.note(hook.opened_at, format!("{name} is paused at {stage} by lifecycle hook {}.", hook.id));
        }
        let drained = deployment.stages.iter().find(|(stage, _)| *stage == Stage::CleanUp);
        if let Some((_, at)) = drained {
            self.note(*at + secs(3), format!("{service} has begun draining connections on 3 tasks."));
        }
        if let Some(failure) = &deployment.failure {
            let why = if failure.requested { "stopped by the user" } else { "alarm detected" };
            self.note(failure.at, format!("{name} deployment failed: {why}."));
            let source = deployment.source.number;
            self.note(
                failure.at + secs(1),
                format!("{service} rolling back to task definition revision {source}."),
            );
        } else {
            self.note(deployment.finished_at, format!("{name} deployment completed."));
        }
        self.note(deployment.finished_at + secs(2), format!("{service} has reached a steady state."));
    }

    fn task(&mut self, task: &Task) {
        let (service, group) = (self.service.clone(), self.group.clone());
        self.note(task.created_at, format!("{service} has started 1 tasks: (task {}).", task.id));
        self.note(task.running_at, format!("{service} registered 1 targets in (target-group {group})"));
        if task.healthy_at.is_none()
            && let Some(stop) = &task.stop
        {
            let id = &task.id;
            let why = "(reason Health checks failed with these codes: [503])";
            let place = format!("(port 5000) is unhealthy in (target-group {group}) due to {why}");
            self.note(stop.stopping_at, format!("{service} (task {id}) {place}"));
            self.note(stop.stopped_at, format!("{service} has stopped 1 running tasks: (task {id})."));
        }
    }

    fn note(&mut self, at: Moment, message: String) {
        self.events.push(ServiceEvent { at, id: self.rng.uuid(), message });
    }
}
