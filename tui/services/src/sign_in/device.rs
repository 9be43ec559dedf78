//! GitHub's device flow: a code for the user, and questions to GitHub until the user has entered it (RFC 8628).

use std::time::Duration;

use bytes::Bytes;
use hello_model::{
    address::display_url,
    calls::SIGN_IN_SCOPES,
    failure::{Failure, Kind},
};
use http::{HeaderValue, Method, Response, header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep_until};
use url::{Url, form_urlencoded};

use super::SignIn;
use crate::{
    github::told,
    hosts,
    http::{Client, HttpRequest, Limits, described, innermost, is_loopback},
};

const WHAT: &str = "signing in to GitHub";

/// The maximum size of an answer, in bytes.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// The least time between two questions.
const MIN_INTERVAL: Duration = Duration::from_secs(1);

/// The time between two questions if GitHub names none, and what is added when it asks to slow down.
const USUAL_INTERVAL: Duration = Duration::from_secs(5);

/// The longest that a code is waited for, whatever GitHub says.
const MAX_LIFETIME: Duration = Duration::from_hours(1);

/// A sign-in that waits for its code to be entered on a page of GitHub.
#[derive(Debug)]
pub struct PendingSignIn {
    /// What the user enters: `WDJB-MJHT`.
    pub user_code: String,
    /// The page for it, on the host that is signed in to.
    pub page: Url,
    client_id: String,
    device_code: SecretString,
    interval: Duration,
    /// When GitHub may be asked again.
    next: Instant,
    expires_at: Instant,
}

/// GitHub's answer with a code.
#[derive(Deserialize)]
struct CodeAnswer {
    device_code: String,
    user_code: String,
    verification_uri: String,
    expires_in: u64,
    interval: Option<u64>,
}

/// GitHub's answer to a question: a token, or the reason why there is none. Both may come with status 200.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    access_token: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    interval: Option<u64>,
}

impl SignIn {
    /// Asks GitHub for a code that the user can enter.
    ///
    /// # Errors
    ///
    /// Returns a failure if GitHub cannot be reached, or knows no such client, or does not let it use the device flow.
    pub async fn request_code(&self, client_id: &str) -> Result<PendingSignIn, Failure> {
        self.check_writable(WHAT)?;
        let answer =
            self.post("login/device/code", &[("client_id", client_id), ("scope", SIGN_IN_SCOPES)]).await?;
        let Some(code) = object::<CodeAnswer>(answer.body()) else {
            return Err(self.no_code(&answer));
        };
        let now = Instant::now();
        let interval =
            code.interval.map_or(USUAL_INTERVAL, Duration::from_secs).clamp(MIN_INTERVAL, MAX_LIFETIME);
        Ok(PendingSignIn {
            page: self.page(&code.verification_uri)?,
            user_code: code.user_code,
            client_id: client_id.to_owned(),
            device_code: code.device_code.into(),
            interval,
            next: now + interval,
            expires_at: now + Duration::from_secs(code.expires_in).min(MAX_LIFETIME),
        })
    }

    /// Asks GitHub until the user has entered the code, and returns the token.
    ///
    /// # Errors
    ///
    /// Returns a failure if the user refuses, or the code expires.
    pub async fn wait_for_token(&self, mut pending: PendingSignIn) -> Result<SecretString, Failure> {
        loop {
            sleep_until(pending.next.min(pending.expires_at)).await;
            match self.poll(&mut pending).await {
                Ok(Some(token)) => return Ok(token),
                Ok(None) => {}
                // A short interruption does not lose the code.
                Err(failure) if failure.kind == Kind::Offline && Instant::now() < pending.expires_at => {
                    pending.next = Instant::now() + pending.interval;
                }
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Asks GitHub once for the token; `None` if the user has not entered the code yet.
    ///
    /// # Errors
    ///
    /// Returns a failure if the user refuses, the code has expired, or GitHub cannot be reached.
    pub async fn poll(&self, pending: &mut PendingSignIn) -> Result<Option<SecretString>, Failure> {
        if Instant::now() >= pending.expires_at {
            return Err(expired());
        }
        let form = [
            ("client_id", pending.client_id.as_str()),
            ("device_code", pending.device_code.expose_secret()),
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ];
        let response = self.post("login/oauth/access_token", &form).await?;
        let Some(answer) = object::<Answer>(response.body()) else {
            return Err(self.unexpected(&response));
        };
        match pending.judge(answer) {
            Some(result) => result,
            None => Err(self.unexpected(&response)),
        }
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<Response<Bytes>, Failure> {
        let web = hosts::web_of(&self.connections.github.api);
        let url = web.join(path).unwrap_or_else(|_| web.clone());
        let limits = Limits { bytes: MAX_ANSWER_BYTES, total: Some(self.timeouts.http) };
        let mut request = HttpRequest::get(url);
        request.method = Method::POST;
        request.body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish().into();
        request.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers.insert(header::CONTENT_TYPE, form_type);
        Client::new(&self.transport, limits).fetch(request).await.map_err(|error| {
            let why = if error.is_offline() { innermost(&error) } else { error.to_string() };
            Failure::new(error.kind(), WHAT, format!("{}: {why}", display_url(&web)))
        })
    }

    /// Accepts a page of the host only: the user is about to enter a code there.
    fn page(&self, address: &str) -> Result<Url, Failure> {
        let web = hosts::web_of(&self.connections.github.api);
        let page = address.parse::<Url>().ok().filter(|page| page.origin() == web.origin());
        let is_private = |page: &Url| page.scheme() == "https" || is_loopback(page);
        page.filter(is_private).ok_or_else(|| {
            let why = format!("{} names a page of another host for the code", display_url(&web));
            Failure::new(Kind::Unexpected, WHAT, why).hint("hello-tui auth login --with-token")
        })
    }

    /// Says why there is no code.
    fn no_code(&self, response: &Response<Bytes>) -> Failure {
        let answer: Answer = object(response.body()).unwrap_or_default();
        let refused = |why: &str| {
            Failure::new(Kind::NotConfigured, WHAT, why.to_owned())
                .hint("correct HELLO_GITHUB_CLIENT_ID or github-client-id, or sign in with --with-token")
        };
        match answer.error.as_deref() {
            Some("device_flow_disabled") => {
                refused("the OAuth app of the client id does not allow the device flow")
            }
            Some("unauthorized_client" | "incorrect_client_credentials" | "Not Found") => {
                refused("GitHub knows no OAuth app with this client id")
            }
            _ if response.status().as_u16() == 404 => {
                refused("GitHub knows no OAuth app with this client id")
            }
            _ => self.unexpected(response),
        }
    }

    fn unexpected(&self, response: &Response<Bytes>) -> Failure {
        let web = hosts::web_of(&self.connections.github.api);
        let answer: Answer = object(response.body()).unwrap_or_default();
        let (status, headers) = (response.status(), response.headers());
        let why = match answer.error_description.or(answer.error) {
            Some(told) => told.chars().take(300).collect(),
            // The body of a success may hold a token.
            None if status.is_success() => described(status, headers, b""),
            None => told(status, headers, response.body()),
        };
        Failure::new(Kind::Unexpected, WHAT, format!("{}: {why}", display_url(&web)))
            .hint("try again, or sign in with a token: hello-tui auth login --with-token")
    }
}

impl PendingSignIn {
    /// Decides what an answer means, and when to ask again. Returns `None` for an answer that means nothing.
    fn judge(&mut self, answer: Answer) -> Option<Result<Option<SecretString>, Failure>> {
        let named = answer.interval.map_or(Duration::ZERO, Duration::from_secs).min(MAX_LIFETIME);
        if let Some(token) = answer.access_token.filter(|token| !token.is_empty()) {
            return Some(Ok(Some(token.into())));
        }
        match answer.error.as_deref()? {
            "authorization_pending" => self.interval = self.interval.max(named),
            "slow_down" => self.interval = (self.interval + USUAL_INTERVAL).max(named),
            "expired_token" => return Some(Err(expired())),
            "access_denied" => {
                let failure = Failure::new(Kind::Unauthorized, WHAT, "it was refused on the page of GitHub");
                return Some(Err(failure.hint("hello-tui auth login, to try again")));
            }
            _ => return None,
        }
        self.next = Instant::now() + self.interval;
        Some(Ok(None))
    }
}

/// Parses an object. A list of the right values is none.
fn object<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let fields: Map<String, Value> = serde_json::from_slice(body).ok()?;
    serde_json::from_value(Value::Object(fields)).ok()
}

fn expired() -> Failure {
    Failure::new(Kind::Unauthorized, WHAT, "the code was not entered in time, and has expired")
        .hint("hello-tui auth login, for a new code")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending() -> PendingSignIn {
        let now = Instant::now();
        PendingSignIn {
            user_code: "WDJB-MJHT".to_owned(),
            page: "https://github.com/login/device".parse().unwrap(),
            client_id: "Iv1.0".to_owned(),
            device_code: "secret".into(),
            interval: Duration::from_secs(5),
            next: now,
            expires_at: now + Duration::from_mins(15),
        }
    }

    fn says(error: &str, interval: Option<u64>) -> Answer {
        Answer { error: Some(error.to_owned()), interval, ..Answer::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn the_interval_grows_when_github_asks_to_slow_down() {
        let mut pending = pending();
        let mut interval_after = |error: &str, interval| {
            assert!(pending.judge(says(error, interval)).unwrap().unwrap().is_none());
            (pending.next - Instant::now()).as_secs()
        };
        assert_eq!(interval_after("authorization_pending", None), 5);
        assert_eq!(interval_after("slow_down", None), 10);
        assert_eq!(interval_after("slow_down", Some(30)), 30);
        assert_eq!(interval_after("authorization_pending", None), 30, "it stays slow");
    }

    #[test]
    fn the_secret_half_of_a_code_is_not_shown() {
        assert!(!format!("{:?}", pending()).contains("secret"));
    }
}
