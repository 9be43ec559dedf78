//! The operations of ECS.

mod clusters;
mod control;
mod definitions;
mod deployments;
mod identifiers;
mod revisions;
mod services;
mod tasks;

use serde_json::{Value, json};

use super::json::unknown;
use super::{AwsError, Context};

/// The prefix of the operation in `X-Amz-Target`.
pub(super) const TARGET: &str = "AmazonEC2ContainerServiceV20141113";

pub(super) fn answer(context: &Context<'_>, operation: &str, input: Value) -> Result<Value, AwsError> {
    match operation {
        "ListClusters" => Ok(clusters::list(context)),
        "DescribeClusters" => clusters::describe(context, input),
        "ListServices" => services::list(context, input),
        "DescribeServices" => services::describe(context, input),
        "ListServiceDeployments" => deployments::list(context, input),
        "DescribeServiceDeployments" => deployments::describe(context, input),
        "DescribeServiceRevisions" => revisions::describe(context, input),
        "DescribeTaskDefinition" => definitions::describe(context, input),
        "ListTasks" => tasks::list(context, input),
        "DescribeTasks" => tasks::describe(context, input),
        "StopServiceDeployment" => control::stop(context, input),
        "ContinueServiceDeployment" => control::continue_deployment(context, input),
        _ => Err(unknown(operation)),
    }
}

/// Writes the failure for a requested resource that does not exist.
fn missing(arn: &str) -> Value {
    json!({"arn": arn, "reason": "MISSING"})
}

/// Adds a member if it has a value: AWS omits absent members.
fn with(mut object: Value, name: &str, value: Option<Value>) -> Value {
    if let (Some(object), Some(value)) = (object.as_object_mut(), value) {
        object.insert(name.to_owned(), value);
    }
    object
}
