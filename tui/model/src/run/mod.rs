//! GitHub workflow runs, their jobs and steps.

mod annotation;
mod artifact;
mod detail;
mod environment;
mod filter;
mod fork;
mod job;
mod list;
mod repo;
mod state;
mod workflow;

use std::fmt;

use serde::Serialize;

pub use self::{
    annotation::Annotation,
    artifact::{Artifact, ArtifactEvent, MAX_ARTIFACT},
    detail::{Pending, PendingEnvironment, RunDetail},
    environment::{Environment, EnvironmentDeployment, Environments},
    filter::{MAX_FILTERED_RUNS, RunFilter, RunQuery},
    fork::ForkChanges,
    job::{Job, JobId, Step},
    list::RunList,
    repo::Repo,
    state::{Conclusion, State},
    workflow::{RepositoryFile, Workflow, Workflows},
};
use crate::time::Timestamp;

/// GitHub's id of a run, unique across all repositories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct RunId(pub u64);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A run, with its name for users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRef {
    pub id: RunId,
    /// `deploy #42`.
    pub name: String,
}

/// One run of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    pub id: RunId,
    /// The run number within its workflow, from 1: the `#42` on the web page. Zero if unknown.
    pub number: u64,
    pub attempt: u32,
    pub workflow: String,
    /// The commit's subject or the run's own name.
    pub title: String,
    pub event: String,
    pub branch: Option<String>,
    /// The full commit id.
    pub commit: String,
    pub actor: Option<String>,
    pub state: State,
    /// The earliest known time of the run, if there is one.
    pub created_at: Option<Timestamp>,
    /// When this attempt started.
    pub started_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub url: String,
    /// The path of the workflow's file, without the reference that GitHub may add.
    pub path: Option<String>,
    /// The repository of the code, if it is a fork.
    pub fork: Option<String>,
    /// The number of the pull request, if the run belongs to one of the same repository.
    pub pull_request: Option<u64>,
}

impl Run {
    /// Returns the abbreviated commit id.
    pub fn short_commit(&self) -> &str {
        self.commit.get(..7).unwrap_or(&self.commit)
    }

    /// Returns when this attempt started, or when the run was created if the start is unknown.
    pub fn began_at(&self) -> Option<Timestamp> {
        self.started_at.or(self.created_at)
    }

    /// Reports whether it has not begun because its code is from a fork and waits for a maintainer's approval. That is
    /// no failure.
    pub fn awaits_fork_approval(&self) -> bool {
        self.state == State::Done(Conclusion::ActionRequired) && self.event.starts_with("pull_request")
    }

    /// Names the run: `deploy #42`.
    pub fn reference(&self) -> RunRef {
        RunRef { id: self.id, name: format!("{} {}", self.workflow, self.label()) }
    }

    /// Returns `#42`, or a dash if the number is unknown.
    pub fn label(&self) -> String {
        if self.number == 0 { "–".to_owned() } else { format!("#{}", self.number) }
    }
}
