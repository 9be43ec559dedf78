//! GitHub's REST API: workflow runs and what belongs to them.
//!
//! octocrab sends the requests. Our own models parse the responses, so that one unexpected run does not make a page
//! unreadable. Requests are sent one after the other, as GitHub asks for, and are not retried: a failure is shown, and
//! the next poll tries again.

mod accept;
mod actions;
mod answer;
mod cache;
mod dispatch;
mod environments;
mod exchange;
mod failure;
mod fork;
mod identity;
mod job_log;
mod runs;
mod session;
mod wire;
mod workflows;

use std::{
    fmt,
    sync::{Arc, Mutex, atomic::AtomicBool},
    time::Duration,
};

use hello_model::budget::Budget;
use http::{HeaderMap, StatusCode};
use tokio::sync::Mutex as AsyncMutex;

use self::{exchange::WriteClock, session::Session};
pub(super) use self::{
    failure::{TokenOrigin, may_send_token, sign_in},
    identity::Account,
};
use super::{GitHubAccess, credentials, http as answers, http::Transport};

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
        transport.one_at_a_time(&access.api);
        let (session, budget, writes) = (AsyncMutex::default(), Mutex::default(), WriteClock::default());
        let (transport, hides_runs) = (transport.clone(), AtomicBool::new(false));
        Self { shared: Arc::new(Shared { access, timeout, transport, session, budget, writes, hides_runs }) }
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
