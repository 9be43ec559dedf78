//! The jobs of a run, and their steps.

use serde::Serialize;

use super::State;
use crate::time::Timestamp;

/// One job of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    pub id: u64,
    pub name: String,
    pub state: State,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub steps: Vec<Step>,
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
