//! The jobs of a run, with their steps.

use hello_model::{
    run::{Job, Step},
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::Value;

use super::{Page, if_understood, known, moment, page_of, state};

/// Parses `GET /repos/…/actions/runs/{id}/jobs`.
pub(in crate::github) fn jobs(body: &[u8]) -> Result<Page<Job>, serde_json::Error> {
    let page: WireJobs = serde_json::from_slice(body)?;
    Ok(page_of(page.jobs, page.total_count, WireJob::into_job))
}

#[derive(Deserialize)]
struct WireJobs {
    jobs: Vec<Value>,
    #[serde(default, deserialize_with = "if_understood")]
    total_count: Option<usize>,
}

#[derive(Deserialize)]
struct WireJob {
    id: u64,
    #[serde(default, deserialize_with = "if_understood")]
    name: String,
    #[serde(default, deserialize_with = "if_understood")]
    status: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    conclusion: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    started_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    completed_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "if_understood")]
    runner_name: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    labels: Vec<Value>,
    #[serde(default, deserialize_with = "if_understood")]
    html_url: String,
    #[serde(default, deserialize_with = "if_understood")]
    steps: Vec<Value>,
}

impl WireJob {
    fn into_job(self) -> Job {
        Job {
            id: self.id,
            name: self.name,
            state: state(self.status.as_deref(), self.conclusion.as_deref()),
            created_at: self.created_at,
            started_at: self.started_at,
            completed_at: self.completed_at,
            runner: known(self.runner_name),
            labels: self.labels.into_iter().filter_map(|label| Some(label.as_str()?.to_owned())).collect(),
            url: self.html_url,
            steps: page_of(self.steps, None, WireStep::into_step).items,
        }
    }
}

#[derive(Deserialize)]
struct WireStep {
    #[serde(default, deserialize_with = "if_understood")]
    number: u64,
    #[serde(default, deserialize_with = "if_understood")]
    name: String,
    #[serde(default, deserialize_with = "if_understood")]
    status: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    conclusion: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    started_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    completed_at: Option<Timestamp>,
}

impl WireStep {
    fn into_step(self) -> Step {
        Step {
            number: self.number,
            name: self.name,
            state: state(self.status.as_deref(), self.conclusion.as_deref()),
            started_at: self.started_at,
            completed_at: self.completed_at,
        }
    }
}
