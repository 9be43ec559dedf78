//! The calls that queries and writes make, and the permission that each call needs.
//!
//! This is the only table of permissions: error hints, the page of permissions and the IAM policy follow it.

mod page;

use std::fmt;

pub use self::page::document;
use crate::{log::LogSource, query::Query, write::Write};

/// A call of a remote API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    pub api: Api,
    /// The operation as the API's reference names it: `ecs:DescribeServices`, `GET /repos/{repo}/actions/runs`.
    pub operation: &'static str,
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

pub const LIST_RUNS: Call = github("GET /repos/{repo}/actions/runs", "actions: read");
pub const READ_RUN: Call = github("GET /repos/{repo}/actions/runs/{id}", "actions: read");
pub const LIST_JOBS: Call = github("GET /repos/{repo}/actions/runs/{id}/jobs", "actions: read");
pub const LIST_PENDING: Call =
    github("GET /repos/{repo}/actions/runs/{id}/pending_deployments", "actions: read");
/// The account of the token. Without a token, [`READ_LIMIT`] takes its place.
pub const READ_ACCOUNT: Call =
    Call { api: Api::GitHub, operation: "GET /user", permission: Permission::None };
pub const READ_LIMIT: Call =
    Call { api: Api::GitHub, operation: "GET /rate_limit", permission: Permission::None };
pub const GET_CALLER_IDENTITY: Call =
    Call { api: Api::Sts, operation: "sts:GetCallerIdentity", permission: Permission::None };
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

/// All calls, grouped by API.
pub const ALL: [Call; 21] = [
    LIST_RUNS,
    READ_RUN,
    LIST_JOBS,
    LIST_PENDING,
    READ_ACCOUNT,
    READ_LIMIT,
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

/// The calls that tell which identity the console has. Only `hello-tui doctor` makes them.
pub const IDENTITY: [Call; 3] = [READ_ACCOUNT, READ_LIMIT, GET_CALLER_IDENTITY];

const fn github(operation: &'static str, permission: &'static str) -> Call {
    Call { api: Api::GitHub, operation, permission: Permission::GitHub(permission) }
}

/// An AWS call whose operation has the name of its action.
const fn aws(api: Api, action: &'static str, resources: &'static [&'static str]) -> Call {
    Call { api, operation: action, permission: Permission::Iam { action, resources } }
}

const fn trucks(operation: &'static str, permission: Permission) -> Call {
    Call { api: Api::Trucks, operation, permission }
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
            Self::Runs(_) => &[LIST_RUNS],
            // The last for a run that waits only.
            Self::Run(..) => &[READ_RUN, LIST_JOBS, LIST_PENDING],
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
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::Value;

    use super::*;
    use crate::{
        deployment::ServiceRef,
        run::RunId,
        truck::{EntityTag, NewTruck, TruckPatch},
    };

    const POLICIES: &str = include_str!("../../../infrastructure/console-policies.yaml");

    type Actions = BTreeMap<String, BTreeSet<String>>;

    /// One query of each kind.
    fn queries() -> Vec<Query> {
        let service: ServiceRef = "arn:aws:ecs:eu-north-1:123456789012:service/a/b".parse().unwrap();
        let repo: crate::run::Repo = "a/b".parse().unwrap();
        vec![
            Query::Catalog,
            Query::Descriptor("catalog-info.yaml".to_owned()),
            Query::trucks(),
            Query::Truck("0190".into()),
            Query::TruckEvents,
            Query::Runs(repo),
            Query::Service(service.clone()),
            Query::StackEvents { region: "eu-north-1".to_owned(), stack: "a".to_owned() },
            Query::Logs(LogSource::Group("a".to_owned())),
            Query::Logs(LogSource::Service(service)),
        ]
    }

    /// Returns the IAM actions of the table, each with its resources.
    fn asked() -> Actions {
        let mut asked = Actions::new();
        for call in queries().iter().flat_map(Query::calls) {
            if let Permission::Iam { action, resources } = call.permission {
                asked
                    .entry(action.to_owned())
                    .or_default()
                    .extend(resources.iter().map(|&text| text.to_owned()));
            }
        }
        asked
    }

    /// Returns the texts of a value that is a text or a list of texts, before names are filled in.
    fn texts(value: &Value) -> Vec<String> {
        let text = |value: &Value| {
            let text = value.get("Fn::Sub").map_or(value, |parts| &parts[0]);
            text.as_str().unwrap().replace("${AWS::", "${")
        };
        value.as_array().map_or_else(|| vec![text(value)], |list| list.iter().map(text).collect())
    }

    #[test]
    fn every_call_is_listed_once() {
        let truck = NewTruck::new("Scania", "V8");
        let add = Write::CreateTruck { truck: truck.clone(), key: "a".to_owned() };
        let truck = Box::new(truck.into_truck("0190".into(), "2026-11-23T10:00:00Z".parse().unwrap()));
        let (if_match, audit_id) = (EntityTag::strong("\"1\"").unwrap(), "a".to_owned());
        let remove = Write::RemoveTruck {
            truck: truck.clone(),
            if_match: if_match.clone(),
            audit_id: audit_id.clone(),
        };
        let change = Write::UpdateTruck { truck, patch: TruckPatch::default(), if_match, audit_id };
        let run = Query::Run("a/b".parse().unwrap(), RunId(1));
        let queries = queries().into_iter().chain([run]).flat_map(|query| query.calls());
        let writes = [add, change, remove];
        let made: BTreeSet<_> = queries
            .chain(writes.iter().flat_map(Write::calls))
            .chain(&IDENTITY)
            .map(|call| call.operation)
            .collect();
        let listed: Vec<_> = ALL.iter().map(|call| call.operation).collect();
        assert_eq!(listed.len(), made.len());
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), made);
    }

    #[test]
    fn the_policy_for_readers_is_the_table() {
        // The tags tell CloudFormation how to fill in names. To YAML, the values are texts and lists.
        let tags = ["!Sub ", "!Ref ", "!If ", "!Equals "];
        let plain = tags.iter().fold(POLICIES.to_owned(), |text, tag| text.replace(tag, ""));
        let template: Value = serde_yaml::from_str(&plain).unwrap();
        let statements = &template["Resources"]["ReadPolicy"]["Properties"]["PolicyDocument"]["Statement"];
        let mut held = Actions::new();
        for statement in statements.as_array().unwrap() {
            for action in texts(&statement["Action"]) {
                held.entry(action).or_default().extend(texts(&statement["Resource"]));
            }
        }
        assert_eq!(held, asked());
    }
}
