//! The token in use, and what belongs to it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    http::{Client, Limits, Redirects, Shape},
};

/// The maximum size of a response, in bytes. A page of a hundred jobs with steps is smaller than 1 MiB.
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// What is sent with one token. Clones share it.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) client: Octocrab,
    /// Sends requests for what is no JSON and may be large. The reader bounds it.
    pub(super) downloads: Client,
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
        let unfit = |why| Failure::new(Kind::NotConfigured, what, why).hint(failure::sign_in(access));
        let limits = Limits { bytes: MAX_ANSWER_BYTES, total: Some(*timeout) };
        let pages = with_token(Client::new(transport, limits), access, token.as_ref()).map_err(unfit)?;
        let client = octocrab(access, pages.clone().count(Shape::json())).map_err(unfit)?;
        let downloads = pages.endless(*timeout);
        Ok(session.insert(Session { client, downloads, identity, cache: Arc::default() }).clone())
    }

    /// Drops the session and the responses that were cached for it.
    pub(super) async fn sign_out(&self) {
        *self.shared.session.lock().await = None;
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
