//! Amazon ECS: services and their deployments.

mod from_sdk;
mod revisions;

use aws_sdk_ecs::{
    error::SdkError,
    operation::{
        describe_services::DescribeServicesOutput, list_service_deployments::ListServiceDeploymentsError,
    },
    types::{self, LogDriver, ServiceField},
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use hello_model::{
    calls,
    deployment::{Deployment, ServiceRef, ServiceSnapshot},
    failure::{Failure, Kind},
    target::LOG_GROUP,
};

use self::revisions::Revisions;
use super::aws::{self, Aws, RegionalCall};

/// The maximum that one describe request accepts.
const MAX_DEPLOYMENTS: i32 = 20;

/// A client of ECS.
#[derive(Debug, Clone)]
pub struct Ecs {
    aws: Aws,
    revisions: Revisions,
}

/// The log group that a service writes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LogTarget {
    pub(super) group: String,
    pub(super) region: String,
}

impl Ecs {
    pub(super) fn new(aws: Aws) -> Self {
        Self { aws, revisions: Revisions::default() }
    }

    /// Reads a service: its tasks, its latest deployments, newest first, and its events.
    ///
    /// If there are no service deployments (another controller, none in 90 days, an emulator), returns the deployments
    /// in the description of the service: fewer, and with less detail.
    pub async fn snapshot(&self, service: &ServiceRef) -> Result<ServiceSnapshot, Failure> {
        let what = format!("reading the deployments of {}", service.service);
        let call = self.aws.call(Some(&service.region), what).await?;
        let described = describe(&call, service).await?;
        let mut deployments = match deployment_arns(&call, service).await? {
            arns if arns.is_empty() => from_sdk::classic_deployments(&described),
            arns => deployments(&call, arns).await?,
        };
        self.revisions.describe(&call, &mut deployments).await;
        deployments.sort_by_key(|deployment| std::cmp::Reverse(deployment.created_at));
        let (service, events) = from_sdk::service(described);
        Ok(ServiceSnapshot { service, deployments, events })
    }

    /// Returns the log group named in the service's task definition.
    pub async fn log_group(&self, service: &ServiceRef) -> Result<String, Failure> {
        Ok(self.log_target(service).await?.group)
    }

    pub(super) async fn log_target(&self, service: &ServiceRef) -> Result<LogTarget, Failure> {
        let what = format!("finding the log group of {}", service.service);
        let call = self.aws.call(Some(&service.region), what).await?;
        let Some(task) = describe(&call, service).await?.task_definition else {
            return Err(call.missing(Kind::NotFound, "the service has no task definition"));
        };
        let definition = call.ecs().describe_task_definition().task_definition(&task).send().await;
        let definition = definition.map_err(|error| call.failed(&calls::DESCRIBE_TASK_DEFINITION, &error))?;
        let containers = definition.task_definition().map(types::TaskDefinition::container_definitions);
        log_target(containers.unwrap_or_default(), &service.region).ok_or_else(|| {
            call.missing(
                Kind::NotFound,
                format!("no container of {task} writes to CloudWatch Logs (awslogs)"),
            )
            .hint(format!("name the log group with the annotation {LOG_GROUP}"))
        })
    }
}

/// Returns the log group of the first essential container that has one, or else of any container.
fn log_target(containers: &[types::ContainerDefinition], region: &str) -> Option<LogTarget> {
    let target = |container: &types::ContainerDefinition| {
        let log = container.log_configuration().filter(|log| *log.log_driver() == LogDriver::Awslogs)?;
        let options = log.options()?;
        let region = options.get("awslogs-region").map_or(region, String::as_str);
        Some(LogTarget { group: options.get("awslogs-group")?.clone(), region: region.to_owned() })
    };
    // A container is essential unless its definition says otherwise.
    let (essential, others): (Vec<_>, Vec<_>) =
        containers.iter().partition(|container| container.essential() != Some(false));
    essential.into_iter().chain(others).find_map(target)
}

async fn describe(call: &RegionalCall, service: &ServiceRef) -> Result<types::Service, Failure> {
    let request = call.ecs().describe_services().cluster(&service.cluster).services(&service.service);
    let answer = request.include(ServiceField::Tags).send().await;
    let DescribeServicesOutput { services, failures, .. } =
        answer.map_err(|error| call.failed(&calls::DESCRIBE_SERVICES, &error))?;
    services.into_iter().flatten().next().ok_or_else(|| {
        let reason = failures.into_iter().flatten().find_map(|failure| failure.reason);
        let reason = reason.unwrap_or_else(|| "MISSING".to_owned());
        let why = format!("cluster {} has no service {} ({reason})", service.cluster, service.service);
        call.missing(Kind::NotFound, why).hint(
            "compare aws.amazon.com/amazon-ecs-service-arn in catalog-info.yaml with aws ecs list-services",
        )
    })
}

async fn deployment_arns(call: &RegionalCall, service: &ServiceRef) -> Result<Vec<String>, Failure> {
    let request = call.ecs().list_service_deployments().cluster(&service.cluster).service(&service.service);
    match request.max_results(MAX_DEPLOYMENTS).send().await {
        Ok(list) => {
            let briefs = list.service_deployments.into_iter().flatten();
            Ok(briefs
                .filter_map(|brief| brief.service_deployment_arn)
                .take(MAX_DEPLOYMENTS as usize)
                .collect())
        }
        Err(error) if is_unheard_of(&error) => Ok(Vec::new()),
        Err(error) => Err(call.failed(&calls::LIST_SERVICE_DEPLOYMENTS, &error)),
    }
}

async fn deployments(call: &RegionalCall, arns: Vec<String>) -> Result<Vec<Deployment>, Failure> {
    let answer =
        call.ecs().describe_service_deployments().set_service_deployment_arns(Some(arns)).send().await;
    let answer = answer.map_err(|error| call.failed(&calls::DESCRIBE_SERVICE_DEPLOYMENTS, &error))?;
    Ok(answer.service_deployments.into_iter().flatten().filter_map(from_sdk::deployment).collect())
}

/// Reports whether the service does not support the operation: its error says so, or it fails without an ECS error
/// code.
fn is_unheard_of(error: &SdkError<ListServiceDeploymentsError, HttpResponse>) -> bool {
    let status = error.raw_response().map(|answer| answer.status().as_u16());
    match aws::code(error) {
        Some(
            "UnknownOperationException" | "InvalidAction" | "NotImplemented" | "UnsupportedFeatureException",
        ) => true,
        Some(_) => false,
        None => matches!(status, Some(400 | 404 | 405 | 500 | 501)),
    }
}
