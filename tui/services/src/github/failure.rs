//! Converts GitHub's error responses to failures with advice.

use std::{error::Error, time::Duration};

use hello_model::{
    address::display_url,
    calls::Call,
    failure::{Failure, Kind},
    time::Timestamp,
};
use http::{HeaderMap, StatusCode, response::Parts};

use super::{
    super::http as answers,
    GitHubAccess,
    scopes::{self, MissingScopes},
    token::{TokenOrigin, belongs_to_host, sign_in},
};

/// The wait after a secondary rate limit for which GitHub gives no time.
const SECONDARY_WAIT: Duration = Duration::from_mins(1);

/// The context of a request, for its failures: call, operation, subject, access and identity.
pub(super) struct RequestContext<'a> {
    pub(super) call: &'a Call,
    pub(super) what: &'a str,
    /// The repository, `OWNER/NAME`, or what else is asked for.
    pub(super) subject: &'a str,
    pub(super) access: &'a GitHubAccess,
    pub(super) identity: TokenOrigin,
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
            StatusCode::NOT_FOUND => self.not_found(headers),
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
            TokenOrigin::Anonymous(_) => {
                failure.hint(format!("{}: the limit is higher with a token", self.sign_in()))
            }
            TokenOrigin::Given(_) | TokenOrigin::Gh | TokenOrigin::Keyring => failure,
        }
    }

    fn unknown_identity(&self, told: &str) -> Failure {
        let why = format!("{} does not accept {}: {told}", self.api(), self.identity());
        let hint = match self.identity {
            TokenOrigin::Given(source) if !belongs_to_host(&self.access.api, &self.access.host) => {
                format!("renew {source}")
            }
            TokenOrigin::Given(source) => format!("renew {source}, or unset it and {}", self.sign_in()),
            TokenOrigin::Gh => format!("gh auth refresh --hostname {}", self.access.host),
            TokenOrigin::Keyring | TokenOrigin::Anonymous(_) => self.sign_in(),
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
        let scopes = MissingScopes::of(headers);
        if let Some(scopes) = &scopes {
            why = format!("{why}; {}", scopes.describe());
        }
        let hint = match (sso_page(headers), self.identity) {
            (Some(page), _) => format!("authorize the token for the organization: {page}"),
            (None, TokenOrigin::Anonymous(_)) => self.sign_in(),
            (None, _) if scopes.is_some() => self.more_scopes(scopes.as_ref()),
            (None, TokenOrigin::Gh) => self.more_scopes(None),
            (None, TokenOrigin::Given(_) | TokenOrigin::Keyring) => {
                format!("give {} the permission {}", self.identity(), self.call.permission)
            }
        };
        self.failure(Kind::Unauthorized, why).hint(hint)
    }

    /// Says how the token gets more scopes: those that are missing, or else those of all screens.
    fn more_scopes(&self, missing: Option<&MissingScopes>) -> String {
        let first = missing.and_then(|missing| missing.accepted.first());
        let scope = first.map_or("repo,workflow", String::as_str);
        let host = &self.access.host;
        match self.identity {
            TokenOrigin::Gh => format!("gh auth refresh --hostname {host} --scopes {scope}"),
            TokenOrigin::Given(_) => format!("add the scope {scope} to {}", self.identity()),
            TokenOrigin::Keyring | TokenOrigin::Anonymous(_) => self.sign_in(),
        }
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

    /// GitHub says so of a private repository, too, if the token may not see it.
    fn not_found(&self, headers: &HeaderMap) -> Failure {
        let mut why = format!(
            "{} has no such resource in {}, or hides it from {}",
            self.api(),
            self.subject,
            self.identity()
        );
        if let Some(page) = sso_page(headers) {
            return self
                .failure(Kind::Unauthorized, format!("{why}: the organization wants single sign-on"))
                .hint(format!("authorize the token for the organization: {page}"));
        }
        if let Some(scopes) = MissingScopes::of(headers) {
            why = format!("{why}; {}", scopes.describe());
            return self.failure(Kind::NotFound, why).hint(self.more_scopes(Some(&scopes)));
        }
        let hint = match self.identity {
            TokenOrigin::Anonymous(_) => {
                format!("check --repo {}; a private one needs a token: {}", self.subject, self.sign_in())
            }
            TokenOrigin::Given(_) | TokenOrigin::Keyring => {
                format!("check --repo {}, and that {} may read it", self.subject, self.identity())
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

    /// Returns the command to sign in, or what to do first about the keyring.
    fn sign_in(&self) -> String {
        let sign_in = sign_in(self.access);
        match self.identity.keyring_problem() {
            Some(problem) => format!("{problem}: {}, or {sign_in}", problem.advice()),
            None => sign_in,
        }
    }

    fn identity(&self) -> String {
        self.identity.to_string()
    }
}

/// Returns the page on which a token is authorized for an organization with single sign-on, if that is missing.
fn sso_page(headers: &HeaderMap) -> Option<&str> {
    let (state, rest) = answers::text(headers, "x-github-sso")?.split_once(';')?;
    let page = rest.trim().strip_prefix("url=")?;
    let is_page =
        state.trim() == "required" && page.starts_with("https://") && !page.contains(char::is_whitespace);
    is_page.then_some(page)
}

/// Returns the number of organizations that GitHub has left out of a response: `partial-results; organizations=1,2`.
pub(super) fn left_out(headers: &HeaderMap) -> usize {
    let partial =
        answers::text(headers, "x-github-sso").and_then(|value| value.strip_prefix("partial-results;"));
    let ids = partial.and_then(|rest| rest.trim().strip_prefix("organizations="));
    ids.map_or(0, |ids| scopes::list(ids).len())
}

/// Reports whether a 403 is about the token. Otherwise GitHub refuses the action itself.
fn is_about_permissions(headers: &HeaderMap, told: &str) -> bool {
    ["x-accepted-github-permissions", "x-github-sso"].iter().any(|name| headers.contains_key(*name))
        || MissingScopes::of(headers).is_some()
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
pub(crate) fn told(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> String {
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
