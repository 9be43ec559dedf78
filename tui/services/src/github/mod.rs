//! GitHub's REST API: workflow runs and their jobs.
//!
//! octocrab sends the requests. Our own models parse the responses, so that one unexpected run does not make a page
//! unreadable. Requests are sent one after the other, as GitHub recommends, and are not retried: a failure is shown,
//! and the next poll tries again.

mod cache;
mod failure;
mod identity;
mod model;

use std::{
    error::Error,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use hello_model::{
    address::display_url,
    calls::{self, Call},
    failure::{Failure, Kind},
    pages::Cursor,
    run::{Job, Pending, Repo, RunDetail, RunId, RunList},
    time::Timestamp,
};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header, response::Parts};
use octocrab::Octocrab;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex as AsyncMutex;

pub(super) use self::failure::TokenOrigin;
use self::{
    cache::{CachedResponse, ResponseCache},
    failure::RequestContext,
};
pub(super) use self::{failure::sign_in, identity::Account};
use super::{
    GitHubAccess, credentials,
    http::{self as answers, Client, Limits, Redirects, Shape, Transport},
};

/// A limit for an endless list; a run has a few hundred jobs at most.
const MAX_JOB_PAGES: u32 = 20;

/// The number of runs on a page. A larger page would be too large for the cache of responses.
const RUNS_PER_PAGE: usize = 30;

/// The maximum size of a response, in bytes. A page of a hundred jobs with steps is smaller than 1 MiB.
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// A client of GitHub.
#[derive(Clone)]
pub struct GitHub {
    shared: Arc<Shared>,
}

struct Shared {
    access: GitHubAccess,
    timeout: Duration,
    transport: Transport,
    /// Created at the first request, and again after GitHub rejects the token, so that signing in takes effect at once.
    session: AsyncMutex<Option<Session>>,
    cache: Mutex<ResponseCache>,
}

#[derive(Clone)]
struct Session {
    client: Octocrab,
    identity: TokenOrigin,
}

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitHub").field("access", &self.shared.access).finish_non_exhaustive()
    }
}

impl GitHub {
    pub(super) fn new(access: GitHubAccess, timeout: Duration, transport: &Transport) -> Self {
        let (session, cache) = (AsyncMutex::default(), Mutex::default());
        let transport = transport.clone();
        Self { shared: Arc::new(Shared { access, timeout, transport, session, cache }) }
    }

    /// Lists the newest 30 runs of all workflows, newest first.
    pub async fn runs(&self, repo: &Repo) -> Result<RunList, Failure> {
        self.runs_page(repo, None).await
    }

    /// Lists 30 runs of all workflows, newest first: the newest ones, or those of the page that the cursor numbers.
    pub async fn runs_page(&self, repo: &Repo, cursor: Option<&Cursor>) -> Result<RunList, Failure> {
        let what = format!("listing the runs of {repo}");
        let number = cursor.and_then(|cursor| cursor.0.parse().ok()).unwrap_or(1);
        let page = if number == 1 { String::new() } else { format!("&page={number}") };
        let path = format!("/repos/{repo}/actions/runs?per_page={RUNS_PER_PAGE}{page}");
        let body = self.get(&calls::LIST_RUNS, &what, repo, path).await?;
        model::runs(&body, number).map_err(|error| self.unreadable(&what, &error))
    }

    /// Reads one run with the jobs of its latest attempt and their steps, and what it waits for.
    pub async fn run(&self, repo: &Repo, id: RunId) -> Result<RunDetail, Failure> {
        let what = format!("reading run {id} of {repo}");
        let body =
            self.get(&calls::READ_RUN, &what, repo, format!("/repos/{repo}/actions/runs/{id}")).await?;
        let run = model::run(&body).map_err(|error| self.unreadable(&what, &error))?;
        let (jobs, unreadable_jobs) = self.jobs(&what, repo, id).await?;
        let mut detail = RunDetail { unreadable_jobs, ..RunDetail::new(run, jobs) };
        if detail.is_waiting() {
            detail.pending = self.pending(repo, id).await;
        }
        Ok(detail)
    }

    /// Reads which environments a run waits for. A failure is part of the answer: the run itself is known.
    async fn pending(&self, repo: &Repo, id: RunId) -> Pending {
        let what = format!("reading what run {id} waits for");
        let path = format!("/repos/{repo}/actions/runs/{id}/pending_deployments");
        let environments = match self.get(&calls::LIST_PENDING, &what, repo, path).await {
            Ok(body) => model::pending(&body).map_err(|error| self.unreadable(&what, &error)),
            Err(failure) => Err(failure),
        };
        match environments {
            Ok(environments) => Pending { environments, unknown: None },
            Err(Failure { why, hint, .. }) => {
                let next = hint.map(|hint| format!("; next: {hint}")).unwrap_or_default();
                Pending { environments: Vec::new(), unknown: Some(format!("{why}{next}")) }
            }
        }
    }

    /// Reads the jobs of a run. The number counts entries without an id.
    async fn jobs(&self, what: &str, repo: &Repo, id: RunId) -> Result<(Vec<Job>, usize), Failure> {
        let (mut jobs, mut unreadable, mut seen) = (Vec::new(), 0, 0);
        for page in 1..=MAX_JOB_PAGES {
            let path = format!("/repos/{repo}/actions/runs/{id}/jobs?filter=latest&per_page=100&page={page}");
            let body = self.get(&calls::LIST_JOBS, what, repo, path).await?;
            let page = model::jobs(&body).map_err(|error| self.unreadable(what, &error))?;
            let count = page.items.len() + page.unreadable;
            unreadable += page.unreadable;
            seen += count;
            // GitHub never sends more items than requested.
            jobs.extend(page.items.into_iter().take(100));
            if count == 0 || page.total.map_or(count < 100, |total| seen >= total) {
                break;
            }
        }
        Ok((jobs, unreadable))
    }

    /// Gets a path, with a conditional request if a response is cached: "not modified" does not count against the rate
    /// limit.
    async fn get(&self, call: &Call, what: &str, repo: &Repo, path: String) -> Result<Bytes, Failure> {
        let Session { client, identity } = self.session(what).await?;
        let subject = &repo.to_string();
        let asked = RequestContext { call, what, subject, access: &self.shared.access, identity };
        let kept = self.cache().get(&path);
        let (parts, body) =
            exchange(&client, &path, kept.as_ref()).await.map_err(|error| asked.unanswered(&*error))?;
        match (parts.status, kept) {
            (StatusCode::NOT_MODIFIED, Some(kept)) => Ok(kept.body),
            (StatusCode::OK, _) => {
                if let Some(etag) = parts.headers.get(header::ETAG) {
                    self.cache().keep(path, CachedResponse { etag: etag.clone(), body: body.clone() });
                }
                Ok(body)
            }
            (status, _) => {
                if status == StatusCode::UNAUTHORIZED {
                    self.sign_out().await;
                }
                let failure = asked.refused(&parts, &body, Timestamp::now());
                if let Kind::RateLimited { until } = failure.kind {
                    self.shared.transport.pause(&self.shared.access.api, until);
                }
                Err(failure)
            }
        }
    }

    async fn session(&self, what: &str) -> Result<Session, Failure> {
        let mut session = self.shared.session.lock().await;
        if let Some(session) = &*session {
            return Ok(session.clone());
        }
        let Shared { access, timeout, transport, .. } = &*self.shared;
        let (identity, token) = match &access.token {
            Some(token) => (TokenOrigin::Given, Some(token.clone())),
            None if !failure::may_send_token(access) => (TokenOrigin::Anonymous, None),
            None => match credentials::gh_token(&access.host).await {
                Some(token) => (TokenOrigin::Gh, Some(token)),
                None => (TokenOrigin::Anonymous, None),
            },
        };
        let client = client(access, token, *timeout, transport).map_err(|why| {
            Failure::new(Kind::NotConfigured, what, why).hint(failure::sign_in(&access.host))
        })?;
        Ok(session.insert(Session { client, identity }).clone())
    }

    /// Drops the session and the responses that were cached for it.
    async fn sign_out(&self) {
        *self.shared.session.lock().await = None;
        *self.cache() = ResponseCache::default();
    }

    fn cache(&self) -> MutexGuard<'_, ResponseCache> {
        // The cache is consistent after every step, even after a panic.
        self.shared.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unreadable(&self, what: &str, error: &serde_json::Error) -> Failure {
        let api = display_url(&self.shared.access.api);
        Failure::new(Kind::Unexpected, what, format!("{api} did not answer as GitHub does: {error}"))
    }
}

fn client(
    access: &GitHubAccess,
    token: Option<SecretString>,
    timeout: Duration,
    transport: &Transport,
) -> Result<Octocrab, String> {
    let api = &access.api;
    let base: Uri =
        api.as_str().parse().map_err(|_| format!("{} is no address of an API", display_url(api)))?;
    let limits = Limits { bytes: MAX_ANSWER_BYTES, total: Some(timeout) };
    let mut client = Client::new(transport, limits).follow(Redirects::Anywhere).count(Shape::json());
    if let Some(token) = token {
        let unfit = |_| "the GitHub token has characters that are not allowed in a header".to_owned();
        client = client.bearer(api, token.expose_secret()).map_err(unfit)?;
    }
    Ok(answers::octocrab::octocrab(&base, client))
}

async fn exchange(
    client: &Octocrab,
    path: &str,
    kept: Option<&CachedResponse>,
) -> Result<(Parts, Bytes), Box<dyn Error + Send + Sync>> {
    let mut headers =
        HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/vnd.github+json"))]);
    if let Some(kept) = kept {
        headers.insert(header::IF_NONE_MATCH, kept.etag.clone());
    }
    let (parts, body) = client._get_with_headers(path, Some(headers)).await?.into_parts();
    Ok((parts, answers::collect(body).await?))
}

/// Parses a response as each kind of page and as an error, and returns the texts to be shown. For the fuzz targets.
pub(super) fn texts(body: &[u8]) -> Vec<String> {
    let runs = model::runs(body, 1).map(|list| list.runs.items).unwrap_or_default();
    let jobs = model::jobs(body).map(|page| page.items).unwrap_or_default();
    let of_run = |run: hello_model::run::Run| {
        let word = run.state.word().to_owned();
        [run.workflow, run.title, run.event, run.commit, run.url, run.branch.unwrap_or_default(), word]
    };
    let runs = runs.into_iter().chain(model::run(body).ok()).flat_map(of_run);
    let jobs = jobs.into_iter().flat_map(|job| {
        let steps: Vec<_> = job.steps.into_iter().map(|step| step.name).collect();
        steps.into_iter().chain([job.name, job.state.word().to_owned()])
    });
    let environments = model::pending(body).unwrap_or_default().into_iter();
    let environments =
        environments.flat_map(|environment| environment.reviewers.into_iter().chain([environment.name]));
    let refusal = failure::told(StatusCode::IM_A_TEAPOT, &HeaderMap::new(), body);
    runs.chain(jobs).chain(environments).chain([refusal]).collect()
}
