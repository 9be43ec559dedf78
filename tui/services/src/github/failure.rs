//! Converts GitHub's error responses to failures with advice.

use std::{error::Error, time::Duration};

use hello_model::{
    address::display_url,
    calls::Call,
    failure::{Failure, Kind},
    time::Timestamp,
};
use http::{HeaderMap, StatusCode, response::Parts};
use url::Host;

use super::{super::http as answers, GitHubAccess};

/// The wait after a secondary rate limit for which GitHub gives no time.
const SECONDARY_WAIT: Duration = Duration::from_mins(1);

/// The origin of the token in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenOrigin {
    /// The token from flags or environment.
    Given,
    /// The token stored by `gh`.
    Gh,
    Anonymous,
}

/// The context of a request, for its failures: call, operation, subject, access and identity.
pub(super) struct RequestContext<'a> {
    pub(super) call: &'a Call,
    pub(super) what: &'a str,
    /// The repository, `OWNER/NAME`, or what else is asked for.
    pub(super) subject: &'a str,
    pub(super) access: &'a GitHubAccess,
    pub(super) identity: TokenOrigin,
}

/// Reports whether the token stored by `gh` may be sent to the API: the API belongs to that host and uses HTTPS.
pub(crate) fn may_send_token(access: &GitHubAccess) -> bool {
    let host = access.api.host();
    let named = matches!(host, Some(Host::Domain(name))
        if name == access.host || name.strip_prefix("api.") == Some(access.host.as_str()));
    named && access.api.scheme() == "https"
}

/// Returns what to type to sign in: with `gh`, or where its token is not sent, with a variable.
pub(crate) fn sign_in(access: &GitHubAccess) -> String {
    match access.host.as_str() {
        _ if !may_send_token(access) => {
            "export GH_TOKEN=TOKEN; the token of gh is sent to its own host only, over https".to_owned()
        }
        "github.com" => "gh auth login".to_owned(),
        host => format!("gh auth login --hostname {host}"),
    }
}

impl RequestContext<'_> {
    /// Converts an error without a response.
    pub(super) fn unanswered(&self, error: &(dyn Error + 'static)) -> Failure {
        let (kind, why) = match answers::Error::within(error) {
            Some(answers::Error::TooSlow(timeout)) => {
                (Kind::Offline, format!("did not answer within {timeout:?}"))
            }
            Some(error) if !error.is_offline() => {
                let api = self.api();
                return self.failure(error.kind(), format!("{api}: {error}"));
            }
            _ => (Kind::Offline, format!("cannot be reached: {}", answers::innermost(error))),
        };
        self.failure(kind, format!("{} {why}", self.api()))
            .hint("check the network, or name another API with GITHUB_API_URL")
    }

    /// Converts a response that is neither successful nor "not modified".
    pub(super) fn refused(&self, parts: &Parts, body: &[u8], now: Timestamp) -> Failure {
        let Parts { status, headers, .. } = parts;
        let told = told(*status, headers, body);
        if let Some(until) = limited_until(*status, headers, &told, now) {
            return self.limited(headers, until, &told);
        }
        match *status {
            StatusCode::UNAUTHORIZED => self.unknown_identity(&told),
            StatusCode::FORBIDDEN if self.is_write() && !is_about_permissions(headers, &told) => {
                self.impossible(&told)
            }
            StatusCode::FORBIDDEN => self.forbidden(headers, &told),
            StatusCode::NOT_FOUND => self.not_found(),
            StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST
                if self.is_write() =>
            {
                self.impossible(&told)
            }
            status => self.failure(answers::kind(status, headers, now), format!("{}: {told}", self.api())),
        }
    }

    fn limited(&self, headers: &HeaderMap, until: Timestamp, told: &str) -> Failure {
        let why = match answers::text(headers, "x-ratelimit-limit") {
            Some(limit) => format!("{told} ({limit} requests an hour for {})", self.identity()),
            None => told.to_owned(),
        };
        let failure = self.failure(Kind::RateLimited { until }, why);
        match self.identity {
            TokenOrigin::Anonymous => {
                failure.hint(format!("{}: the limit is higher with a token", self.sign_in()))
            }
            TokenOrigin::Given | TokenOrigin::Gh => failure,
        }
    }

    fn unknown_identity(&self, told: &str) -> Failure {
        let why = format!("{} does not accept {}: {told}", self.api(), self.identity());
        let hint = match self.identity {
            TokenOrigin::Given if !may_send_token(self.access) => "renew GH_TOKEN".to_owned(),
            TokenOrigin::Given => format!("renew GH_TOKEN, or unset it and {}", self.sign_in()),
            TokenOrigin::Gh | TokenOrigin::Anonymous => self.sign_in(),
        };
        self.failure(Kind::Unauthorized, why).hint(hint)
    }

    fn forbidden(&self, headers: &HeaderMap, told: &str) -> Failure {
        let verb = if self.is_write() { "change" } else { "read" };
        let mut why =
            format!("{} does not allow {} to {verb} {}: {told}", self.api(), self.identity(), self.subject);
        if let Some(permissions) = answers::text(headers, "x-accepted-github-permissions") {
            why = format!("{why}; it needs {permissions}");
        }
        let sso = answers::text(headers, "x-github-sso").and_then(|value| value.split_once("url="));
        let hint = match (sso, self.identity) {
            (Some((_, url)), _) => format!("authorize the token for the organization: {url}"),
            (None, TokenOrigin::Gh) => {
                format!("gh auth refresh --hostname {} --scopes repo,workflow", self.access.host)
            }
            (None, TokenOrigin::Given) => {
                format!("give the token of GH_TOKEN the permission {}", self.call.permission)
            }
            (None, TokenOrigin::Anonymous) => self.sign_in(),
        };
        self.failure(Kind::Unauthorized, why).hint(hint)
    }

    /// GitHub does not do this now, whatever the token may do.
    fn impossible(&self, told: &str) -> Failure {
        let failure = self.failure(Kind::Invalid(Vec::new()), format!("GitHub says: {told}"));
        match alternative(told) {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }

    fn is_write(&self) -> bool {
        !self.call.operation.starts_with("GET ")
    }

    fn not_found(&self) -> Failure {
        let why = format!(
            "{} has no such resource in {}, or hides it from {}",
            self.api(),
            self.subject,
            self.identity()
        );
        let hint = match self.identity {
            TokenOrigin::Anonymous => {
                format!("check --repo {}; a private one needs a token: {}", self.subject, self.sign_in())
            }
            TokenOrigin::Given => {
                format!("check --repo {}, and that the token of GH_TOKEN may read it", self.subject)
            }
            TokenOrigin::Gh => {
                format!("check --repo {}, and with gh auth status that you may read it", self.subject)
            }
        };
        self.failure(Kind::NotFound, why).hint(hint)
    }

    fn failure(&self, kind: Kind, why: String) -> Failure {
        Failure::new(kind, self.what, why)
    }

    fn api(&self) -> String {
        display_url(&self.access.api).trim_end_matches('/').to_owned()
    }

    fn sign_in(&self) -> String {
        sign_in(self.access)
    }

    fn identity(&self) -> &'static str {
        match self.identity {
            TokenOrigin::Given => "the given token",
            TokenOrigin::Gh => "the token of gh",
            TokenOrigin::Anonymous => "anonymous requests",
        }
    }
}

/// Reports whether a 403 is about the token. Otherwise GitHub refuses the action itself.
fn is_about_permissions(headers: &HeaderMap, told: &str) -> bool {
    ["x-accepted-github-permissions", "x-github-sso"].iter().any(|name| headers.contains_key(*name))
        || ["not accessible", "Must have", "must have", "admin rights", "SSO", "SAML"]
            .iter()
            .any(|sign| told.contains(sign))
}

/// Returns what can be done instead of what GitHub refuses.
fn alternative(told: &str) -> Option<&'static str> {
    [
        ("reusable workflow", "rerun the failed jobs of the run instead: hello-tui runs rerun RUN --failed"),
        ("current attempt", "rerun the run, or a job of its latest attempt"),
        ("already running", "wait for its end, or cancel it first: hello-tui runs cancel RUN"),
        ("over a month ago", "start a new run: hello-tui runs trigger WORKFLOW"),
        ("too many times", "start a new run: hello-tui runs trigger WORKFLOW"),
        ("not awaiting approval", "look at the run again: it may be approved already"),
        ("Cannot cancel", "look at the run again: it may have ended"),
    ]
    .into_iter()
    .find_map(|(sign, hint)| told.contains(sign).then_some(hint))
}

/// Returns GitHub's error message, or a description of a response that has none.
pub(super) fn told(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Refusal {
        message: String,
    }
    match serde_json::from_slice::<Refusal>(body) {
        Ok(refusal) => refusal.message.chars().take(300).collect(),
        Err(_) => answers::described(status, headers, body),
    }
}

/// Returns when to retry, if the response is due to a rate limit. Such a response may have status 403.
fn limited_until(status: StatusCode, headers: &HeaderMap, told: &str, now: Timestamp) -> Option<Timestamp> {
    if !matches!(status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS) {
        return None;
    }
    let spent = answers::text(headers, "x-ratelimit-remaining") == Some("0");
    let vague = || {
        let is_limit = status == StatusCode::TOO_MANY_REQUESTS || spent || told.contains("rate limit");
        is_limit.then(|| now + SECONDARY_WAIT)
    };
    answers::pause_until(status, headers, now).or_else(vague)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(api: &str, host: &str) -> GitHubAccess {
        GitHubAccess { api: api.parse().unwrap(), host: host.to_owned(), token: None }
    }

    #[test]
    fn the_token_of_gh_is_sent_to_its_host_only() {
        assert!(may_send_token(&access("https://api.github.com", "github.com")));
        assert!(may_send_token(&access("https://ghe.test/api/v3", "ghe.test")));
        for elsewhere in [
            "http://api.github.com",
            "https://api.github.com.test",
            "http://127.0.0.1:4510",
            "https://x.test",
        ] {
            assert!(!may_send_token(&access(elsewhere, "github.com")), "{elsewhere}");
        }
    }

    #[test]
    fn gh_signs_in_only_where_its_token_is_sent() {
        let sign_in = |api, host| sign_in(&access(api, host));
        assert_eq!(sign_in("https://api.github.com", "github.com"), "gh auth login");
        assert_eq!(sign_in("https://ghe.test/api/v3", "ghe.test"), "gh auth login --hostname ghe.test");
        for plain in ["http://ghe.test/api/v3", "https://proxy.test/api/v3"] {
            assert_eq!(
                sign_in(plain, "ghe.test"),
                "export GH_TOKEN=TOKEN; the token of gh is sent to its own host only, over https"
            );
        }
    }
}
