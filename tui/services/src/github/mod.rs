//! GitHub's REST API: workflow runs and what belongs to them.
//!
//! octocrab sends the requests. Our own models parse the responses, so that one unexpected run does not make a page
//! unreadable. Requests are sent one after the other, as GitHub asks for, and are not retried: a failure is shown, and
//! the next poll tries again.

mod accept;
mod actions;
mod answer;
mod artifact;
mod cache;
mod dispatch;
mod environments;
mod exchange;
mod failure;
mod fork;
mod identity;
mod job_log;
mod runs;
mod scopes;
mod session;
mod stored;
mod token;
mod wire;
mod workflows;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    time::Duration,
};

use hello_model::{budget::Budget, run::Repo};
use http::{HeaderMap, StatusCode};
use tokio::sync::Mutex as AsyncMutex;

use self::{exchange::WriteClock, session::Session};
pub(super) use self::{
    failure::told,
    identity::Account,
    token::{TokenOrigin, account, belongs_to_host, find, sign_in},
};
use super::{GitHubAccess, credentials, http as answers, http::Transport};

/// A client of GitHub. Repositories of other hosts have clients of their own within it.
#[derive(Clone)]
pub struct GitHub {
    shared: Arc<Shared>,
    others: Arc<Mutex<HashMap<String, Arc<Shared>>>>,
}

struct Shared {
    access: GitHubAccess,
    /// Whether nothing is sent without a token: a catalog has named the host, not the user.
    needs_token: bool,
    timeout: Duration,
    transport: Transport,
    /// Created at the first request, and again after GitHub rejects the token, so that signing in takes effect at once.
    session: AsyncMutex<Option<Session>>,
    /// What is left of the rate limit, as of the latest answer.
    budget: Mutex<Option<Budget>>,
    writes: WriteClock,
    /// Whether the server does not tell which run a trigger has started.
    hides_runs: AtomicBool,
}

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitHub").field("access", &self.shared.access).finish_non_exhaustive()
    }
}

impl GitHub {
    pub(super) fn new(access: GitHubAccess, timeout: Duration, transport: &Transport) -> Self {
        let shared = Arc::new(Shared::new(access, false, timeout, transport));
        Self { shared, others: Arc::default() }
    }

    /// Returns the client for the host of a repository. A stored token is sent to its own host only, and the token of the
    /// environment to no host that only a catalog names.
    fn at(&self, repo: &Repo) -> Self {
        let Shared { access, timeout, transport, .. } = &*self.shared;
        let host = repo.host.as_ref().filter(|host| !access.is_for_all_hosts && **host != access.host);
        let Some((host, other)) = host.and_then(|host| Some((host, GitHubAccess::at_host(host)?))) else {
            return self.clone();
        };
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        let shared = others.entry(host.clone()).or_insert_with(|| {
            let other = GitHubAccess { keyring: access.keyring.clone(), ..other };
            Arc::new(Shared::new(other, true, *timeout, transport))
        });
        Self { shared: Arc::clone(shared), others: Arc::clone(&self.others) }
    }
}

impl Shared {
    fn new(access: GitHubAccess, needs_token: bool, timeout: Duration, transport: &Transport) -> Self {
        transport.one_at_a_time(&access.api);
        let (session, budget, writes) = (AsyncMutex::default(), Mutex::default(), WriteClock::default());
        let (transport, hides_runs) = (transport.clone(), AtomicBool::new(false));
        Self { access, needs_token, timeout, transport, session, budget, writes, hides_runs }
    }
}

/// Parses a response as each kind of page and as an error, and returns the texts to be shown. For the fuzz targets.
pub(super) fn texts(body: &[u8]) -> Vec<String> {
    let runs = wire::runs(body, 1).map(|list| list.runs.items).unwrap_or_default();
    let jobs = wire::jobs(body).map(|page| page.items).unwrap_or_default();
    let of_run = |run: hello_model::run::Run| {
        let word = run.state.word().to_owned();
        [run.workflow, run.title, run.event, run.commit, run.url, run.branch.unwrap_or_default(), word]
    };
    let runs = runs.into_iter().chain(wire::run(body).ok()).flat_map(of_run);
    let jobs = jobs.into_iter().flat_map(|job| {
        let steps: Vec<_> = job.steps.into_iter().map(|step| step.name).collect();
        steps.into_iter().chain([job.name, job.state.word().to_owned()])
    });
    let environments = wire::pending(body).unwrap_or_default().into_iter();
    let environments =
        environments.flat_map(|environment| environment.reviewers.into_iter().chain([environment.name]));
    let refusal = failure::told(StatusCode::IM_A_TEAPOT, &HeaderMap::new(), body);
    runs.chain(jobs).chain(environments).chain([refusal]).collect()
}
