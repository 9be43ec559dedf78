//! Service deployments: the progress of each in stages, tasks and traffic.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::simulation::{ALARM, BAKE_MINUTES, Deployment, Hook, PAUSE_MINUTES, Stage};

use super::super::json::read;
use super::super::page::page;
use super::super::{AwsError, Context};
use super::{identifiers, missing, revisions, with};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListInput {
    service: String,
    cluster: Option<String>,
    #[serde(default)]
    status: Vec<String>,
    created_at: Option<Created>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

/// Bounds in epoch seconds.
#[derive(Debug, Deserialize)]
struct Created {
    before: Option<f64>,
    after: Option<f64>,
}

pub(super) fn list(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<ListInput>(input)?;
    let (names, now) = (context.state.names(), context.world.now);
    identifiers::cluster(names, requested.cluster.as_deref())?;
    identifiers::service(names, &requested.service)?;
    let size = requested.max_results.unwrap_or(20);
    if !(1..=100).contains(&size) {
        return Err(AwsError::parameter("maxResults must be between 1 and 100."));
    }
    let wanted = |deployment: &&Deployment| {
        let created = deployment.created_at.epoch_seconds();
        let bounds = requested.created_at.as_ref();
        (requested.status.is_empty()
            || requested.status.iter().any(|status| status == deployment.state(now).name()))
            && bounds.and_then(|bounds| bounds.after).is_none_or(|after| after < created)
            && bounds.and_then(|bounds| bounds.before).is_none_or(|before| created < before)
    };
    let all = context.world.deployments.iter().filter(wanted).collect::<Vec<_>>();
    let paged = page(all, size, requested.next_token.as_deref(), |deployment| deployment.id.clone())?;
    let briefs = paged.items.into_iter().map(|deployment| {
        let object = common(context, deployment);
        let target = names.revision_arn(&deployment.target.id);
        with(object, "targetServiceRevisionArn", Some(json!(target)))
    });
    let answer = json!({"serviceDeployments": briefs.collect::<Vec<_>>()});
    Ok(with(answer, "nextToken", paged.next.map(Value::String)))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeInput {
    service_deployment_arns: Vec<String>,
}

pub(super) fn describe(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<DescribeInput>(input)?.service_deployment_arns;
    identifiers::at_most(&requested, 20, "serviceDeploymentArns")?;
    let names = context.state.names();
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for arn in requested {
        match context.world.deployment(identifiers::id(&arn)) {
            Some(deployment) if names.deployment_arn(&deployment.id) == arn => {
                found.push(full(context, deployment));
            }
            _ => failures.push(missing(&arn)),
        }
    }
    Ok(json!({"serviceDeployments": found, "failures": failures}))
}

/// Writes the members that both operations return for a deployment.
fn common(context: &Context<'_>, deployment: &Deployment) -> Value {
    let (names, now) = (context.state.names(), context.world.now);
    let object = json!({
        "serviceDeploymentArn": names.deployment_arn(&deployment.id), "serviceArn": names.service_arn(),
        "clusterArn": names.cluster_arn(), "createdAt": deployment.created_at.epoch_seconds(),
        "status": deployment.state(now).name(),
    });
    let past = |at: crate::moment::Moment| (at <= now).then(|| json!(at.epoch_seconds()));
    let object = with(object, "startedAt", past(deployment.started_at));
    let object = with(object, "finishedAt", past(deployment.finished_at));
    let reason = deployment.failure_at(now).map(|failure| json!(failure.reason));
    with(object, "statusReason", reason)
}

fn full(context: &Context<'_>, deployment: &Deployment) -> Value {
    let now = context.world.now;
    let mut object = common(context, deployment);
    let weights = |target: bool| {
        let (production, test) = (deployment.production_weight(now), deployment.test_weight(now));
        if target { (production, test) } else { (100 - production, 100 - test) }
    };
    let more = json!({
        "updatedAt": deployment.updated_at(now).epoch_seconds(),
        "targetServiceRevision": revisions::weighted(context, &deployment.target, weights(true)),
        "sourceServiceRevisions": [revisions::weighted(context, &deployment.source, weights(false))],
        "deploymentConfiguration": configuration(Some(deployment)),
        "deploymentCircuitBreaker": {"status": "DISABLED", "failureCount": 0, "threshold": 0},
        "alarms": alarms(deployment, now),
    });
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
    let stage = deployment.stage(now).map(|stage| json!(stage.name()));
    let object = with(object, "lifecycleStage", stage);
    let hook = deployment.hook_at(now).map(|hook| json!([hook_details(hook, now)]));
    let object = with(object, "lifecycleHookDetails", hook);
    let rollback = deployment.failure_at(now).map(|failure| {
        json!({
            "reason": failure.reason, "startedAt": failure.at.epoch_seconds(),
            "serviceRevisionArn": context.state.names().revision_arn(&deployment.source.id),
        })
    });
    with(object, "rollback", rollback)
}

fn alarms(deployment: &Deployment, now: crate::moment::Moment) -> Value {
    let triggered = deployment.failure_at(now).is_some_and(|failure| !failure.requested);
    let status = match (triggered, deployment.is_over(now)) {
        (true, _) => "TRIGGERED",
        (false, true) => "MONITORING_COMPLETE",
        (false, false) => "MONITORING",
    };
    let object = json!({"status": status, "alarmNames": [ALARM]});
    with(object, "triggeredAlarmNames", triggered.then(|| json!([ALARM])))
}

fn hook_details(hook: &Hook, now: crate::moment::Moment) -> Value {
    json!({
        "hookId": hook.id, "targetType": "PAUSE", "status": hook.status(now),
        "expiresAt": hook.expires_at.epoch_seconds(), "timeoutAction": "CONTINUE",
    })
}

/// Writes the deployment configuration; a deployment that pauses has a lifecycle hook for it.
pub(super) fn configuration(deployment: Option<&Deployment>) -> Value {
    let hook = json!({
        "targetType": "PAUSE", "lifecycleStages": [Stage::PostTestTrafficShift.name()],
        "timeoutConfiguration": {"timeoutInMinutes": PAUSE_MINUTES, "action": "CONTINUE"},
    });
    let pauses = deployment.is_some_and(|deployment| deployment.hook.is_some());
    json!({
        "strategy": "BLUE_GREEN", "bakeTimeInMinutes": BAKE_MINUTES,
        "maximumPercent": 200, "minimumHealthyPercent": 100,
        "deploymentCircuitBreaker": {"enable": false, "rollback": false},
        "alarms": {"alarmNames": [ALARM], "rollback": true, "enable": true},
        "lifecycleHooks": if pauses { vec![hook] } else { vec![] },
    })
}
