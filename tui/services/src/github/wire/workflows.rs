//! Workflows, annotations, artifacts and deployments.

use hello_model::{
    run::{Annotation, Artifact, EnvironmentDeployment, Workflow},
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::Value;

use super::{Page, if_understood, known, moment, page_of};

/// Parses `GET /repos/…/actions/workflows`.
pub(in crate::github) fn workflows(body: &[u8]) -> Result<Page<Workflow>, serde_json::Error> {
    let page: WireWorkflows = serde_json::from_slice(body)?;
    Ok(page_of(page.workflows, page.total_count, WireWorkflow::into_workflow))
}

/// Parses `GET /repos/…/check-runs/{id}/annotations`.
pub(in crate::github) fn annotations(body: &[u8]) -> Result<Page<Annotation>, serde_json::Error> {
    let rows: Vec<Value> = serde_json::from_slice(body)?;
    Ok(page_of(rows, None, WireAnnotation::into_annotation))
}

/// Parses `GET /repos/…/actions/runs/{id}/artifacts`.
pub(in crate::github) fn artifacts(body: &[u8]) -> Result<Page<Artifact>, serde_json::Error> {
    let page: WireArtifacts = serde_json::from_slice(body)?;
    Ok(page_of(page.artifacts, page.total_count, WireArtifact::into_artifact))
}

/// Parses `GET /repos/…/environments`, of which only the names matter.
pub(in crate::github) fn environments(body: &[u8]) -> Result<Vec<String>, serde_json::Error> {
    let page: WireEnvironments = serde_json::from_slice(body)?;
    Ok(page_of(page.environments, None, |named: Named| named.name).items)
}

/// Parses `GET /repos/…/deployments`: the name of the environment of each, and the deployment without its status.
pub(in crate::github) fn deployments(
    body: &[u8],
) -> Result<Vec<(String, EnvironmentDeployment)>, serde_json::Error> {
    let rows: Vec<Value> = serde_json::from_slice(body)?;
    Ok(page_of(rows, None, WireDeployment::into_deployment).items)
}

/// Parses `GET /repos/…/deployments/{id}/statuses`, newest first, and returns the newest.
pub(in crate::github) fn status(body: &[u8]) -> Result<Option<String>, serde_json::Error> {
    let rows: Vec<Value> = serde_json::from_slice(body)?;
    Ok(rows.first().and_then(|row| row.get("state")?.as_str()).map(str::to_owned))
}

/// Parses `GET /repos/{repo}`, of which only the default branch matters.
pub(in crate::github) fn default_branch(body: &[u8]) -> Result<Option<String>, serde_json::Error> {
    let repository: Value = serde_json::from_slice(body)?;
    Ok(repository.get("default_branch").and_then(Value::as_str).map(str::to_owned))
}

/// Parses `GET /repos/…/compare/{base}...{head}`, and returns the paths of the files.
pub(in crate::github) fn changed_files(body: &[u8]) -> Result<Vec<String>, serde_json::Error> {
    let comparison: Value = serde_json::from_slice(body)?;
    let files = comparison.get("files").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(files.iter().filter_map(|file| file.get("filename")?.as_str()).map(str::to_owned).collect())
}

#[derive(Deserialize)]
struct WireWorkflows {
    workflows: Vec<Value>,
    #[serde(default, deserialize_with = "if_understood")]
    total_count: Option<usize>,
}

#[derive(Deserialize)]
struct WireWorkflow {
    id: u64,
    #[serde(default, deserialize_with = "if_understood")]
    name: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    path: String,
    #[serde(default, deserialize_with = "if_understood")]
    state: String,
    #[serde(default, deserialize_with = "if_understood")]
    html_url: String,
}

impl WireWorkflow {
    fn into_workflow(self) -> Workflow {
        let Self { id, name, path, state, html_url: url } = self;
        Workflow { id, name: known(name).unwrap_or_else(|| path.clone()), path, state, url }
    }
}

#[derive(Deserialize)]
struct WireAnnotation {
    #[serde(default, deserialize_with = "if_understood")]
    annotation_level: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    path: String,
    #[serde(default, deserialize_with = "if_understood")]
    start_line: u64,
    #[serde(default, deserialize_with = "if_understood")]
    title: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    message: String,
}

impl WireAnnotation {
    fn into_annotation(self) -> Annotation {
        Annotation {
            level: known(self.annotation_level).unwrap_or_else(|| "notice".to_owned()),
            path: self.path,
            line: self.start_line,
            title: known(self.title),
            message: self.message,
        }
    }
}

#[derive(Deserialize)]
struct WireArtifacts {
    artifacts: Vec<Value>,
    #[serde(default, deserialize_with = "if_understood")]
    total_count: Option<usize>,
}

#[derive(Deserialize)]
struct WireArtifact {
    id: u64,
    #[serde(default, deserialize_with = "if_understood")]
    name: String,
    #[serde(default, deserialize_with = "if_understood")]
    size_in_bytes: u64,
    #[serde(default, deserialize_with = "if_understood")]
    expired: bool,
    #[serde(default, deserialize_with = "moment")]
    expires_at: Option<Timestamp>,
}

impl WireArtifact {
    fn into_artifact(self) -> Artifact {
        let Self { id, name, size_in_bytes: bytes, expired: is_expired, expires_at } = self;
        Artifact { id, name, bytes, is_expired, expires_at }
    }
}

#[derive(Deserialize)]
struct WireEnvironments {
    environments: Vec<Value>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct WireDeployment {
    id: u64,
    environment: String,
    #[serde(default, deserialize_with = "if_understood")]
    sha: String,
    #[serde(default, rename = "ref", deserialize_with = "if_understood")]
    reference: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    creator: Option<Creator>,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Creator {
    #[serde(default, deserialize_with = "if_understood")]
    login: Option<String>,
}

impl WireDeployment {
    fn into_deployment(self) -> (String, EnvironmentDeployment) {
        let deployment = EnvironmentDeployment {
            id: self.id,
            commit: self.sha,
            reference: known(self.reference),
            state: "unknown".to_owned(),
            creator: self.creator.and_then(|creator| known(creator.login)),
            created_at: self.created_at,
        };
        (self.environment, deployment)
    }
}
