//! The token in use, and what belongs to it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hello_model::{
    address::display_url,
    failure::{Failure, Kind},
};
use http::{StatusCode, Uri};
use octocrab::Octocrab;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use super::{
    GitHub, Shared, answers,
    cache::ResponseCache,
    token::{self, TokenOrigin},
};
use crate::{
    GitHubAccess,
    http::{Client, Limits, Redirects, Shape},
};

/// The maximum size of a response, in bytes. A page of a hundred jobs with steps is smaller than 1 MiB.
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// The minimum time between two searches for a token while there is none.
const ANONYMOUS_INTERVAL: Duration = Duration::from_mins(1);

/// What is sent with one token. Clones share it.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) client: Octocrab,
    /// Sends requests for what is no JSON and may be large. The reader bounds it.
    pub(super) downloads: Client,
    pub(super) identity: TokenOrigin,
    found_at: Instant,
    /// An entity tag belongs to the token that it was sent to.
    cache: Arc<Mutex<ResponseCache>>,
}

impl Session {
    pub(super) fn cache(&self) -> MutexGuard<'_, ResponseCache> {
        // The cache is consistent after every step, even after a panic.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl GitHub {
    /// Returns the session, and creates it first if there is none.
    pub(super) async fn session(&self, what: &str) -> Result<Session, Failure> {
        let mut session = self.shared.session.lock().await;
        if let Some(session) = &*session {
            return Ok(session.clone());
        }
        let Shared { access, needs_token, timeout, transport, .. } = &*self.shared;
        let (identity, token) = token::find(access).await;
        if token.is_none() && *needs_token {
            let problem = identity.keyring_problem().map(|problem| format!("; {problem}"));
            let why = format!("there is no token for {}{}", access.host, problem.unwrap_or_default());
            return Err(Failure::new(Kind::Unauthorized, what, why).hint(token::sign_in(access)));
        }
        let unfit = |why| Failure::new(Kind::NotConfigured, what, why).hint(token::sign_in(access));
        let limits = Limits { bytes: MAX_ANSWER_BYTES, total: Some(*timeout) };
        let pages = with_token(Client::new(transport, limits), access, token.as_ref()).map_err(unfit)?;
        let client = octocrab(access, pages.clone().count(Shape::json())).map_err(unfit)?;
        let downloads = pages.endless(*timeout);
        let (found_at, cache) = (Instant::now(), Arc::default());
        Ok(session.insert(Session { client, downloads, identity, found_at, cache }).clone())
    }

    /// Drops the session after a refusal, and the responses that were cached for it, if another token may be found by
    /// now: the one in use is not accepted, or there was none some time ago.
    pub(super) async fn look_for_another_token(&self, status: StatusCode) {
        let mut session = self.shared.session.lock().await;
        let is_stale = |session: &Session| {
            session.identity.is_anonymous() && session.found_at.elapsed() > ANONYMOUS_INTERVAL
        };
        if status == StatusCode::UNAUTHORIZED || session.as_ref().is_some_and(is_stale) {
            *session = None;
        }
    }
}

fn with_token(client: Client, access: &GitHubAccess, token: Option<&SecretString>) -> Result<Client, String> {
    let client = client.follow(Redirects::Anywhere);
    let unfit = |_| "the GitHub token has characters that are not allowed in a header".to_owned();
    match token {
        Some(token) => client.bearer(&access.api, token.expose_secret()).map_err(unfit),
        None => Ok(client),
    }
}

fn octocrab(access: &GitHubAccess, client: Client) -> Result<Octocrab, String> {
    let api = &access.api;
    let base: Uri =
        api.as_str().parse().map_err(|_| format!("{} is no address of an API", display_url(api)))?;
    Ok(answers::octocrab::octocrab(&base, client))
}
