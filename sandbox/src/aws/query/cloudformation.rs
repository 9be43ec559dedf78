//! CloudFormation: the sandbox's only stack, its events and resources.

use serde_json::{Value, json};

use crate::moment::Moment;
use crate::simulation::{RESOURCES, STACK, STACK_ITSELF, StackEvent, physical_id};

use super::super::{AwsError, Context};
use super::form::Form;
use super::unknown;

/// The number of events on a page.
const PAGE: usize = 100;

pub(super) fn answer(context: &Context<'_>, operation: &str, form: &Form) -> Result<Value, AwsError> {
    match operation {
        "DescribeStacks" => describe(context, form),
        "ListStacks" => Ok(list(context, form)),
        "DescribeStackEvents" => events(context, form),
        "DescribeStackResources" => resources(context, form),
        _ => Err(unknown(operation)),
    }
}

fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new("ValidationError", message)
}

/// Checks that a name or an id identifies the sandbox's stack.
fn check(context: &Context<'_>, requested: &str) -> Result<(), AwsError> {
    let names = context.state.names();
    if requested == names.stack || requested == names.stack_id() {
        Ok(())
    } else {
        Err(invalid(format!("Stack with id {requested} does not exist")))
    }
}

/// Returns the stack's status, its reason, and when the stack entered it.
fn status(context: &Context<'_>) -> (&'static str, Option<String>, Moment) {
    let events = context.world.stack_events(context.state.names());
    let last = events.into_iter().find(|event| event.kind == STACK);
    last.map_or(("CREATE_COMPLETE", None, context.world.resources_created_at), |event| {
        (event.status, event.reason, event.at)
    })
}

fn stack(context: &Context<'_>) -> Value {
    let names = context.state.names();
    let world = &context.world;
    let (status, reason, _) = status(context);
    let update = world.updates.first();
    let number = world.rolling().map_or(world.stable_revision(), |rolling| Some(&rolling.target));
    let parameter = |key: &str, value: String| json!({"ParameterKey": key, "ParameterValue": value});
    let output = |key: &str, value: String| json!({"OutputKey": key, "OutputValue": value});
    json!({
        "StackId": names.stack_id(), "StackName": names.stack, "StackStatus": status, "StackStatusReason": reason,
        "Description": "Hello Truck on ECS Fargate, blue/green behind a load balancer",
        "CreationTime": world.resources_created_at.rfc3339_millis(),
        "LastUpdatedTime": update.map(|update| update.started_at.rfc3339_millis()),
        "DisableRollback": false, "EnableTerminationProtection": true, "NotificationARNs": [],
        "Capabilities": ["CAPABILITY_IAM"], "RollbackConfiguration": {},
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
        "Parameters": [
            parameter("ImageTag", number.map_or(String::new(), |revision| revision.tag().to_owned())),
            parameter("DesiredCount", crate::simulation::DESIRED.to_string()),
        ],
        "Outputs": [
            output("ServiceArn", names.service_arn()),
            output("Url", format!("http://{}-1204417.{}.elb.amazonaws.com", names.stack, names.region)),
        ],
        "Tags": [{"Key": "component", "Value": names.service}],
        "LastOperations": update.map(|update| {
            json!([{"OperationType": "UPDATE_STACK", "OperationId": update.operation}])
        }),
    })
}

fn describe(context: &Context<'_>, form: &Form) -> Result<Value, AwsError> {
    if let Some(name) = form.get("StackName") {
        check(context, name)?;
    }
    Ok(json!({"Stacks": [stack(context)]}))
}

fn list(context: &Context<'_>, form: &Form) -> Value {
    let wanted = form.list("StackStatusFilter");
    let stack = stack(context);
    let mut summary = json!({"TemplateDescription": stack["Description"]});
    for member in [
        "StackId",
        "StackName",
        "CreationTime",
        "LastUpdatedTime",
        "StackStatus",
        "StackStatusReason",
        "DriftInformation",
    ] {
        summary[member] = stack[member].clone();
    }
    let listed = wanted.is_empty() || wanted.iter().any(|status| summary["StackStatus"] == *status);
    json!({"StackSummaries": if listed { vec![summary] } else { vec![] }})
}

fn events(context: &Context<'_>, form: &Form) -> Result<Value, AwsError> {
    check(context, form.get("StackName").unwrap_or_default())?;
    let names = context.state.names();
    let all = context.world.stack_events(names);
    let from = match form.get("NextToken") {
        None => 0,
        Some(token) => {
            let last = all.iter().position(|event| event.id == token);
            last.ok_or_else(|| invalid("Invalid NextToken"))? + 1
        }
    };
    let shown = all.iter().skip(from).take(PAGE).collect::<Vec<_>>();
    let next = if all.len() > from + PAGE { shown.last().map(|event| event.id.clone()) } else { None };
    let written = shown.iter().map(|event| write(context, event)).collect::<Vec<_>>();
    Ok(json!({"StackEvents": written, "NextToken": next}))
}

fn write(context: &Context<'_>, event: &StackEvent) -> Value {
    let names = context.state.names();
    let logical = if event.logical == STACK_ITSELF { &names.stack } else { event.logical };
    json!({
        "StackId": names.stack_id(), "StackName": names.stack, "EventId": event.id, "OperationId": event.operation,
        "LogicalResourceId": logical, "PhysicalResourceId": event.physical, "ResourceType": event.kind,
        "Timestamp": event.at.rfc3339_millis(), "ResourceStatus": event.status, "ResourceStatusReason": event.reason,
    })
}

fn resources(context: &Context<'_>, form: &Form) -> Result<Value, AwsError> {
    check(context, form.get("StackName").unwrap_or_default())?;
    let names = context.state.names();
    let world = &context.world;
    let number = world.stable_revision().map_or(0, |revision| revision.number);
    let events = world.stack_events(names);
    let wanted = form.get("LogicalResourceId");
    let known = RESOURCES.iter().filter(|(logical, ..)| wanted.is_none_or(|wanted| wanted == *logical));
    let written = known.map(|(logical, kind, _)| {
        let last = events.iter().find(|event| event.logical == *logical);
        json!({
            "StackName": names.stack, "StackId": names.stack_id(), "LogicalResourceId": logical,
            "PhysicalResourceId": physical_id(names, logical, number), "ResourceType": kind,
            "Timestamp": last.map_or(world.resources_created_at, |event| event.at).rfc3339_millis(),
            "ResourceStatus": last.map_or("CREATE_COMPLETE", |event| event.status),
            "ResourceStatusReason": last.and_then(|event| event.reason.clone()),
            "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
        })
    });
    let written = written.collect::<Vec<_>>();
    if written.is_empty() {
        let message =
            format!("Resource {} does not exist for stack {}", wanted.unwrap_or_default(), names.stack);
        return Err(invalid(message));
    }
    Ok(json!({"StackResources": written}))
}
