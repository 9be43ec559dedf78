//! The CloudFormation stack: its resources, and the events of its updates.

use crate::moment::{Moment, secs};
use crate::names::Names;
use crate::scenario::Scenario;

use super::deployment::Deployment;

/// One update of the stack; it lasts as long as the service deployment that it starts.
#[derive(Clone, Debug)]
pub(crate) struct StackUpdate {
    pub operation: String,
    pub started_at: Moment,
    pub ended_at: Moment,
    service_from: Moment,
    service_done: Moment,
    task_definitions: (u64, u64),
    failure: Option<String>,
    token: String,
}

/// One event of the stack.
#[derive(Clone, Debug)]
pub(crate) struct StackEvent {
    pub at: Moment,
    pub id: String,
    pub operation: String,
    pub logical: &'static str,
    pub physical: String,
    pub kind: &'static str,
    pub status: &'static str,
    pub reason: Option<String>,
}

pub(crate) const STACK: &str = "AWS::CloudFormation::Stack";
/// Stands for the stack itself in place of a resource's logical id.
pub(crate) const STACK_ITSELF: &str = "";
const TASK_DEFINITION: &str = "TaskDefinition";
const SERVICE: &str = "Service";

/// The stack's resources: logical id, type, and the end of the physical id.
pub(crate) const RESOURCES: &[(&str, &str, &str)] = &[
    ("Vpc", "AWS::EC2::VPC", "vpc-0c4d1f6b7a2e9d835"),
    ("PublicSubnetA", "AWS::EC2::Subnet", "subnet-0a1b2c3d4e5f60718"),
    ("PublicSubnetB", "AWS::EC2::Subnet", "subnet-0b2c3d4e5f6071829"),
    ("PublicSubnetC", "AWS::EC2::Subnet", "subnet-0c3d4e5f607182930"),
    ("LoadBalancerSecurityGroup", "AWS::EC2::SecurityGroup", "sg-04f7e8a1b2c3d4e5f"),
    ("ServiceSecurityGroup", "AWS::EC2::SecurityGroup", "sg-05e6d7c8b9a0f1e2d"),
    (
        "LoadBalancer",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "loadbalancer/app/hello-truck/50dc6c495c0c9188",
    ),
    ("BlueTargetGroup", "AWS::ElasticLoadBalancingV2::TargetGroup", "blue"),
    ("GreenTargetGroup", "AWS::ElasticLoadBalancingV2::TargetGroup", "green"),
    ("ProductionRule", "AWS::ElasticLoadBalancingV2::ListenerRule", "production"),
    ("TestRule", "AWS::ElasticLoadBalancingV2::ListenerRule", "test"),
    ("WebAcl", "AWS::WAFv2::WebACL", "hello-truck|1f0c7c1e-6a53-4b7e-9a07-2d3f4f6a8b90|REGIONAL"),
    ("LogGroup", "AWS::Logs::LogGroup", ""),
    ("ExecutionRole", "AWS::IAM::Role", "hello-truck-execution"),
    ("TaskRole", "AWS::IAM::Role", "hello-truck-task"),
    ("Cluster", "AWS::ECS::Cluster", ""),
    (TASK_DEFINITION, "AWS::ECS::TaskDefinition", ""),
    ("UnhealthyHostsAlarm", "AWS::CloudWatch::Alarm", super::rollout::ALARM),
    (SERVICE, "AWS::ECS::Service", ""),
];

/// Returns the physical id of a resource; that of the task definition is for the given revision.
pub(crate) fn physical_id(names: &Names, logical: &str, task_definition: u64) -> String {
    let end = RESOURCES.iter().find(|(name, ..)| *name == logical).map_or("", |(_, _, end)| *end);
    match logical {
        "LoadBalancer" => names.arn("elasticloadbalancing", end),
        "BlueTargetGroup" | "GreenTargetGroup" => names.target_group_arn(end),
        "ProductionRule" | "TestRule" => names.listener_rule_arn(end),
        "LogGroup" => names.log_group.clone(),
        "Cluster" => names.cluster.clone(),
        TASK_DEFINITION => names.task_definition_arn(task_definition),
        SERVICE => names.service_arn(),
        _ => end.to_owned(),
    }
}

impl StackUpdate {
    /// Computes the update from the deployment that it starts.
    pub(super) fn of(scenario: &Scenario, deployment: &Deployment, started_at: Moment) -> Self {
        let mut rng = scenario.rng("stack update", &[deployment.run.0, deployment.run.1]);
        let arn = scenario.names.service_arn();
        let token = rng.uuid();
        let failure = deployment.failure.as_ref().map(|failure| {
            format!(
                "Resource handler returned message: \"Error occurred during operation 'ECS deployment of {arn}': {}\" \
                 (RequestToken: {token}, HandlerErrorCode: GeneralServiceException)",
                failure.reason
            )
        });
        Self {
            operation: rng.uuid(),
            started_at,
            ended_at: deployment.finished_at + secs(if failure.is_some() { 20 } else { 10 }),
            service_from: deployment.created_at - secs(2),
            service_done: deployment.finished_at + secs(4),
            task_definitions: (deployment.source.number, deployment.target.number),
            failure,
            token,
        }
    }

    /// Returns the events of this update that have happened by `now`, oldest first.
    pub(crate) fn events(&self, names: &Names, now: Moment) -> Vec<StackEvent> {
        let (old, new) = self.task_definitions;
        let mut list = EventList { update: self, names, events: Vec::new() };
        let start = self.started_at;
        list.push(start, STACK_ITSELF, 0, "UPDATE_IN_PROGRESS", Some("User Initiated"));
        let replaces =
            "Requested update requires the creation of a new physical resource; hence creating one.";
        list.push(start + secs(3), TASK_DEFINITION, old, "UPDATE_IN_PROGRESS", Some(replaces));
        list.push(
            start + secs(4),
            TASK_DEFINITION,
            new,
            "UPDATE_IN_PROGRESS",
            Some("Resource creation Initiated"),
        );
        list.push(start + secs(5), TASK_DEFINITION, new, "UPDATE_COMPLETE", None);
        list.push(self.service_from, SERVICE, 0, "UPDATE_IN_PROGRESS", None);
        let done = self.service_done;
        match &self.failure {
            None => list.complete(done, old),
            Some(reason) => list.roll_back(done, reason, (old, new)),
        }
        list.events.retain(|event| event.at <= now);
        list.events
    }
}

struct EventList<'a> {
    update: &'a StackUpdate,
    names: &'a Names,
    events: Vec<StackEvent>,
}

impl EventList<'_> {
    fn complete(&mut self, done: Moment, old: u64) {
        self.push(done, SERVICE, 0, "UPDATE_COMPLETE", None);
        self.push(done + secs(1), STACK_ITSELF, 0, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None);
        self.push(done + secs(3), TASK_DEFINITION, old, "DELETE_IN_PROGRESS", None);
        self.push(done + secs(5), TASK_DEFINITION, old, "DELETE_COMPLETE", None);
        self.push(done + secs(6), STACK_ITSELF, 0, "UPDATE_COMPLETE", None);
    }

    fn roll_back(&mut self, done: Moment, reason: &str, (old, new): (u64, u64)) {
        self.push(done, SERVICE, 0, "UPDATE_FAILED", Some(reason));
        let failed = format!("The following resource(s) failed to update: [{SERVICE}]. ");
        self.push(done + secs(1), STACK_ITSELF, 0, "UPDATE_ROLLBACK_IN_PROGRESS", Some(&failed));
        self.push(done + secs(3), TASK_DEFINITION, old, "UPDATE_COMPLETE", None);
        self.push(done + secs(4), SERVICE, 0, "UPDATE_IN_PROGRESS", None);
        self.push(done + secs(10), SERVICE, 0, "UPDATE_COMPLETE", None);
        self.push(done + secs(11), STACK_ITSELF, 0, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", None);
        self.push(done + secs(13), TASK_DEFINITION, new, "DELETE_IN_PROGRESS", None);
        self.push(done + secs(14), TASK_DEFINITION, new, "DELETE_COMPLETE", None);
        self.push(done + secs(16), STACK_ITSELF, 0, "UPDATE_ROLLBACK_COMPLETE", None);
    }

    fn push(
        &mut self,
        at: Moment,
        logical: &'static str,
        revision: u64,
        status: &'static str,
        reason: Option<&str>,
    ) {
        let known = RESOURCES.iter().find(|(name, ..)| *name == logical);
        let kind = known.map_or(STACK, |(_, kind, _)| *kind);
        let physical = match known {
            Some(_) => physical_id(self.names, logical, revision),
            None => self.names.stack_id(),
        };
        let tail = self.update.token.rsplit('-').next().unwrap_or_default();
        let id = format!(
            "{}-{status}-{}-{tail}",
            if known.is_some() { logical } else { "stack" },
            at.rfc3339_millis()
        );
        let operation = self.update.operation.clone();
        let reason = reason.map(ToOwned::to_owned);
        self.events.push(StackEvent { at, id, operation, logical, physical, kind, status, reason });
    }
}
