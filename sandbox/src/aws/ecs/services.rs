//! The service as a whole: task counts, its `deployments` list, events, tags.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::moment::Moment;
use crate::simulation::{DESIRED, Deployment, Revision, Task, service_events};

use super::super::json::read;
use super::super::{AwsError, Context, rng_of};
use super::{deployments, identifiers, missing, revisions, with};

#[derive(Debug, Deserialize)]
struct ListInput {
    cluster: Option<String>,
}

pub(super) fn list(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let names = context.state.names();
    identifiers::cluster(names, read::<ListInput>(input)?.cluster.as_deref())?;
    Ok(json!({"serviceArns": [names.service_arn()]}))
}

#[derive(Debug, Deserialize)]
struct Input {
    cluster: Option<String>,
    services: Vec<String>,
    #[serde(default)]
    include: Vec<String>,
}

pub(super) fn describe(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<Input>(input)?;
    let names = context.state.names();
    identifiers::cluster(names, requested.cluster.as_deref())?;
    identifiers::at_most(&requested.services, 10, "Services")?;
    let (known, unknown): (Vec<_>, Vec<_>) =
        requested.services.iter().partition(|requested| identifiers::is_service(names, requested));
    let tags = requested.include.iter().any(|name| name == "TAGS");
    let services = if known.is_empty() { vec![] } else { vec![service(context, tags)] };
    let failures = unknown
        .iter()
        .map(|requested| missing(&names.ecs_arn("service", identifiers::id(requested))))
        .collect::<Vec<_>>();
    Ok(json!({"services": services, "failures": failures}))
}

fn service(context: &Context<'_>, tags: bool) -> Value {
    let (names, world) = (context.state.names(), &context.world);
    let now = world.now;
    let stable = world.stable_revision();
    let current = world.rolling().map_or(stable, |rolling| Some(&rolling.target));
    let colour = stable.map_or("blue", |revision| revision.colour);
    let count = |is: fn(&Task, Moment) -> bool| world.tasks.iter().filter(|task| is(task, now)).count();
    let object = json!({
        "serviceArn": names.service_arn(), "serviceName": names.service, "clusterArn": names.cluster_arn(),
        "status": "ACTIVE", "desiredCount": DESIRED,
        "runningCount": count(Task::is_running), "pendingCount": count(Task::is_pending),
        "launchType": "FARGATE", "platformVersion": "LATEST", "platformFamily": "Linux",
        "taskDefinition": current.map(|revision| names.task_definition_arn(revision.number)),
        "deploymentConfiguration": deployments::configuration(world.rolling()),
        "loadBalancers": [revisions::load_balancer(names, colour)], "serviceRegistries": [],
        "deployments": deployments(context), "events": events(context),
        "roleArn": names.role_arn("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"),
        "createdAt": world.resources_created_at.epoch_seconds(), "createdBy": names.role_arn("hello-truck-deploy"),
        "placementConstraints": [], "placementStrategy": [], "healthCheckGracePeriodSeconds": 30,
        "networkConfiguration": revisions::network(), "schedulingStrategy": "REPLICA",
        "deploymentController": {"type": "ECS"}, "enableECSManagedTags": true, "propagateTags": "SERVICE",
        "enableExecuteCommand": false, "availabilityZoneRebalancing": "ENABLED",
        "currentServiceRevisions": current_revisions(context),
    });
    let rolling = world.rolling().map(|rolling| json!(names.deployment_arn(&rolling.id)));
    let object = with(object, "currentServiceDeployment", rolling);
    with(object, "tags", tags.then(|| tag_list(context)))
}

fn tag_list(context: &Context<'_>) -> Value {
    let names = context.state.names();
    json!([
        {"key": "aws:cloudformation:stack-name", "value": names.stack},
        {"key": "aws:cloudformation:stack-id", "value": names.stack_id()},
        {"key": "aws:cloudformation:logical-id", "value": "Service"},
        {"key": "component", "value": names.service},
    ])
}

fn events(context: &Context<'_>) -> Vec<Value> {
    let events = service_events(&context.state.scenario, &context.world);
    let write = |event: &crate::simulation::ServiceEvent| json!({"id": event.id, "createdAt": event.at.epoch_seconds(), "message": event.message});
    events.iter().map(write).collect()
}

/// Returns the `deployments` of `DescribeServices`: the new one is `PRIMARY`, the one that it replaces `ACTIVE`.
fn deployments(context: &Context<'_>) -> Vec<Value> {
    let world = &context.world;
    let stable = world.stable_revision();
    let Some(rolling) = world.rolling() else {
        let last = world.deployments.iter().find(|deployment| Some(&deployment.target) == stable);
        return stable.map(|revision| plain(context, revision, last, "PRIMARY")).into_iter().collect();
    };
    let before = world.deployments.iter().find(|deployment| deployment.target == rolling.source);
    vec![
        plain(context, &rolling.target, Some(rolling), "PRIMARY"),
        plain(context, &rolling.source, before, "ACTIVE"),
    ]
}

fn plain(context: &Context<'_>, revision: &Revision, of: Option<&Deployment>, status: &str) -> Value {
    let (names, now) = (context.state.names(), context.world.now);
    let tasks = context.world.tasks.iter().filter(|task| task.revision.id == revision.id).collect::<Vec<_>>();
    let id = of.map_or_else(|| rng_of(context, "first deployment").digits(19), |of| of.scheduler_id.clone());
    let updated = of.map_or(revision.created_at, |of| of.updated_at(now));
    let (state, reason) = match of {
        Some(of) if of.failure_at(now).is_some() => ("FAILED", "deployment failed."),
        Some(of) if !of.is_over(now) => ("IN_PROGRESS", "in progress."),
        _ => ("COMPLETED", "completed."),
    };
    json!({
        "id": format!("ecs-svc/{id}"), "status": status,
        "taskDefinition": names.task_definition_arn(revision.number), "desiredCount": DESIRED,
        "runningCount": tasks.iter().filter(|task| task.is_running(now)).count(),
        "pendingCount": tasks.iter().filter(|task| task.is_pending(now)).count(),
        "failedTasks": tasks.iter().filter(|task| task.healthy_at.is_none() && task.is_stopped(now)).count(),
        "createdAt": revision.created_at.epoch_seconds(), "updatedAt": updated.epoch_seconds(),
        "launchType": "FARGATE", "platformVersion": "1.4.0", "platformFamily": "Linux",
        "networkConfiguration": revisions::network(),
        "rolloutState": state, "rolloutStateReason": format!("ECS deployment ecs-svc/{id} {reason}"),
    })
}

fn current_revisions(context: &Context<'_>) -> Vec<Value> {
    let world = &context.world;
    let current = match world.rolling() {
        Some(rolling) => vec![&rolling.target, &rolling.source],
        None => world.stable_revision().into_iter().collect(),
    };
    current.into_iter().map(|revision| revisions::counts(context, revision)).collect()
}
