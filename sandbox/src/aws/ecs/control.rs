//! The operations that change a service deployment: end its pause, or roll it back.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::simulation::{Command, Deployment, Stage, State as Progress, World};

use super::super::json::read;
use super::super::{AwsError, Context};
use super::identifiers;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StopInput {
    service_deployment_arn: String,
    stop_type: Option<String>,
}

/// Rolls a deployment back, unless it has ended or is already cleaning up.
pub(super) fn stop(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<StopInput>(input)?;
    if !matches!(requested.stop_type.as_deref(), None | Some("ROLLBACK")) {
        return Err(AwsError::parameter("stopType must be ROLLBACK."));
    }
    context.state.act(|world| {
        let deployment = find(context, world, &requested.service_deployment_arn)?;
        let cleaning = deployment.stage(world.now) == Some(Stage::CleanUp);
        match deployment.state(world.now) {
            Progress::Pending | Progress::InProgress if !cleaning => {
                let command = Command::StopDeployment { deployment: deployment.id.clone() };
                Ok((command, json!({"serviceDeploymentArn": requested.service_deployment_arn})))
            }
            state => Err(AwsError::new(
                "ConflictException",
                format!("Service deployment cannot be stopped because it is in {} state.", state.name()),
            )),
        }
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContinueInput {
    service_deployment_arn: String,
    hook_id: String,
    action: Option<String>,
}

/// Ends a pause: continues the deployment or rolls it back.
pub(super) fn continue_deployment(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<ContinueInput>(input)?;
    let roll_back = match requested.action.as_deref() {
        None | Some("CONTINUE") => false,
        Some("ROLLBACK") => true,
        Some(_) => return Err(AwsError::parameter("action must be CONTINUE or ROLLBACK.")),
    };
    context.state.act(|world| {
        let deployment = find(context, world, &requested.service_deployment_arn)?;
        let waits = deployment
            .hook_at(world.now)
            .is_some_and(|hook| hook.id == requested.hook_id && hook.status(world.now) == "AWAITING_ACTION");
        if !waits {
            return Err(AwsError::parameter(format!(
                "Hook {} is not awaiting an action.",
                requested.hook_id
            )));
        }
        let command = Command::ContinueDeployment { deployment: deployment.id.clone(), roll_back };
        Ok((command, json!({"serviceDeploymentArn": requested.service_deployment_arn})))
    })
}

fn find<'a>(context: &Context<'_>, world: &'a World, arn: &str) -> Result<&'a Deployment, AwsError> {
    let known = world.deployment(identifiers::id(arn));
    let known = known.filter(|deployment| context.state.names().deployment_arn(&deployment.id) == arn);
    known.ok_or_else(|| AwsError::new("ServiceDeploymentNotFoundException", "Service deployment not found."))
}
