//! The calls that queries and writes make, and the permission that each call needs.
//!
//! This is the only table of permissions: error hints, the page of permissions and the IAM policy follow it.

mod github;
mod page;
mod scope;

use std::fmt;

pub use self::{
    github::*,
    page::document,
    scope::{SIGN_IN_SCOPES, Scope, github_permissions},
};
use crate::{
    log::LogSource,
    query::Query,
    run::RunQuery,
    write::{RerunJobs, RunAction, Write},
};

/// A call of a remote API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    pub api: Api,
    /// The operation as the API's reference names it: `ecs:DescribeServices`, `GET /repos/{repo}/actions/runs`.
    pub operation: &'static str,
    /// The name of the operation in GitHub's OpenAPI description.
    pub id: Option<&'static str>,
    pub permission: Permission,
}

/// A remote API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    GitHub,
    Ecs,
    CloudFormation,
    Logs,
    Sts,
    Trucks,
}

/// The permission that a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Everyone may make the call.
    None,
    /// An IAM action, and the resources that a policy can limit it to: ARNs with `${Name}` in place of names.
    Iam { action: &'static str, resources: &'static [&'static str] },
    /// A repository permission of a fine-grained token: `actions: read`.
    GitHub(&'static str),
    /// The scope of a token for the trucks service.
    Trucks(TokenScope),
}

/// What a token for the trucks service allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenScope {
    Read,
    Write,
}

const SERVICE: &str = "arn:${Partition}:ecs:${Region}:${AccountId}:service/${Cluster}/${Service}";
const SERVICE_DEPLOYMENTS: &str =
    "arn:${Partition}:ecs:${Region}:${AccountId}:service-deployment/${Cluster}/${Service}/*";
const SERVICE_REVISIONS: &str =
    "arn:${Partition}:ecs:${Region}:${AccountId}:service-revision/${Cluster}/${Service}/*";
const STACK: &str = "arn:${Partition}:cloudformation:${Region}:${AccountId}:stack/${Stack}/*";
const LOG_GROUP: &str = "arn:${Partition}:logs:${Region}:${AccountId}:log-group:${LogGroup}:*";

pub const GET_CALLER_IDENTITY: Call =
    Call { api: Api::Sts, operation: "sts:GetCallerIdentity", id: None, permission: Permission::None };
pub const DESCRIBE_SERVICES: Call = aws(Api::Ecs, "ecs:DescribeServices", &[SERVICE]);
pub const LIST_SERVICE_DEPLOYMENTS: Call = aws(Api::Ecs, "ecs:ListServiceDeployments", &[SERVICE]);
pub const DESCRIBE_SERVICE_DEPLOYMENTS: Call =
    aws(Api::Ecs, "ecs:DescribeServiceDeployments", &[SERVICE, SERVICE_DEPLOYMENTS]);
/// For the names of task definitions; without it, revisions are shown with their ids.
pub const DESCRIBE_SERVICE_REVISIONS: Call =
    aws(Api::Ecs, "ecs:DescribeServiceRevisions", &[SERVICE, SERVICE_REVISIONS]);
/// IAM cannot limit this action to a resource.
pub const DESCRIBE_TASK_DEFINITION: Call = aws(Api::Ecs, "ecs:DescribeTaskDefinition", &["*"]);
pub const DESCRIBE_STACK_EVENTS: Call =
    aws(Api::CloudFormation, "cloudformation:DescribeStackEvents", &[STACK]);
pub const FILTER_LOG_EVENTS: Call = aws(Api::Logs, "logs:FilterLogEvents", &[LOG_GROUP]);
pub const LIST_TRUCKS: Call = trucks("GET /trucks", Permission::Trucks(TokenScope::Read));
pub const READ_VERSION: Call = trucks("GET /healthz", Permission::None);
pub const READ_TRUCK: Call = trucks("GET /trucks/{id}", Permission::Trucks(TokenScope::Read));
pub const FOLLOW_TRUCKS: Call = trucks("GET /trucks/events", Permission::Trucks(TokenScope::Read));
pub const ADD_TRUCKS: Call = trucks("POST /trucks", Permission::Trucks(TokenScope::Write));
pub const UPDATE_TRUCK: Call = trucks("PATCH /trucks/{id}", Permission::Trucks(TokenScope::Write));
pub const REMOVE_TRUCK: Call = trucks("DELETE /trucks/{id}", Permission::Trucks(TokenScope::Write));

/// The calls of the other APIs.
const OTHERS: &[Call] = &[
    GET_CALLER_IDENTITY,
    DESCRIBE_SERVICES,
    LIST_SERVICE_DEPLOYMENTS,
    DESCRIBE_SERVICE_DEPLOYMENTS,
    DESCRIBE_SERVICE_REVISIONS,
    DESCRIBE_TASK_DEFINITION,
    DESCRIBE_STACK_EVENTS,
    FILTER_LOG_EVENTS,
    LIST_TRUCKS,
    READ_VERSION,
    READ_TRUCK,
    FOLLOW_TRUCKS,
    ADD_TRUCKS,
    UPDATE_TRUCK,
    REMOVE_TRUCK,
];

/// Returns all calls, grouped by API.
pub fn all() -> impl Iterator<Item = &'static Call> {
    github::ALL.iter().chain(OTHERS)
}

/// The calls that tell which identity the console has. Only `hello-tui doctor` makes them.
pub const IDENTITY: [Call; 3] = [READ_ACCOUNT, READ_LIMIT, GET_CALLER_IDENTITY];

/// An AWS call whose operation has the name of its action.
const fn aws(api: Api, action: &'static str, resources: &'static [&'static str]) -> Call {
    Call { api, operation: action, id: None, permission: Permission::Iam { action, resources } }
}

const fn trucks(operation: &'static str, permission: Permission) -> Call {
    Call { api: Api::Trucks, operation, id: None, permission }
}

impl fmt::Display for Permission {
    /// Writes the permission as the user asks for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "no permission",
            Self::Iam { action, .. } => action,
            Self::GitHub(permission) => permission,
            Self::Trucks(TokenScope::Read) => "a token that may read",
            Self::Trucks(TokenScope::Write) => "a token that may write",
        })
    }
}

impl Query {
    /// Returns the calls that answer the query. Catalog sources are files and plain web addresses, so they need none.
    pub fn calls(&self) -> &'static [Call] {
        match self {
            Self::Catalog | Self::Descriptor(_) => &[],
            Self::Trucks(_) => &[LIST_TRUCKS, READ_VERSION],
            Self::Truck(_) => &[READ_TRUCK],
            Self::TruckEvents => &[FOLLOW_TRUCKS],
            Self::Runs(RunQuery { filter, .. }) if filter.workflow.is_some() => &[LIST_WORKFLOW_RUNS],
            Self::Runs(_) => &[LIST_RUNS],
            // The last for a run that waits only.
            Self::Run(..) => &[READ_RUN, LIST_JOBS, LIST_PENDING],
            Self::Workflows(_) => &[LIST_WORKFLOWS, READ_REPOSITORY],
            Self::RepositoryFile { .. } => &[READ_FILE],
            Self::Annotations(..) => &[LIST_ANNOTATIONS],
            Self::Artifacts(..) => &[LIST_ARTIFACTS],
            Self::ForkChanges(..) => &[READ_REPOSITORY, COMPARE],
            Self::Environments(_) => &[LIST_ENVIRONMENTS, LIST_DEPLOYMENTS, LIST_STATUSES],
            Self::JobLog(..) => &[READ_JOB_LOG],
            Self::Service(_) => &[
                DESCRIBE_SERVICES,
                LIST_SERVICE_DEPLOYMENTS,
                DESCRIBE_SERVICE_DEPLOYMENTS,
                DESCRIBE_SERVICE_REVISIONS,
            ],
            Self::StackEvents { .. } => &[DESCRIBE_STACK_EVENTS],
            Self::Logs(LogSource::Group(_)) => &[FILTER_LOG_EVENTS],
            // The log group is in the service's task definition.
            Self::Logs(LogSource::Service(_)) => {
                &[DESCRIBE_SERVICES, DESCRIBE_TASK_DEFINITION, FILTER_LOG_EVENTS]
            }
        }
    }
}

impl Write {
    /// Returns the calls that execute the write. After a conflict, the truck is read again.
    pub fn calls(&self) -> &'static [Call] {
        match self {
            Self::CreateTruck { .. } | Self::CreateTrucks { .. } => &[ADD_TRUCKS],
            Self::UpdateTruck { .. } | Self::EditTrucks { .. } => &[UPDATE_TRUCK, READ_TRUCK],
            Self::RemoveTruck { .. } | Self::RemoveTrucks { .. } => &[REMOVE_TRUCK, READ_TRUCK],
            Self::Run(write) => write.action.calls(),
        }
    }
}

impl RunAction {
    /// Returns the calls that execute the action. A server that does not tell the run that it has started is asked for
    /// its list.
    fn calls(&self) -> &'static [Call] {
        match self {
            Self::Trigger(_) => &[DISPATCH, LIST_WORKFLOW_RUNS],
            Self::Rerun { jobs: RerunJobs::All, .. } => &[RERUN],
            Self::Rerun { jobs: RerunJobs::Failed, .. } => &[RERUN_FAILED],
            Self::Rerun { jobs: RerunJobs::One { .. }, .. } => &[RERUN_JOB],
            Self::Cancel { force: false, .. } => &[CANCEL],
            Self::Cancel { force: true, .. } => &[FORCE_CANCEL],
            Self::Review { .. } => &[REVIEW],
            Self::ApproveFork { .. } => &[APPROVE_FORK],
            Self::SetEnabled { is_enabled: true, .. } => &[ENABLE],
            Self::SetEnabled { is_enabled: false, .. } => &[DISABLE],
        }
    }
}

#[cfg(test)]
mod tests;
