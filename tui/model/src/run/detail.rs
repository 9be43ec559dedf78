//! One run with all that belongs to it.

use serde::Serialize;

use super::{Job, Run, State};
use crate::time::Timestamp;

/// A run with its jobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunDetail {
    pub run: Run,
    pub jobs: Vec<Job>,
    /// The number of entries in the response that have no id and cannot be shown.
    pub unreadable_jobs: usize,
    pub pending: Pending,
}

impl RunDetail {
    /// Creates the detail of a run that waits for nothing.
    pub fn new(run: Run, jobs: Vec<Job>) -> Self {
        Self { run, jobs, unreadable_jobs: 0, pending: Pending::default() }
    }

    /// Reports whether the run, or one of its jobs, waits for the rules of an environment.
    pub fn is_waiting(&self) -> bool {
        self.run.state == State::Waiting || self.jobs.iter().any(|job| job.state == State::Waiting)
    }
}

/// What a waiting run waits for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pending {
    pub environments: Vec<PendingEnvironment>,
    /// Why the environments are not known, and what to type next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

/// An environment whose rules keep a run waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingEnvironment {
    /// GitHub's id, which an approval names. Zero if GitHub does not tell it.
    pub id: u64,
    pub name: String,
    /// When the wait timer of the environment ends, if it has one.
    pub waits_until: Option<Timestamp>,
    /// The users and teams of which one may approve; none if the environment has another rule, such as a timer.
    pub reviewers: Vec<String>,
    /// Whether the account of the token may approve.
    pub you_may_approve: bool,
}
