//! ECS service deployments, and the CloudFormation stack that contains the service.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Serialize, Serializer};

use super::{pages::ListItem, time::Timestamp};

/// An ECS service, identified by its ARN.
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

/// A snapshot of a service: its tasks, its deployments, newest first, and its recent events.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceSnapshot {
    pub service: ServiceState,
    pub deployments: Vec<Deployment>,
    /// Newest first.
    pub events: Vec<ServiceEvent>,
}

/// The desired and actual number of tasks of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceState {
    pub status: String,
    pub desired: u32,
    pub running: u32,
    pub pending: u32,
    /// `family:revision`.
    pub task_definition: Option<String>,
    /// The CloudFormation stack that created the service, from its tag.
    pub stack: Option<String>,
}

/// One entry of the service's event list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceEvent {
    pub at: Timestamp,
    pub message: String,
}

impl ServiceEvent {
    /// Returns the message without the `(service NAME) ` prefix of every ECS event.
    pub fn summary(&self) -> &str {
        self.message
            .strip_prefix("(service ")
            .and_then(|rest| rest.split_once(") "))
            .map_or(&self.message, |(_, said)| said)
    }
}

/// One service deployment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    pub arn: String,
    pub status: Status,
    /// The reason for the status, in ECS's words.
    pub reason: Option<String>,
    pub strategy: String,
    /// The current lifecycle stage of a deployment in progress. Absent for rolling updates and finished deployments.
    pub stage: Option<Stage>,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// The revision being deployed.
    pub target: Option<Revision>,
    /// The revisions being replaced.
    pub sources: Vec<Revision>,
    /// How long both revisions keep running after the traffic has shifted.
    #[serde(rename = "bakeSeconds", serialize_with = "seconds")]
    pub bake: Option<Duration>,
    pub breaker: Option<CircuitBreaker>,
    pub hooks: Vec<Hook>,
    pub rollback_reason: Option<String>,
}

impl Deployment {
    /// Returns the id of the deployment: the last part of the ARN.
    pub fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or(&self.arn)
    }
}

/// The status of a deployment; an unknown value is kept as written.
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
    /// Parses ECS's value.
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

    /// Returns ECS's value.
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

    /// Reports whether the status can still change without user action.
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

    /// Reports whether the new revision failed. A finished rollback counts as a failure of the deployment.
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

/// Writes the word.
impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
fn seconds<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    duration.map(|duration| duration.as_secs()).serialize(serializer)
}

/// A lifecycle stage of a blue/green, linear or canary deployment, as ECS writes it.
///
/// Kept as text because the SDK's enum lacks a value that the service sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stage(pub String);

impl Stage {
    /// The stages in the order in which a deployment passes through them.
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

    /// Returns the position in [`Self::ORDER`], counted from zero, or `None` for an unknown stage.
    pub fn place(&self) -> Option<usize> {
        Self::ORDER.iter().position(|name| *name == self.0)
    }
}

/// One side of a deployment: a service revision, its tasks and its share of the traffic.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    pub arn: String,
    /// `family:revision`, if it is known.
    pub task_definition: Option<String>,
    /// The images of its containers, as the task definition names them; none if they are not known.
    pub images: Vec<String>,
    pub requested: u32,
    pub running: u32,
    pub pending: u32,
    /// Percentage of production traffic, if the strategy shifts traffic.
    pub production_weight: Option<f64>,
    /// Percentage of test traffic.
    pub test_weight: Option<f64>,
}

impl Revision {
    /// Returns the commit that the revision runs: the tag of its image, if that is the id of a commit. Where images are
    /// named by their digests or versions, or two of them by different commits, it is not known.
    pub fn commit(&self) -> Option<&str> {
        let mut commits = self.images.iter().filter_map(|image| commit_of(image));
        let first = commits.next()?;
        commits.all(|other| other == first).then_some(first)
    }
}

/// Returns the id of a commit in the tag of an image: `REPOSITORY:0123456789ab`, or `REPOSITORY:sha-0123456`.
fn commit_of(image: &str) -> Option<&str> {
    let name = image.split_once('@').map_or(image, |(name, _)| name);
    let (_, tag) = name.rsplit('/').next()?.split_once(':')?;
    let id = tag.strip_prefix("sha-").unwrap_or(tag);
    let is_hexadecimal = id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    // A short number may as well be a date or the number of a build.
    let is_id = id.len() == COMMIT_ID || id.bytes().any(|byte| byte.is_ascii_lowercase());
    (is_hexadecimal && is_id && (SHORT_COMMIT_ID..=COMMIT_ID).contains(&id.len())).then_some(id)
}

/// The characters of the shortest and of a whole id of a commit.
const SHORT_COMMIT_ID: usize = 7;
const COMMIT_ID: usize = 40;

/// The state of the circuit breaker, which ends a deployment after too many failures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CircuitBreaker {
    pub status: String,
    pub failures: u32,
    pub threshold: u32,
}

/// A lifecycle hook that is running or waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hook {
    pub id: String,
    pub status: String,
    pub expires_at: Option<Timestamp>,
}

impl Hook {
    /// Reports whether the deployment is paused until a user continues it or rolls it back.
    pub fn awaits_a_person(&self) -> bool {
        self.status == "AWAITING_ACTION"
    }
}

/// One event of a CloudFormation stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StackEvent {
    pub id: String,
    pub at: Timestamp,
    /// The logical name of the resource in the template.
    pub resource: String,
    pub resource_type: String,
    pub status: String,
    pub reason: Option<String>,
}

impl ListItem for StackEvent {
    type Id = str;

    fn identity(&self) -> &str {
        &self.id
    }
}

impl StackEvent {
    /// Reports whether this event is a failure. A completed rollback counts as the failure of an update.
    pub fn is_failure(&self) -> bool {
        is_stack_failure(&self.status)
    }
}

/// Reports whether a CloudFormation status is a failure. A rollback counts as the failure of an update.
pub fn is_stack_failure(status: &str) -> bool {
    status.contains("FAILED") || status.contains("ROLLBACK")
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
    fn the_commit_of_a_revision_is_the_tag_of_its_image() {
        let commit = |images: &[&str]| {
            let images = images.iter().map(ToString::to_string).collect();
            Revision { images, ..revision() }.commit().map(str::to_owned)
        };
        for image in ["hellotruck/hello-server:0f2a3b4c5d6e", "r.example:5000/a:sha-0f2a3b4c5d6e"] {
            assert_eq!(commit(&[image]).as_deref(), Some("0f2a3b4c5d6e"), "{image}");
        }
        let pinned = "hellotruck/hello-server:0f2a3b4@sha256:0123456789abcdef0123456789abcdef";
        assert_eq!(commit(&[pinned, "otel/collector:0.99.0"]).as_deref(), Some("0f2a3b4"));
        for unknown in [
            "hellotruck/hello-server",
            "hellotruck/hello-server:latest",
            "hellotruck/hello-server:1.2.3",
            "hellotruck/hello-server:20261128",
            "hellotruck/hello-server:decade",
            "hellotruck/hello-server@sha256:0123456789abcdef0123456789abcdef",
            "r.example:5000/hello-server",
        ] {
            assert_eq!(commit(&[unknown]), None, "{unknown}");
        }
        assert_eq!(commit(&[]), None);
        assert_eq!(commit(&["a:0f2a3b4", "b:1f2a3b4"]), None, "two commits are none");
    }

    fn revision() -> Revision {
        Revision {
            arn: String::new(),
            task_definition: None,
            images: Vec::new(),
            requested: 0,
            running: 0,
            pending: 0,
            production_weight: None,
            test_weight: None,
        }
    }

    #[test]
    fn a_refused_arn_names_the_expected_form() {
        let said =
            "arn:aws:ecs:us-east-1:123456789012:service/hello-server".parse::<ServiceRef>().unwrap_err();
        assert!(said.contains("service/CLUSTER/SERVICE"), "{said}");
    }
}
