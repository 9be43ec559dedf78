//! The account that the token belongs to.

use hello_model::{
    calls,
    failure::{Failure, Kind},
    time::Timestamp,
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{
    GitHub, accept::Accept, answers, exchange::exchange, failure::RequestContext, scopes, session::Session,
    token::TokenOrigin,
};

const WHAT: &str = "reading the account of the token";

/// What GitHub tells about the token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// `None` for anonymous requests, and for the tokens of apps and workflows, which belong to no user.
    pub(crate) login: Option<String>,
    /// The scopes of a classic token. A fine-grained token and one of an app have none.
    pub(crate) scopes: Option<Vec<String>>,
    /// When the token expires, as GitHub writes it.
    pub(crate) expires: Option<String>,
    /// The version of an Enterprise Server.
    pub(crate) server_version: Option<String>,
}

#[derive(Deserialize)]
struct User {
    login: String,
}

impl GitHub {
    /// Returns where the token comes from, and the account that GitHub names for it. The request does not count against
    /// the rate limit of an anonymous client.
    pub(crate) async fn account(&self) -> (Option<TokenOrigin>, Result<Account, Failure>) {
        match self.session(WHAT).await {
            Ok(session) => (Some(session.identity), self.account_of(session).await),
            Err(failure) => (None, Err(failure)),
        }
    }

    async fn account_of(&self, Session { client, identity, .. }: Session) -> Result<Account, Failure> {
        let is_anonymous = identity.is_anonymous();
        let (path, call) =
            if is_anonymous { ("/rate_limit", &calls::READ_LIMIT) } else { ("/user", &calls::READ_ACCOUNT) };
        let access = &self.shared.access;
        let asked = RequestContext { call, what: WHAT, subject: "the account", access, identity };
        let (parts, body) =
            exchange(&client, path, Accept::Json, None).await.map_err(|error| asked.unanswered(&*error))?;
        let told = told(&parts.headers);
        match parts.status {
            StatusCode::OK if !is_anonymous => {
                let user: User =
                    serde_json::from_slice(&body).map_err(|error| self.unreadable(WHAT, &error))?;
                Ok(Account { login: Some(user.login), ..told })
            }
            // An Enterprise Server without rate limits has no such resource.
            StatusCode::OK | StatusCode::NOT_FOUND if is_anonymous => Ok(told),
            status => {
                let failure = asked.refused(&parts, &body, Timestamp::now());
                let is_of_an_app = status == StatusCode::FORBIDDEN && failure.kind == Kind::Unauthorized;
                if is_of_an_app { Ok(told) } else { Err(failure) }
            }
        }
    }
}

/// Reads the headers that tell about the token and the server.
fn told(headers: &HeaderMap) -> Account {
    let text = |name: &str| answers::text(headers, name).map(str::trim).map(str::to_owned);
    let scopes = answers::text(headers, "x-oauth-scopes").map(scopes::list);
    Account {
        login: None,
        scopes,
        expires: text("github-authentication-token-expiration"),
        server_version: text("x-github-enterprise-version"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_told_for_classic_tokens_only() {
        let headers = |value: Option<&'static str>| {
            value
                .map(|value| (http::HeaderName::from_static("x-oauth-scopes"), value.parse().unwrap()))
                .into_iter()
        };
        let scopes = |value| told(&headers(value).collect()).scopes;
        assert_eq!(scopes(Some("repo, workflow")), Some(vec!["repo".to_owned(), "workflow".to_owned()]));
        assert_eq!(scopes(Some("")), Some(Vec::new()));
        assert_eq!(scopes(None), None);
    }
}
