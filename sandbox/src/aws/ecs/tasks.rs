//! Tasks: the running ones, and the stopped ones for an hour.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::moment::{Moment, secs};
use crate::simulation::{Stop, Task};

use super::super::json::read;
use super::super::page::page;
use super::super::{AwsError, Context};
use super::{identifiers, missing, with};

/// How long a stopped task can still be described, in seconds.
const STOPPED_TASK_RETENTION: u64 = 3600;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListInput {
    cluster: Option<String>,
    service_name: Option<String>,
    family: Option<String>,
    started_by: Option<String>,
    desired_status: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

pub(super) fn list(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<ListInput>(input)?;
    let (names, now) = (context.state.names(), context.world.now);
    identifiers::cluster(names, requested.cluster.as_deref())?;
    if let Some(service) = &requested.service_name {
        identifiers::service(names, service)?;
    }
    let stopped = match requested.desired_status.as_deref() {
        None | Some("RUNNING") => false,
        Some("STOPPED") => true,
        // No task ever has this desired status, according to AWS's documentation.
        Some("PENDING") => return Ok(json!({"taskArns": []})),
        Some(_) => return Err(AwsError::parameter("desiredStatus must be RUNNING, PENDING or STOPPED.")),
    };
    let tasks = context.world.tasks.iter().rev().filter(|task| {
        is_retained(task, now)
            && task.is_stopping(now) == stopped
            && requested.family.as_ref().is_none_or(|family| *family == names.family)
            && requested
                .started_by
                .as_ref()
                .is_none_or(|by| by.strip_prefix("ecs-svc/") == Some(&task.started_by))
    });
    let size = requested.max_results.unwrap_or(100).clamp(1, 100);
    let paged = page(tasks.collect(), size, requested.next_token.as_deref(), |task: &&Task| task.id.clone())?;
    let arns = paged.items.iter().map(|task| names.task_arn(&task.id)).collect::<Vec<_>>();
    Ok(with(json!({"taskArns": arns}), "nextToken", paged.next.map(Value::String)))
}

fn is_retained(task: &Task, now: Moment) -> bool {
    task.stop.as_ref().is_none_or(|stop| now < stop.stopped_at + secs(STOPPED_TASK_RETENTION))
}

#[derive(Debug, Deserialize)]
struct DescribeInput {
    cluster: Option<String>,
    tasks: Vec<String>,
}

pub(super) fn describe(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<DescribeInput>(input)?;
    let (names, now) = (context.state.names(), context.world.now);
    identifiers::cluster(names, requested.cluster.as_deref())?;
    identifiers::at_most(&requested.tasks, 100, "Tasks")?;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in &requested.tasks {
        let id = identifiers::id(name);
        match context.world.tasks.iter().find(|task| task.id == id && is_retained(task, now)) {
            Some(task) => found.push(full(context, task)),
            None => failures.push(missing(&names.task_arn(id))),
        }
    }
    Ok(json!({"tasks": found, "failures": failures}))
}

fn full(context: &Context<'_>, task: &Task) -> Value {
    let (names, now) = (context.state.names(), context.world.now);
    let arn = names.task_arn(&task.id);
    let zone = char::from(b'a' + u8::try_from(task.place % 3).unwrap_or(0));
    let object = json!({
        "taskArn": arn, "clusterArn": names.cluster_arn(), "group": format!("service:{}", names.service),
        "taskDefinitionArn": names.task_definition_arn(task.revision.number),
        "startedBy": format!("ecs-svc/{}", task.started_by),
        "availabilityZone": format!("{}{zone}", names.region), "launchType": "FARGATE",
        "platformVersion": "1.4.0", "platformFamily": "Linux", "cpu": "256", "memory": "512",
        "createdAt": task.created_at.epoch_seconds(), "lastStatus": task.status(now),
        "desiredStatus": if task.is_stopping(now) { "STOPPED" } else { "RUNNING" },
        "healthStatus": "UNKNOWN", "connectivity": "CONNECTED", "version": 4, "enableExecuteCommand": false,
        "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
        "overrides": {"containerOverrides": [{"name": names.service}], "inferenceAcceleratorOverrides": []},
        "inferenceAccelerators": [], "tags": [], "ephemeralStorage": {"sizeInGiB": 20},
        "attachments": [attachment(task, now)], "containers": [container(context, task, &arn)],
    });
    let past = |at: Moment| (at <= now).then(|| json!(at.epoch_seconds()));
    let object = with(object, "connectivityAt", past(task.created_at + secs(5)));
    let object = with(object, "pullStartedAt", past(task.running_at - secs(9)));
    let object = with(object, "pullStoppedAt", past(task.running_at - secs(3)));
    let object = with(object, "startedAt", past(task.running_at));
    task.stop
        .as_ref()
        .filter(|stop| stop.stopping_at <= now)
        .map_or(object.clone(), |stop| ended(object, stop, now))
}

fn ended(object: Value, stop: &Stop, now: Moment) -> Value {
    let past = |at: Moment| (at <= now).then(|| json!(at.epoch_seconds()));
    let object = with(object, "stoppingAt", past(stop.stopping_at));
    let object = with(object, "executionStoppedAt", past(stop.stopped_at - secs(2)));
    let object = with(object, "stoppedAt", past(stop.stopped_at));
    let object = with(object, "stopCode", Some(json!("ServiceSchedulerInitiated")));
    with(object, "stoppedReason", Some(json!(stop.reason)))
}

fn attachment(task: &Task, now: Moment) -> Value {
    json!({
        "id": format!("{}-eni", short(&task.id, 8)), "type": "ElasticNetworkInterface",
        "status": if task.is_stopped(now) { "DELETED" } else { "ATTACHED" },
        "details": [{"name": "privateIPv4Address", "value": task.address}],
    })
}

fn container(context: &Context<'_>, task: &Task, arn: &str) -> Value {
    let (names, now) = (context.state.names(), context.world.now);
    let status = match task.status(now) {
        status @ ("RUNNING" | "STOPPED") => status,
        "DEACTIVATING" => "RUNNING",
        "STOPPING" | "DEPROVISIONING" => "STOPPED",
        _ => "PENDING",
    };
    let object = json!({
        "containerArn": format!("{}/{}", arn.replace(":task/", ":container/"), short(&task.id, 12)), "taskArn": arn,
        "name": names.service, "image": format!("{}@{}", names.image(), task.revision.digest),
        "imageDigest": task.revision.digest, "runtimeId": format!("{}-0527074092", task.id),
        "lastStatus": status, "healthStatus": "UNKNOWN", "cpu": "256", "memory": "512", "networkBindings": [],
        "networkInterfaces": [{"attachmentId": format!("{}-eni", short(&task.id, 8)), "privateIpv4Address": task.address}],
    });
    with(object, "exitCode", (status == "STOPPED").then(|| json!(0)))
}

fn short(id: &str, length: usize) -> &str {
    id.get(..length).unwrap_or(id)
}
