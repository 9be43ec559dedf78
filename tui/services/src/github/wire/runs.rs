//! Runs, alone and in lists.

use std::cmp::Reverse;

use hello_model::{
    pages::{Cursor, Pages},
    run::{Run, RunId, RunList},
    time::Timestamp,
};
use serde::Deserialize;
use serde_json::Value;

use super::{Page, if_understood, known, moment, page_of, state};

/// The number of runs on a page. A larger page would be too large for the cache of responses.
pub(in crate::github) const RUNS_PER_PAGE: usize = 30;

/// Parses `GET /repos/…/actions/runs`, the page with this number.
pub(in crate::github) fn runs(body: &[u8], number: usize) -> Result<RunList, serde_json::Error> {
    let page: WireRuns = serde_json::from_slice(body)?;
    let count = page.workflow_runs.len();
    let Page { items: mut runs, unreadable, total } =
        page_of(page.workflow_runs, page.total_count, WireRun::into_run);
    // The sort is stable: runs with the same time keep GitHub's order.
    runs.sort_by_key(|run| (run.created_at.is_none(), Reverse(run.created_at)));
    let has_more = total.is_some_and(|total| count > 0 && number.saturating_mul(RUNS_PER_PAGE) < total);
    let next = has_more.then(|| Cursor(number.saturating_add(1).to_string()));
    Ok(RunList { runs: Pages { items: runs, next, total, left_out: 0 }, unreadable })
}

/// Parses `GET /repos/…/actions/runs/{id}`.
pub(in crate::github) fn run(body: &[u8]) -> Result<Run, serde_json::Error> {
    serde_json::from_slice(body).map(WireRun::into_run)
}

#[derive(Deserialize)]
struct WireRuns {
    #[serde(default, deserialize_with = "if_understood")]
    total_count: Option<usize>,
    workflow_runs: Vec<Value>,
}

#[derive(Deserialize)]
struct WireRun {
    id: u64,
    #[serde(default, deserialize_with = "if_understood")]
    run_number: u64,
    #[serde(default, deserialize_with = "if_understood")]
    run_attempt: Option<u32>,
    #[serde(default, deserialize_with = "if_understood")]
    name: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    path: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    display_title: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    event: String,
    #[serde(default, deserialize_with = "if_understood")]
    head_branch: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    head_sha: String,
    #[serde(default, deserialize_with = "if_understood")]
    head_commit: Option<Commit>,
    #[serde(default, deserialize_with = "if_understood")]
    actor: Option<Account>,
    #[serde(default, deserialize_with = "if_understood")]
    triggering_actor: Option<Account>,
    #[serde(default, deserialize_with = "if_understood")]
    status: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    conclusion: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    created_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    run_started_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    updated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "if_understood")]
    html_url: String,
    #[serde(default, deserialize_with = "if_understood")]
    repository: Option<WireRepository>,
    #[serde(default, deserialize_with = "if_understood")]
    head_repository: Option<WireRepository>,
    #[serde(default, deserialize_with = "if_understood")]
    pull_requests: Vec<Value>,
}

#[derive(Deserialize)]
struct WireRepository {
    #[serde(default, deserialize_with = "if_understood")]
    full_name: Option<String>,
}

#[derive(Deserialize)]
struct PullRequest {
    number: u64,
}

#[derive(Deserialize)]
struct Account {
    #[serde(default, deserialize_with = "if_understood")]
    login: Option<String>,
}

#[derive(Deserialize)]
struct Commit {
    #[serde(default, deserialize_with = "if_understood")]
    message: Option<String>,
}

impl WireRun {
    fn into_run(self) -> Run {
        let path = known(self.path).map(|path| path.split('@').next().unwrap_or_default().to_owned());
        let workflow = known(self.name).or_else(|| path.clone()).unwrap_or_default();
        let full_name = |repository: Option<WireRepository>| known(repository?.full_name);
        let home = full_name(self.repository);
        let fork =
            full_name(self.head_repository).filter(|head| home.as_ref().is_some_and(|home| home != head));
        let pull_request = self.pull_requests.into_iter().next();
        let pull_request = pull_request.and_then(|value| serde_json::from_value::<PullRequest>(value).ok());
        let subject = |commit: Commit| known(commit.message?.lines().next().map(str::to_owned));
        // GitHub calls a run that another run has started like its workflow; its commit says more.
        let is_named = |title: &String| self.event != "workflow_run" || *title != workflow;
        let title = known(self.display_title).filter(is_named);
        let title = title.or_else(|| self.head_commit.and_then(subject));
        let login = |account: Option<Account>| known(account?.login);
        Run {
            id: RunId(self.id),
            number: self.run_number,
            // Attempts count from 1.
            attempt: self.run_attempt.filter(|attempt| *attempt > 0).unwrap_or(1),
            title: title.unwrap_or_else(|| workflow.clone()),
            workflow,
            event: self.event,
            branch: known(self.head_branch),
            commit: self.head_sha,
            actor: login(self.triggering_actor).or_else(|| login(self.actor)),
            state: state(self.status.as_deref(), self.conclusion.as_deref()),
            created_at: self.created_at.or(self.run_started_at).or(self.updated_at),
            started_at: self.run_started_at,
            updated_at: self.updated_at,
            url: self.html_url,
            path,
            fork,
            pull_request: pull_request.map(|pull_request| pull_request.number),
        }
    }
}
