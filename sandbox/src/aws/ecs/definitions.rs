//! Task definitions.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::names::{Names, STREAM_PREFIX};
use crate::simulation::Revision;

use super::super::json::read;
use super::super::{AwsError, Context};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    task_definition: String,
    #[serde(default)]
    include: Vec<String>,
}

pub(super) fn describe(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let requested = read::<Input>(input)?;
    let names = context.state.names();
    let prefix = names.arn("ecs", "task-definition/");
    let name = requested.task_definition.strip_prefix(&prefix).unwrap_or(&requested.task_definition);
    let newest = context.world.revisions().next();
    let revision = match name.split_once(':') {
        None if name == names.family => newest,
        Some((family, number)) if family == names.family => {
            context.world.revisions().find(|revision| number.parse() == Ok(revision.number))
        }
        _ => None,
    };
    let Some(revision) = revision else {
        return Err(AwsError::new("ClientException", "Unable to describe task definition."));
    };
    let mut answer =
        json!({"taskDefinition": definition(names, context.state.names().region.as_str(), revision)});
    if requested.include.iter().any(|name| name == "TAGS") {
        answer["tags"] = json!([{"key": "component", "value": names.service}]);
    }
    Ok(answer)
}

fn definition(names: &Names, region: &str, revision: &Revision) -> Value {
    json!({
        "taskDefinitionArn": names.task_definition_arn(revision.number), "family": names.family,
        "revision": revision.number, "status": "ACTIVE", "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "requiresCompatibilities": ["FARGATE"], "compatibilities": ["EC2", "FARGATE"], "volumes": [],
        "placementConstraints": [], "requiresAttributes": [{"name": "ecs.capability.task-eni"}],
        "taskRoleArn": names.role_arn("hello-truck-task"),
        "executionRoleArn": names.role_arn("hello-truck-execution"),
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "registeredAt": revision.created_at.epoch_seconds(), "registeredBy": names.role_arn("hello-truck-deploy"),
        "containerDefinitions": [{
            "name": names.service, "image": format!("{}@{}", names.image(), revision.digest), "cpu": 256,
            "memory": 512, "essential": true, "readonlyRootFilesystem": true, "user": "10001",
            "portMappings": [{"containerPort": 5000, "hostPort": 5000, "protocol": "tcp"}],
            "environment": [{"name": "LOG_LEVEL", "value": "info"}], "mountPoints": [], "volumesFrom": [],
            "systemControls": [],
            "logConfiguration": {"logDriver": "awslogs", "options": {
                "awslogs-group": names.log_group, "awslogs-region": region, "awslogs-stream-prefix": STREAM_PREFIX,
            }},
        }],
    })
}
