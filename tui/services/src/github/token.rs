//! Where the token for a host comes from, and whether it may be sent.
//!
//! The order is: the given token, the one of `gh`, the one of the keyring. The last two belong to a host by name, so they
//! are sent to no other.

use std::fmt;

use secrecy::SecretString;
use url::{Position, Url};

use super::{
    super::{hosts::GITHUB, http::is_loopback},
    GitHubAccess,
    credentials::{self, KeyringProblem},
};

/// The origin of the token in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenOrigin {
    /// The token of the environment, with the name of its variable.
    Given(&'static str),
    /// The token stored by `gh`.
    Gh,
    /// The token of the keyring.
    Keyring,
    /// There is no token. If the keyring could not be read, there may be one in it.
    Anonymous(Option<KeyringProblem>),
}

impl TokenOrigin {
    /// Returns why the keyring could not be read, if there was no other token.
    pub(crate) fn keyring_problem(self) -> Option<KeyringProblem> {
        match self {
            Self::Anonymous(problem) => problem,
            Self::Given(_) | Self::Gh | Self::Keyring => None,
        }
    }

    /// Reports whether there is no token.
    pub(crate) fn is_anonymous(self) -> bool {
        matches!(self, Self::Anonymous(_))
    }
}

impl fmt::Display for TokenOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(source) => write!(f, "the token of {source}"),
            Self::Gh => f.write_str("the token of gh"),
            Self::Keyring => f.write_str("the token of the keyring"),
            Self::Anonymous(_) => f.write_str("anonymous requests"),
        }
    }
}

/// Looks for the token, in this order: given, `gh`, keyring.
pub(crate) async fn find(access: &GitHubAccess) -> (TokenOrigin, Option<SecretString>) {
    if let Some(token) = &access.token {
        return (TokenOrigin::Given(token.source), Some(token.value.clone()));
    }
    if !belongs_to_host(&access.api, &access.host) {
        return (TokenOrigin::Anonymous(None), None);
    }
    if let Some(token) = credentials::gh_token(&access.host).await {
        return (TokenOrigin::Gh, Some(token));
    }
    match access.keyring.token(&account(&access.host)).await {
        Ok(Some(token)) => (TokenOrigin::Keyring, Some(token)),
        Ok(None) => (TokenOrigin::Anonymous(None), None),
        Err(error) => {
            tracing::warn!(%error, host = access.host, "the keyring has no token for GitHub");
            (TokenOrigin::Anonymous(Some(error.problem)), None)
        }
    }
}

/// Returns the account of the keyring entry for a host.
pub(crate) fn account(host: &str) -> String {
    format!("github:{host}")
}

/// Returns what to type to sign in: a command, or where a stored token is not sent, a variable.
pub(crate) fn sign_in(access: &GitHubAccess) -> String {
    match access.host.as_str() {
        host if !belongs_to_host(&access.api, host) => {
            "export GH_TOKEN=TOKEN; a stored token is sent to its own host only, over https".to_owned()
        }
        GITHUB => "hello-tui auth login, or gh auth login".to_owned(),
        host => format!("hello-tui auth login --hostname {host}, or gh auth login --hostname {host}"),
    }
}

/// Reports whether a token that is stored for `host` may be sent to the API: the API belongs to that host, and others
/// cannot read the token on the way.
pub(crate) fn belongs_to_host(api: &Url, host: &str) -> bool {
    let authority = &api[Position::BeforeHost..Position::AfterPort];
    let is_named = authority == host || authority.strip_prefix("api.") == Some(host);
    is_named && (api.scheme() == "https" || is_loopback(api))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_be_sent(api: &str, host: &str) -> bool {
        belongs_to_host(&api.parse().unwrap(), host)
    }

    #[test]
    fn a_stored_token_is_sent_to_its_host_only() {
        for (api, host) in [
            ("https://api.github.com", "github.com"),
            ("https://ghe.test/api/v3", "ghe.test"),
            ("https://ghe.test:8443/api/v3", "ghe.test:8443"),
            ("https://api.octo.ghe.com", "octo.ghe.com"),
            ("http://127.0.0.1:4510", "127.0.0.1:4510"),
        ] {
            assert!(may_be_sent(api, host), "{api}");
        }
        for (elsewhere, host) in [
            ("http://api.github.com", "github.com"),
            ("https://api.github.com.test", "github.com"),
            ("https://api.github.com:8443", "github.com"),
            ("https://github.com@x.test", "github.com"),
            ("http://127.0.0.1:4510", "github.com"),
            ("http://127.0.0.1:4511", "127.0.0.1:4510"),
            ("http://ghe.test/api/v3", "ghe.test"),
            ("https://x.test", "github.com"),
        ] {
            assert!(!may_be_sent(elsewhere, host), "{elsewhere}");
        }
    }

    #[test]
    fn a_command_signs_in_only_where_its_token_is_sent() {
        let sign_in = |api: &str, host: &str| sign_in(&GitHubAccess::new(api.parse().unwrap(), host));
        let public = sign_in("https://api.github.com", "github.com");
        assert_eq!(public, "hello-tui auth login, or gh auth login");
        assert!(
            sign_in("https://ghe.test/api/v3", "ghe.test")
                .starts_with("hello-tui auth login --hostname ghe.test")
        );
        for plain in ["http://ghe.test/api/v3", "https://proxy.test/api/v3"] {
            assert!(sign_in(plain, "ghe.test").starts_with("export GH_TOKEN=TOKEN;"), "{plain}");
        }
    }
}
