//! The events around a deployment: those of the ECS service and those of its CloudFormation stack, as one list.

use serde::Serialize;

use crate::{
    deployment::{ServiceSnapshot, StackEvent},
    time::Timestamp,
};

/// An event of the service or of its stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub at: Timestamp,
    /// `ecs` or `cloudformation`.
    pub source: &'static str,
    /// The resource of the stack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    pub message: String,
}

/// Merges the events of a service and of its stack, newest first.
pub fn merged(snapshot: &ServiceSnapshot, of_stack: &[StackEvent]) -> Vec<Event> {
    let of_service = snapshot.events.iter().map(|event| Event {
        at: event.at,
        source: "ecs",
        resource: None,
        status: None,
        message: event.summary().to_owned(),
    });
    let of_stack = of_stack.iter().map(|event| Event {
        at: event.at,
        source: "cloudformation",
        resource: Some(format!("{} ({})", event.resource, event.resource_type)),
        status: Some(event.status.clone()),
        message: event.reason.clone().unwrap_or_default(),
    });
    let mut events: Vec<Event> = of_service.chain(of_stack).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    events
}
