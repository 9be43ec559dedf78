//! ECS service deployments, and the CloudFormation stack behind them.

use std::{fmt, str::FromStr, time::Duration};

use super::time::Timestamp;

/// An ECS service, as its ARN names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServiceRef {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    pub region: String,
    pub account: String,
    pub cluster: String,
    pub service: String,
}

impl FromStr for ServiceRef {
    type Err = String;

    fn from_str(arn: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{arn}` is not arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/SERVICE");
        let mut parts = arn.splitn(6, ':');
        let mut next = || parts.next().filter(|part| !part.is_empty()).ok_or_else(wrong);
        let (scheme, partition, service, region, account, resource) =
            (next()?, next()?, next()?, next()?, next()?, next()?);
        let path: Vec<&str> = resource.split('/').collect();
        match (scheme, service, path.as_slice()) {
            ("arn", "ecs", ["service", cluster, name]) if !cluster.is_empty() && !name.is_empty() => {
                Ok(Self {
                    partition: partition.to_owned(),
                    region: region.to_owned(),
                    account: account.to_owned(),
                    cluster: (*cluster).to_owned(),
                    service: (*name).to_owned(),
                })
            }
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for ServiceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, region, account, cluster, service } = self;
        write!(f, "arn:{partition}:ecs:{region}:{account}:service/{cluster}/{service}")
    }
}

/// One look at a service: its tasks, its deployments, newest first, and what it said lately.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollouts {
    pub service: ServiceState,
    pub deployments: Vec<Deployment>,
    /// Newest first.
    pub events: Vec<ServiceEvent>,
}

/// How many tasks a service wants and has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceState {
    pub status: String,
    pub desired: u32,
    pub running: u32,
    pub pending: u32,
    /// `family:revision`.
    pub task_definition: Option<String>,
    /// The CloudFormation stack that made the service, from its tag.
    pub stack: Option<String>,
}

/// A line of the service's own diary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEvent {
    pub at: Timestamp,
    pub message: String,
}

impl ServiceEvent {
    /// Returns the message without the `(service NAME) ` that ECS begins every one with.
    pub fn gist(&self) -> &str {
        self.message
            .strip_prefix("(service ")
            .and_then(|rest| rest.split_once(") "))
            .map_or(&self.message, |(_, said)| said)
    }
}

/// One service deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployment {
    pub arn: String,
    pub status: Status,
    /// Why it is in this status, in ECS's words.
    pub reason: Option<String>,
    pub strategy: String,
    /// Where in its life a deployment in progress is; absent for rolling updates and ended ones.
    pub stage: Option<Stage>,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// What is being deployed.
    pub target: Option<Revision>,
    /// What was there before.
    pub sources: Vec<Revision>,
    /// How long both revisions stay up after the traffic has moved.
    pub bake: Option<Duration>,
    pub breaker: Option<CircuitBreaker>,
    pub hooks: Vec<Hook>,
    pub rollback_reason: Option<String>,
}

impl Deployment {
    /// Returns the last part of the ARN: what people call the deployment.
    pub fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or(&self.arn)
    }
}

/// Where a deployment stands; an unknown word is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    Pending,
    InProgress,
    StopRequested,
    RollbackRequested,
    RollbackInProgress,
    Successful,
    Stopped,
    RollbackSuccessful,
    RollbackFailed,
    Unknown(String),
}

impl Status {
    /// Reads ECS's word.
    pub fn from_word(word: &str) -> Self {
        match word {
            "PENDING" => Self::Pending,
            "IN_PROGRESS" => Self::InProgress,
            "STOP_REQUESTED" => Self::StopRequested,
            "ROLLBACK_REQUESTED" => Self::RollbackRequested,
            "ROLLBACK_IN_PROGRESS" => Self::RollbackInProgress,
            "SUCCESSFUL" => Self::Successful,
            "STOPPED" => Self::Stopped,
            "ROLLBACK_SUCCESSFUL" => Self::RollbackSuccessful,
            "ROLLBACK_FAILED" => Self::RollbackFailed,
            other => Self::Unknown(other.to_owned()),
        }
    }

    /// Returns ECS's word.
    pub fn word(&self) -> &str {
        match self {
            Self::Pending => "PENDING",
            Self::InProgress => "IN_PROGRESS",
            Self::StopRequested => "STOP_REQUESTED",
            Self::RollbackRequested => "ROLLBACK_REQUESTED",
            Self::RollbackInProgress => "ROLLBACK_IN_PROGRESS",
            Self::Successful => "SUCCESSFUL",
            Self::Stopped => "STOPPED",
            Self::RollbackSuccessful => "ROLLBACK_SUCCESSFUL",
            Self::RollbackFailed => "ROLLBACK_FAILED",
            Self::Unknown(word) => word,
        }
    }

    /// Says whether it can still change by itself.
    pub fn is_active(&self) -> bool {
        matches!(
            self,
            Self::Pending
                | Self::InProgress
                | Self::StopRequested
                | Self::RollbackRequested
                | Self::RollbackInProgress
        )
    }

    /// Says whether the new revision did not make it. A finished rollback is a failure of the deployment.
    pub fn is_failure(&self) -> bool {
        matches!(
            self,
            Self::RollbackRequested
                | Self::RollbackInProgress
                | Self::RollbackSuccessful
                | Self::RollbackFailed
                | Self::Stopped
        )
    }
}

/// A stage of a blue/green, linear or canary deployment, as ECS writes it.
///
/// Kept as a word: the SDK's enumeration lacks one that the service sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage(pub String);

impl Stage {
    /// The stages in the order in which a deployment passes them.
    pub const ORDER: [&'static str; 11] = [
        "RECONCILE_SERVICE",
        "PRE_SCALE_UP",
        "SCALE_UP",
        "POST_SCALE_UP",
        "TEST_TRAFFIC_SHIFT",
        "POST_TEST_TRAFFIC_SHIFT",
        "PRE_PRODUCTION_TRAFFIC_SHIFT",
        "PRODUCTION_TRAFFIC_SHIFT",
        "POST_PRODUCTION_TRAFFIC_SHIFT",
        "BAKE_TIME",
        "CLEAN_UP",
    ];

    /// Returns its place in [`Self::ORDER`], counted from zero; nothing for a stage we do not know.
    pub fn place(&self) -> Option<usize> {
        Self::ORDER.iter().position(|name| *name == self.0)
    }
}

/// One side of a deployment: a service revision and its share.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    pub arn: String,
    pub requested: u32,
    pub running: u32,
    pub pending: u32,
    /// Percent of production traffic, where the strategy shifts traffic.
    pub production_weight: Option<f64>,
    /// Percent of test traffic.
    pub test_weight: Option<f64>,
}

/// How close a deployment is to being given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircuitBreaker {
    pub status: String,
    pub failures: u32,
    pub threshold: u32,
}

/// A lifecycle hook that runs or waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    pub id: String,
    pub status: String,
    pub expires_at: Option<Timestamp>,
}

impl Hook {
    /// Says whether the deployment stands still until a person continues it or rolls it back.
    pub fn awaits_a_person(&self) -> bool {
        self.status == "AWAITING_ACTION"
    }
}

/// One event of a CloudFormation stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackEvent {
    pub id: String,
    pub at: Timestamp,
    /// The resource's name in the template.
    pub resource: String,
    pub resource_type: String,
    pub status: String,
    pub reason: Option<String>,
}

impl StackEvent {
    /// Says whether this tells of a failure. A completed rollback is the failure of an update.
    pub fn is_failure(&self) -> bool {
        self.status.contains("FAILED") || self.status.contains("ROLLBACK")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_arn_survives_reading_and_writing() {
        let arn = "arn:aws-cn:ecs:cn-north-1:123456789012:service/hello-truck/hello-server";
        assert_eq!(arn.parse::<ServiceRef>().unwrap().to_string(), arn);
    }

    #[test]
    fn an_arn_without_a_cluster_is_refused_with_the_form_it_should_have() {
        let said =
            "arn:aws:ecs:us-east-1:123456789012:service/hello-server".parse::<ServiceRef>().unwrap_err();
        assert!(said.contains("service/CLUSTER/SERVICE"), "{said}");
    }
}
