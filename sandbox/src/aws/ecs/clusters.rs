//! The cluster.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::json::read;
use super::super::{AwsError, Context};
use super::{identifiers, missing};

pub(super) fn list(context: &Context<'_>) -> Value {
    json!({"clusterArns": [context.state.names().cluster_arn()]})
}

#[derive(Debug, Default, Deserialize)]
struct Input {
    #[serde(default)]
    clusters: Vec<String>,
}

pub(super) fn describe(context: &Context<'_>, input: Value) -> Result<Value, AwsError> {
    let mut requested = read::<Input>(input)?.clusters;
    let names = context.state.names();
    if requested.is_empty() {
        requested.push("default".to_owned());
    }
    let (known, unknown): (Vec<_>, Vec<_>) =
        requested.iter().partition(|requested| identifiers::cluster(names, Some(requested)).is_ok());
    let tasks = &context.world.tasks;
    let now = context.world.now;
    let cluster = json!({
        "clusterArn": names.cluster_arn(), "clusterName": names.cluster, "status": "ACTIVE",
        "registeredContainerInstancesCount": 0, "activeServicesCount": 1,
        "runningTasksCount": tasks.iter().filter(|task| task.is_running(now)).count(),
        "pendingTasksCount": tasks.iter().filter(|task| task.is_pending(now)).count(),
        "statistics": [], "tags": [], "settings": [{"name": "containerInsights", "value": "enabled"}],
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"], "defaultCapacityProviderStrategy": [],
    });
    let failures = unknown
        .iter()
        .map(|requested| missing(&names.arn("ecs", &format!("cluster/{}", identifiers::id(requested)))));
    let failures = failures.collect::<Vec<_>>();
    Ok(json!({"clusters": known.iter().map(|_| &cluster).collect::<Vec<_>>(), "failures": failures}))
}
