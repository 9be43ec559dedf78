//! The token in use, and what belongs to it.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hello_model::{
    address::display_url,
    failure::{Failure, Kind},
};
use http::Uri;
use octocrab::Octocrab;
use secrecy::{ExposeSecret, SecretString};

use super::{
    GitHub, Shared, answers,
    cache::ResponseCache,
    credentials,
    failure::{self, TokenOrigin},
};
use crate::{
    GitHubAccess,
    http::{Client, Limits, Redirects, Shape, Transport},
};

/// The maximum size of a response, in bytes. A page of a hundred jobs with steps is smaller than 1 MiB.
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// What is sent with one token. Clones share it.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) client: Octocrab,
    pub(super) identity: TokenOrigin,
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
        let Shared { access, timeout, transport, .. } = &*self.shared;
        let (identity, token) = match &access.token {
            Some(token) => (TokenOrigin::Given, Some(token.clone())),
            None if !failure::may_send_token(access) => (TokenOrigin::Anonymous, None),
            None => match credentials::gh_token(&access.host).await {
                Some(token) => (TokenOrigin::Gh, Some(token)),
                None => (TokenOrigin::Anonymous, None),
            },
        };
        let client = client(access, token, *timeout, transport)
            .map_err(|why| Failure::new(Kind::NotConfigured, what, why).hint(failure::sign_in(access)))?;
        Ok(session.insert(Session { client, identity, cache: Arc::default() }).clone())
    }

    /// Drops the session and the responses that were cached for it.
    pub(super) async fn sign_out(&self) {
        *self.shared.session.lock().await = None;
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
