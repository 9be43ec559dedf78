//! The service events that ECS writes during deployments.

use crate::moment::{Moment, secs};
use crate::scenario::Scenario;
use crate::seeded_rng::SeededRng;

use super::deployment::Deployment;
use super::stage::Stage;
use super::task::Task;
use super::world::World;

/// The number of events that `DescribeServices` returns.
const EVENT_LIMIT: usize = 100;

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
    for deployment in world.deployments.iter().take(EVENT_LIMIT / 5) {
        let mut writer = EventWriter {
            service: format!("(service {})", scenario.names.service),
            group: scenario.names.target_group_arn(deployment.target.colour),
            rng: scenario.rng("service events", &[deployment.run.0, deployment.run.1]),
            events: Vec::new(),
        };
        writer.write_deployment(deployment, &world.tasks);
        events.extend(writer.events);
    }
    events.retain(|event| event.at <= world.now);
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events.truncate(EVENT_LIMIT);
    events
}

struct EventWriter {
    service: String,
    group: String,
    rng: SeededRng,
    events: Vec<ServiceEvent>,
}

impl EventWriter {
    fn write_deployment(&mut self, deployment: &Deployment, tasks: &[Task]) {
        let service = self.service.clone();
        let name = format!("{service} (deployment ecs-svc/{})", deployment.scheduler_id);
        for task in tasks.iter().filter(|task| task.started_by == deployment.scheduler_id) {
            self.write_task(task);
        }
        if let Some(at) = deployment.shifted_at {
            self.push(
                at,
                format!("{name} has shifted 100 percent of the production traffic to the new revision."),
            );
        }
        if let Some(hook) = &deployment.hook {
            let stage = hook.stage.name();
            self.push(hook.opened_at, format!("{name} is paused at {stage} by lifecycle hook {}.", hook.id));
        }
        let drained = deployment.stages.iter().find(|(stage, _)| *stage == Stage::CleanUp);
        if let Some((_, at)) = drained {
            self.push(*at + secs(3), format!("{service} has begun draining connections on 3 tasks."));
        }
        if let Some(failure) = &deployment.failure {
            let why = if failure.requested { "stopped by the user" } else { "alarm detected" };
            self.push(failure.at, format!("{name} deployment failed: {why}."));
            let source = deployment.source.number;
            self.push(
                failure.at + secs(1),
                format!("{service} rolling back to task definition revision {source}."),
            );
        } else {
            self.push(deployment.finished_at, format!("{name} deployment completed."));
        }
        self.push(deployment.finished_at + secs(2), format!("{service} has reached a steady state."));
    }

    fn write_task(&mut self, task: &Task) {
        let (service, group) = (self.service.clone(), self.group.clone());
        self.push(task.created_at, format!("{service} has started 1 tasks: (task {}).", task.id));
        self.push(task.running_at, format!("{service} registered 1 targets in (target-group {group})"));
        if task.healthy_at.is_none()
            && let Some(stop) = &task.stop
        {
            let id = &task.id;
            let why = "(reason Health checks failed with these codes: [503])";
            let place = format!("(port 5000) is unhealthy in (target-group {group}) due to {why}");
            self.push(stop.stopping_at, format!("{service} (task {id}) {place}"));
            self.push(stop.stopped_at, format!("{service} has stopped 1 running tasks: (task {id})."));
        }
    }

    fn push(&mut self, at: Moment, message: String) {
        self.events.push(ServiceEvent { at, id: self.rng.uuid(), message });
    }
}
