//! Converts the SDK's types to the domain model. Pure.
//!
//! Enums are read as text because the SDK's enums lag behind the service.

use std::time::Duration;

use aws_sdk_ecs::types as sdk;
use hello_model::deployment::{
    CircuitBreaker, Deployment, Hook, Revision, ServiceEvent, ServiceState, Stage, Status,
};

use crate::aws::moment;

/// The tag that CloudFormation adds to the resources it creates.
const STACK_TAG: &str = "aws:cloudformation:stack-name";

/// Splits a described service into its state and its events, newest first.
pub(super) fn service(service: sdk::Service) -> (ServiceState, Vec<ServiceEvent>) {
    let stack = service.tags().iter().find(|tag| tag.key() == Some(STACK_TAG));
    let state = ServiceState {
        stack: stack.and_then(|tag| tag.value()).map(str::to_owned),
        desired: count(service.desired_count),
        running: count(service.running_count),
        pending: count(service.pending_count),
        task_definition: service.task_definition.as_deref().map(last_part),
        status: service.status.unwrap_or_else(|| "UNKNOWN".to_owned()),
    };
    let event = |event: sdk::ServiceEvent| {
        Some(ServiceEvent {
            at: moment(event.created_at.as_ref())?,
            message: event.message.unwrap_or_default(),
        })
    };
    let mut events: Vec<_> = service.events.into_iter().flatten().filter_map(event).collect();
    events.sort_by_key(|event| std::cmp::Reverse(event.at));
    (state, events)
}

/// Converts a service deployment. Returns `None` if it has no name or date, because it could not be shown.
pub(super) fn deployment(from: sdk::ServiceDeployment) -> Option<Deployment> {
    let status = Status::from_word(from.status.as_ref().map_or("UNKNOWN", |status| status.as_str()));
    let configuration = from.deployment_configuration.as_ref();
    let strategy = configuration.and_then(|c| c.strategy()).map_or("ROLLING", |strategy| strategy.as_str());
    let stage = from.lifecycle_stage.as_ref().map(|stage| Stage(stage.as_str().to_owned()));
    Some(Deployment {
        created_at: moment(from.created_at.as_ref()).or_else(|| moment(from.started_at.as_ref()))?,
        arn: from.service_deployment_arn?,
        stage: stage.filter(|_| status.is_active()),
        status,
        reason: from.status_reason,
        strategy: strategy.to_owned(),
        started_at: moment(from.started_at.as_ref()),
        finished_at: moment(from.finished_at.as_ref()),
        target: from.target_service_revision.map(revision),
        sources: from.source_service_revisions.into_iter().flatten().map(revision).collect(),
        bake: configuration.and_then(sdk::DeploymentConfiguration::bake_time_in_minutes).map(minutes),
        breaker: from.deployment_circuit_breaker.as_ref().map(breaker),
        hooks: from.lifecycle_hook_details.into_iter().flatten().filter_map(hook).collect(),
        rollback_reason: from.rollback.and_then(|rollback| rollback.reason),
    })
}

/// Converts the deployments in the description of a service.
pub(super) fn classic_deployments(service: &sdk::Service) -> Vec<Deployment> {
    service.deployments().iter().filter_map(classic).collect()
}

fn classic(from: &sdk::Deployment) -> Option<Deployment> {
    let status = classic_status(from);
    Some(Deployment {
        arn: from.id.clone()?,
        created_at: moment(from.created_at.as_ref())?,
        finished_at: moment(from.updated_at.as_ref()).filter(|_| !status.is_active()),
        started_at: moment(from.created_at.as_ref()),
        status,
        reason: from.rollout_state_reason.clone(),
        strategy: "ROLLING".to_owned(),
        stage: None,
        target: Some(Revision {
            arn: from.task_definition.clone().unwrap_or_default(),
            task_definition: None,
            images: Vec::new(),
            requested: count(from.desired_count),
            running: count(from.running_count),
            pending: count(from.pending_count),
            production_weight: None,
            test_weight: None,
        }),
        sources: Vec::new(),
        bake: None,
        breaker: None,
        hooks: Vec::new(),
        rollback_reason: None,
    })
}

/// Converts the rollout state. If it is absent, a primary deployment is complete once all its tasks run.
fn classic_status(from: &sdk::Deployment) -> Status {
    match (from.rollout_state().map(sdk::DeploymentRolloutState::as_str), from.status()) {
        (Some("IN_PROGRESS"), _) => Status::InProgress,
        (Some("FAILED"), _) => Status::Stopped,
        (None, Some("PRIMARY")) if from.running_count < from.desired_count => Status::InProgress,
        (Some("COMPLETED"), _) | (None, Some("PRIMARY")) => Status::Successful,
        (state, status) => Status::Unknown(state.or(status).unwrap_or("UNKNOWN").to_owned()),
    }
}

fn revision(from: sdk::ServiceRevisionSummary) -> Revision {
    Revision {
        arn: from.arn.unwrap_or_default(),
        task_definition: None,
        images: Vec::new(),
        requested: count(from.requested_task_count),
        running: count(from.running_task_count),
        pending: count(from.pending_task_count),
        production_weight: from.requested_production_traffic_weight,
        test_weight: from.requested_test_traffic_weight,
    }
}

fn breaker(from: &sdk::ServiceDeploymentCircuitBreaker) -> CircuitBreaker {
    CircuitBreaker {
        status: from.status.as_ref().map_or("UNKNOWN", |status| status.as_str()).to_owned(),
        failures: count(from.failure_count),
        threshold: count(from.threshold),
    }
}

fn hook(from: sdk::DeploymentLifecycleHookDetail) -> Option<Hook> {
    Some(Hook {
        id: from.hook_id?,
        status: from.status.as_ref().map_or("UNKNOWN", |status| status.as_str()).to_owned(),
        expires_at: moment(from.expires_at.as_ref()),
    })
}

fn minutes(count: i32) -> Duration {
    Duration::from_mins(u64::try_from(count).unwrap_or_default())
}

fn count(from: i32) -> u32 {
    u32::try_from(from).unwrap_or_default()
}

/// Shortens `arn:…:task-definition/family:3` to `family:3`.
fn last_part(arn: &str) -> String {
    arn.rsplit('/').next().unwrap_or(arn).to_owned()
}
