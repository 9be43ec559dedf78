//! The jobs of a run, and their steps.

use std::fmt;

use serde::Serialize;

use super::State;
use crate::time::Timestamp;

/// GitHub's id of a job, unique across all repositories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct JobId(pub u64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One job of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    pub id: u64,
    pub name: String,
    pub state: State,
    /// When it was put into the queue.
    pub created_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    /// The runner that has taken it.
    pub runner: Option<String>,
    /// What a runner must offer: `ubuntu-latest`.
    pub labels: Vec<String>,
    pub url: String,
    pub steps: Vec<Step>,
}

impl Job {
    /// Makes a job of which only this is known.
    pub fn new(id: u64, name: impl Into<String>, state: State) -> Self {
        Self {
            id,
            name: name.into(),
            state,
            created_at: None,
            started_at: None,
            completed_at: None,
            runner: None,
            labels: Vec::new(),
            url: String::new(),
            steps: Vec::new(),
        }
    }
}

/// One step of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    pub number: u64,
    pub name: String,
    pub state: State,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
}
