//! Lenient parsing of GitHub's JSON.
//!
//! A member that is absent, null or of an unexpected type gets its default. Only an entry without an id cannot be
//! shown; such entries are counted. GitHub adds values without notice, and a new value must not make the page
//! unreadable.

use std::cmp::Reverse;

use hello_model::{
    pages::{Cursor, Pages},
    run::{Job, PendingEnvironment, Run, RunId, RunList, State, Step},
    time::Timestamp,
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use super::RUNS_PER_PAGE;

/// A limit for the environments of a run and for the reviewers of each.
const MAX_PENDING: usize = 100;

/// The readable entries of a page.
#[derive(Debug)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    /// The number of entries without an id.
    pub(super) unreadable: usize,
    /// The total number of entries on all pages, if GitHub reports it.
    pub(super) total: Option<usize>,
}

/// Parses `GET /repos/…/actions/runs`, the page with this number.
pub(super) fn runs(body: &[u8], number: usize) -> Result<RunList, serde_json::Error> {
    let page: WireRuns = serde_json::from_slice(body)?;
    let count = page.workflow_runs.len();
    let Page { items: mut runs, unreadable, total } =
        page_of(page.workflow_runs, page.total_count, WireRun::into_run);
    // The sort is stable: runs with the same time keep GitHub's order.
    runs.sort_by_key(|run| (run.created_at.is_none(), Reverse(run.created_at)));
    let has_more = total.is_some_and(|total| count > 0 && number.saturating_mul(RUNS_PER_PAGE) < total);
    let next = has_more.then(|| Cursor(number.saturating_add(1).to_string()));
    Ok(RunList { runs: Pages { items: runs, next, total }, unreadable })
}

/// Parses `GET /repos/…/actions/runs/{id}`.
pub(super) fn run(body: &[u8]) -> Result<Run, serde_json::Error> {
    serde_json::from_slice(body).map(WireRun::into_run)
}

/// Parses `GET /repos/…/actions/runs/{id}/jobs`.
pub(super) fn jobs(body: &[u8]) -> Result<Page<Job>, serde_json::Error> {
    let page: WireJobs = serde_json::from_slice(body)?;
    Ok(page_of(page.jobs, page.total_count, WireJob::into_job))
}

/// Parses `GET /repos/…/actions/runs/{id}/pending_deployments`. An environment without a name cannot be shown.
pub(super) fn pending(body: &[u8]) -> Result<Vec<PendingEnvironment>, serde_json::Error> {
    let rows: Vec<Value> = serde_json::from_slice(body)?;
    // GitHub allows far fewer environments and six reviewers each.
    let rows = rows.into_iter().take(MAX_PENDING).filter_map(|row| serde_json::from_value(row).ok());
    Ok(rows.filter_map(WirePending::into_environment).collect())
}

fn page_of<W: DeserializeOwned, T>(rows: Vec<Value>, total: Option<usize>, into: fn(W) -> T) -> Page<T> {
    let count = rows.len();
    let items: Vec<T> =
        rows.into_iter().filter_map(|row| serde_json::from_value(row).ok().map(into)).collect();
    Page { unreadable: count - items.len(), items, total }
}

#[derive(Deserialize)]
struct WireRuns {
    #[serde(default, deserialize_with = "if_understood")]
    total_count: Option<usize>,
    workflow_runs: Vec<Value>,
}

#[derive(Deserialize)]
struct WireJobs {
    jobs: Vec<Value>,
    #[serde(default, deserialize_with = "if_understood")]
    total_count: Option<usize>,
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
        let workflow = known(self.name).or_else(|| known(self.path)).unwrap_or_default();
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
        }
    }
}

/// Treats an empty text as absent.
fn known(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

#[derive(Deserialize)]
struct WirePending {
    #[serde(default, deserialize_with = "if_understood")]
    environment: Option<WireEnvironment>,
    #[serde(default, deserialize_with = "if_understood")]
    reviewers: Vec<Value>,
    #[serde(default, deserialize_with = "if_understood")]
    current_user_can_approve: bool,
}

#[derive(Deserialize)]
struct WireEnvironment {
    #[serde(default, deserialize_with = "if_understood")]
    name: Option<String>,
}

#[derive(Deserialize)]
struct WireReviewer {
    #[serde(default, deserialize_with = "if_understood")]
    reviewer: Option<WireApprover>,
}

/// A user with a login, or a team with a name.
#[derive(Deserialize)]
struct WireApprover {
    #[serde(default, deserialize_with = "if_understood")]
    login: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "if_understood")]
    name: Option<String>,
}

impl WirePending {
    fn into_environment(self) -> Option<PendingEnvironment> {
        let name = known(self.environment?.name)?;
        let reviewer = |value: Value| {
            let WireApprover { login, slug, name } =
                serde_json::from_value::<WireReviewer>(value).ok()?.reviewer?;
            known(login).or_else(|| known(name)).or_else(|| known(slug))
        };
        let reviewers = self.reviewers.into_iter().take(MAX_PENDING).filter_map(reviewer).collect();
        Some(PendingEnvironment { name, reviewers, you_may_approve: self.current_user_can_approve })
    }
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
    started_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    completed_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "if_understood")]
    steps: Vec<Value>,
}

impl WireJob {
    fn into_job(self) -> Job {
        Job {
            id: self.id,
            name: self.name,
            state: state(self.status.as_deref(), self.conclusion.as_deref()),
            started_at: self.started_at,
            completed_at: self.completed_at,
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

fn state(status: Option<&str>, conclusion: Option<&str>) -> State {
    State::from_words(status.filter(|word| !word.is_empty()).unwrap_or("unknown"), conclusion)
}

fn if_understood<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).unwrap_or_default())
}

/// Parses a timestamp. Enterprise servers write an absent one as a time before the epoch.
fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let at: Option<Timestamp> = if_understood(from)?;
    Ok(at.filter(|at| *at > Timestamp::UNIX_EPOCH))
}
