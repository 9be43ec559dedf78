//! Load balancing: the health of the tasks in a target group.

use serde_json::{Value, json};

use crate::simulation::Task;

use super::super::{AwsError, Context};
use super::form::Form;
use super::unknown;

pub(super) fn answer(context: &Context<'_>, operation: &str, form: &Form) -> Result<Value, AwsError> {
    match operation {
        "DescribeTargetHealth" => health(context, form.get("TargetGroupArn").unwrap_or_default()),
        _ => Err(unknown(operation)),
    }
}

fn health(context: &Context<'_>, group: &str) -> Result<Value, AwsError> {
    let names = context.state.names();
    let Some(colour) = ["blue", "green"].into_iter().find(|colour| names.target_group_arn(colour) == group)
    else {
        let message = format!("One or more target groups not found: '{group}'");
        return Err(AwsError::new("TargetGroupNotFound", message));
    };
    let now = context.world.now;
    let registered =
        |task: &&Task| task.revision.colour == colour && task.running_at <= now && !task.is_stopped(now);
    let targets = context.world.tasks.iter().filter(registered).map(|task| describe(context, task));
    Ok(json!({"TargetHealthDescriptions": targets.collect::<Vec<_>>()}))
}

fn describe(context: &Context<'_>, task: &Task) -> Value {
    let now = context.world.now;
    let zone = char::from(b'a' + u8::try_from(task.place % 3).unwrap_or(0));
    let health = if task.is_stopping(now) {
        let (reason, text) = ("Target.DeregistrationInProgress", "Target deregistration is in progress");
        json!({"State": "draining", "Reason": reason, "Description": text})
    } else if task.is_healthy(now) {
        json!({"State": "healthy"})
    } else if task.healthy_at.is_some() || now.since(task.running_at) < crate::moment::secs(15) {
        let (reason, text) = ("Elb.RegistrationInProgress", "Target registration is in progress");
        json!({"State": "initial", "Reason": reason, "Description": text})
    } else {
        let (reason, text) = ("Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]");
        json!({"State": "unhealthy", "Reason": reason, "Description": text})
    };
    json!({
        "Target": {"Id": task.address, "Port": 5000, "AvailabilityZone": format!("{}{zone}", context.state.names().region)},
        "HealthCheckPort": "5000", "TargetHealth": health,
    })
}
