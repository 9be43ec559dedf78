//! The token for the trucks service: which one is sent, and where to look for another one.
//!
//! A configured token is sent with the first request. If a token command is configured, the first request looks in the
//! keyring and then runs the command. Otherwise the keyring is read only after the service has rejected a request,
//! because it may prompt the user.

use std::{
    fmt,
    sync::{
        Arc, Mutex as StdMutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use hello_model::{
    calls::Permission,
    failure::{Failure, Kind},
};
use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::Mutex, time::Instant};
use url::Url;

use super::super::{
    TrucksToken,
    credentials::{self, KeyringError},
    http::is_loopback,
};

/// The minimum time between two lookups in the keyring and the command.
const RETRY_INTERVAL: Duration = Duration::from_mins(1);

/// The command that stores a token where the console looks for it.
const STORE_COMMAND: &str = "hello-tui auth login --trucks";

/// A token and its source.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) value: SecretString,
    source: TokenSource,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TokenSource {
    Environment,
    Keyring,
    Command,
}

/// The token sources, and the token found so far.
#[derive(Debug, Clone)]
pub(super) struct Tokens {
    access: TrucksToken,
    /// The host, as written in the keyring entry.
    host: String,
    /// Whether the connection is unencrypted and not local, so that others can read the token.
    is_exposed: bool,
    was_warned: Arc<AtomicBool>,
    found: Arc<Mutex<FoundToken>>,
    /// Why the keyring could not be read, if it was looked at.
    keyring_error: Arc<StdMutex<Option<KeyringError>>>,
}

#[derive(Debug, Default)]
struct FoundToken {
    token: Option<Token>,
    asked_at: Option<Instant>,
}

impl Tokens {
    pub(super) fn new(access: TrucksToken, url: &Url) -> Self {
        Self {
            access,
            host: url.host_str().unwrap_or_default().to_owned(),
            is_exposed: url.scheme() != "https" && !is_loopback(url),
            was_warned: Arc::default(),
            found: Arc::default(),
            keyring_error: Arc::default(),
        }
    }

    /// Returns the token for the first attempt. Looks one up only if a token command is configured.
    pub(super) async fn first(&self, what: &str) -> Result<Option<Token>, Failure> {
        if let Some(value) = &self.access.given {
            return Ok(Some(self.sent(Token { value: value.clone(), source: TokenSource::Environment })));
        }
        let mut found = self.found.lock().await;
        if found.token.is_none() && self.access.command.is_some() {
            self.search(&mut found, what).await?;
        }
        Ok(found.token.clone())
    }

    /// Returns the token that was sent last, if any: what to call it, and whether others on the way can read it.
    pub(super) async fn in_use(&self) -> Option<(String, bool)> {
        let given = self.access.given.is_some().then_some(TokenSource::Environment);
        let source = match given {
            Some(source) => source,
            None => self.found.lock().await.token.as_ref()?.source,
        };
        Some((source.to_string(), self.is_exposed))
    }

    /// Returns a token other than the rejected one, if one is found.
    pub(super) async fn after(&self, refused: Option<&Token>, what: &str) -> Result<Option<Token>, Failure> {
        if self.access.given.is_some() {
            return Ok(None);
        }
        let mut found = self.found.lock().await;
        let is_refused = |token: &Token| {
            refused.is_some_and(|refused| refused.value.expose_secret() == token.value.expose_secret())
        };
        if found.token.as_ref().is_none_or(is_refused) {
            self.search(&mut found, what).await?;
        }
        Ok(found.token.clone().filter(|token| !is_refused(token)))
    }

    /// Reads the keyring, then runs the command, unless both were tried recently.
    async fn search(&self, found: &mut FoundToken, what: &str) -> Result<(), Failure> {
        if found.asked_at.is_some_and(|at| at.elapsed() < RETRY_INTERVAL) {
            return Ok(());
        }
        found.asked_at = Some(Instant::now());
        found.token = None;
        let (kept, error) = match self.access.keyring.token(&self.account()).await {
            Ok(kept) => (kept, None),
            Err(error) => (None, Some(error)),
        };
        *self.keyring_error.lock().unwrap_or_else(PoisonError::into_inner) = error;
        if let Some(value) = kept {
            found.token = Some(self.sent(Token { value, source: TokenSource::Keyring }));
        } else if let Some(command) = &self.access.command {
            let value = credentials::token_of(command).await.map_err(|why| {
                // A failed command is run again at once, so that a correction takes effect.
                found.asked_at = None;
                Failure::new(Kind::Unauthorized, what, format!("trucks-token-command {why}"))
                    .hint("run the command by hand, or correct it in the settings file")
            })?;
            found.token = Some(self.sent(Token { value, source: TokenSource::Command }));
        }
        Ok(())
    }

    /// Warns once if a token is sent unencrypted.
    fn sent(&self, token: Token) -> Token {
        if self.is_exposed && !self.was_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(host = self.host, "the token for the trucks service is sent without encryption");
        }
        token
    }

    /// Returns why the keyring could not be read, if it was looked at.
    pub(super) fn keyring_error(&self) -> Option<KeyringError> {
        self.keyring_error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the hint for a rejected request, which needs this permission.
    pub(super) fn advice(&self, sent: Option<&Token>, is_forbidden: bool, needed: Permission) -> String {
        match sent {
            None => {
                let keep = self.keyring_error().map_or_else(
                    || format!("keep it in the keyring: {STORE_COMMAND}"),
                    |error| format!("{}: {error}", error.problem.advice()),
                );
                format!("export HELLO_TRUCKS_TOKEN=TOKEN, or {keep}")
            }
            Some(token) if is_forbidden => {
                format!("{token} may not do this: use {needed}")
            }
            Some(token) => format!("the service does not accept {token}: renew it"),
        }
    }

    /// Returns the account of the keyring entry.
    fn account(&self) -> String {
        account(&self.host)
    }
}

/// Returns the account of the keyring entry for the service on a host.
pub(crate) fn account(host: &str) -> String {
    format!("trucks:{host}")
}

impl Token {
    /// Creates a failure for a token that cannot be sent.
    pub(super) fn unusable(&self, what: &str, error: impl fmt::Display) -> Failure {
        Failure::new(Kind::NotConfigured, what, format!("{self} cannot be used: {error}"))
            .hint("copy it again, without quotes and line breaks")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "the token of HELLO_TRUCKS_TOKEN",
            Self::Keyring => "the token of the keyring",
            Self::Command => "the token of trucks-token-command",
        })
    }
}
