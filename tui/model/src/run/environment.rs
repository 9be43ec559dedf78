//! Which commit is where.

use serde::Serialize;

use crate::time::Timestamp;

/// The environments of a repository, with what is deployed to each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Environments {
    /// In GitHub's order; environments without a rule that have a deployment come last.
    pub environments: Vec<Environment>,
}

/// An environment of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    pub name: String,
    /// The newest deployment that has succeeded: what runs there.
    pub current: Option<EnvironmentDeployment>,
    /// The newest deployment, if it is another one: it is under way, waits or has failed.
    pub latest: Option<EnvironmentDeployment>,
}

/// A deployment as GitHub records it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentDeployment {
    pub id: u64,
    /// The full commit id.
    pub commit: String,
    /// The branch or tag.
    pub reference: Option<String>,
    /// GitHub's word for its latest status: `success`, `in_progress`, `waiting`, `failure`, `inactive`.
    pub state: String,
    pub creator: Option<String>,
    pub created_at: Option<Timestamp>,
}
