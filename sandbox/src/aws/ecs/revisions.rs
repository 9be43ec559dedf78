//! Service revisions: the task definition, image and target group of each.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::names::Names;
use crate::simulation::{DESIRED, Revision};

use super::super::json::read;
use super::super::{AwsError, Context};
use super::{identifiers, missing, with};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    service_revision_arns: Vec<String>,
}

pub(super) fn describe(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<Input>(input)?.service_revision_arns;
    identifiers::at_most(&requested, 20, "serviceRevisionArns")?;
    let names = context.state.names();
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for arn in requested {
        match context.world.revisions().find(|revision| names.revision_arn(&revision.id) == arn) {
            Some(revision) => found.push(full(names, revision)),
            None => failures.push(missing(&arn)),
        }
    }
    Ok(json!({"serviceRevisions": found, "failures": failures}))
}

fn full(names: &Names, revision: &Revision) -> Value {
    json!({
        "serviceRevisionArn": names.revision_arn(&revision.id), "serviceArn": names.service_arn(),
        "clusterArn": names.cluster_arn(), "taskDefinition": names.task_definition_arn(revision.number),
        "launchType": "FARGATE", "platformVersion": "1.4.0", "platformFamily": "Linux",
        "loadBalancers": [load_balancer(names, revision.colour)], "networkConfiguration": network(),
        "containerImages": [{
            "containerName": names.service, "imageDigest": revision.digest,
            "image": format!("{}:{}", names.image(), revision.tag()),
        }],
        "guardDutyEnabled": false, "createdAt": revision.created_at.epoch_seconds(),
        "resolvedConfiguration": {"loadBalancers": [{
            "targetGroupArn": names.target_group_arn(revision.colour),
            "productionListenerRule": names.listener_rule_arn("production"),
        }]},
    })
}

/// Writes the load balancer with one colour's target group as the main one and the other as the alternate.
pub(super) fn load_balancer(names: &Names, colour: &str) -> Value {
    let other = if colour == "blue" { "green" } else { "blue" };
    json!({
        "targetGroupArn": names.target_group_arn(colour), "containerName": names.service, "containerPort": 5000,
        "advancedConfiguration": {
            "alternateTargetGroupArn": names.target_group_arn(other),
            "productionListenerRule": names.listener_rule_arn("production"),
            "testListenerRule": names.listener_rule_arn("test"),
            "roleArn": names.role_arn("hello-truck-traffic-shift"),
        },
    })
}

pub(super) fn network() -> Value {
    json!({"awsvpcConfiguration": {
        "subnets": ["subnet-0a1b2c3d4e5f60718", "subnet-0b2c3d4e5f6071829", "subnet-0c3d4e5f607182930"],
        "securityGroups": ["sg-05e6d7c8b9a0f1e2d"], "assignPublicIp": "ENABLED",
    }})
}

/// Writes the task counts of a revision.
pub(super) fn counts(context: &Context<'_>, revision: &Revision) -> Value {
    let now = context.world.now;
    let tasks = context.world.tasks.iter().filter(|task| task.revision.id == revision.id).collect::<Vec<_>>();
    let active = tasks.iter().any(|task| !task.is_stopping(now));
    json!({
        "arn": context.state.names().revision_arn(&revision.id),
        "requestedTaskCount": if active { DESIRED } else { 0 },
        "runningTaskCount": tasks.iter().filter(|task| task.is_running(now)).count(),
        "pendingTaskCount": tasks.iter().filter(|task| task.is_pending(now)).count(),
    })
}

/// Writes the task counts and the shares of the production and of the test traffic, in percent.
pub(super) fn weighted(context: &Context<'_>, revision: &Revision, (production, test): (u8, u8)) -> Value {
    let object = counts(context, revision);
    let object = with(object, "requestedProductionTrafficWeight", Some(json!(f64::from(production))));
    with(object, "requestedTestTrafficWeight", Some(json!(f64::from(test))))
}
