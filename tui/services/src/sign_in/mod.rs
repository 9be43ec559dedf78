//! Signs in and out: checks tokens and keeps them in the keyring, the only place to which they are written.
//!
//! This is about the user's own machine, so it leaves no line in the audit trail. Read-only mode refuses it.

mod device;

use hello_model::{
    address::display_url,
    failure::{Failure, Kind},
    truck::TruckFilter,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;

pub use self::device::PendingSignIn;
use crate::{
    Connections, GitHub, GitHubAccess, Keyring, Timeouts, Trucks,
    credentials::{GivenToken, KeyringError},
    github::{self, TokenOrigin},
    http::Transport,
    trucks,
};

/// What the token being checked is called in failures.
const NEW_TOKEN: &str = "this sign-in";

/// Signs in to the services of these connections, and out.
#[derive(Debug, Clone)]
pub struct SignIn {
    connections: Connections,
    is_read_only: bool,
    timeouts: Timeouts,
    transport: Transport,
}

/// A token was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// Where it is accepted: the host of GitHub, or the address of the trucks service.
    pub place: String,
    /// The account that it belongs to, if it belongs to one.
    pub login: Option<String>,
    /// Whether the token was kept. A sandbox has no keyring, and needs none.
    pub is_kept: bool,
    /// What goes before the kept token: `the token of GH_TOKEN`.
    pub goes_first: Option<String>,
}

/// The entry of the keyring was removed, if there was one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedOut {
    pub place: String,
    pub was_kept: bool,
    /// What is still used: `the token of gh`.
    pub remains: Option<String>,
    /// How to get rid of that.
    pub next: Option<String>,
}

impl SignIn {
    /// Prepares without I/O.
    pub fn new(connections: &Connections, is_read_only: bool) -> Self {
        Self::with_timeouts(connections, is_read_only, Timeouts::default())
    }

    /// Prepares with custom timeouts.
    pub fn with_timeouts(connections: &Connections, is_read_only: bool, timeouts: Timeouts) -> Self {
        Self { connections: connections.clone(), is_read_only, timeouts, transport: Transport::default() }
    }

    /// Refuses a change in read-only mode, before the user is asked for anything.
    ///
    /// # Errors
    ///
    /// Returns a failure in read-only mode.
    pub fn check_writable(&self, what: &str) -> Result<(), Failure> {
        if self.is_read_only {
            let why = "the console is read-only, and this changes the keyring";
            return Err(Failure::new(Kind::Unauthorized, what, why)
                .hint("leave out --read-only (HELLO_READ_ONLY, read-only in the settings file)"));
        }
        Ok(())
    }

    /// Asks GitHub whose token this is, and keeps it.
    ///
    /// # Errors
    ///
    /// Returns a failure if GitHub does not accept the token, or the keyring does not keep it.
    pub async fn keep_github(&self, token: SecretString) -> Result<SignedIn, Failure> {
        const WHAT: &str = "signing in to GitHub";
        self.check_writable(WHAT)?;
        let access = &self.connections.github;
        if !github::belongs_to_host(&access.api, &access.host) {
            let why = format!("{} is no API of {} over https", display_url(&access.api), access.host);
            return Err(Failure::new(Kind::NotConfigured, WHAT, why)
                .hint("set GH_HOST to the host, and GITHUB_API_URL to its API"));
        }
        let given = Some(GivenToken { value: token.clone(), source: NEW_TOKEN });
        let checked = GitHubAccess { token: given, keyring: Keyring::Off, ..access.clone() };
        let github = GitHub::new(checked, self.timeouts.http, &self.transport);
        let account = github.account().await.1.map_err(renew)?;
        let account_name = github::account(&access.host);
        let is_kept = keep(WHAT, &access.keyring, &account_name, &token, "export GH_TOKEN=TOKEN").await?;
        let goes_first = match github::find(access).await.0 {
            TokenOrigin::Keyring | TokenOrigin::Anonymous(_) => None,
            other => Some(other.to_string()),
        };
        Ok(SignedIn { place: access.host.clone(), login: account.login, is_kept, goes_first })
    }

    /// Asks the trucks service whether it accepts a token, and keeps it.
    ///
    /// # Errors
    ///
    /// Returns a failure if the service does not accept the token, or the keyring does not keep it.
    pub async fn keep_trucks(&self, token: SecretString) -> Result<SignedIn, Failure> {
        const WHAT: &str = "signing in to the trucks service";
        self.check_writable(WHAT)?;
        let access = &self.connections.trucks;
        let mut checked = access.clone();
        checked.token = crate::TrucksToken { given: Some(token.clone()), ..crate::TrucksToken::default() };
        let trucks = Trucks::new(checked, self.timeouts.http, &self.transport);
        trucks.page(&TruckFilter::default(), None, None).await.map_err(renew)?;
        let account = trucks::account(access.url.host_str().unwrap_or_default());
        let instead = "export HELLO_TRUCKS_TOKEN=TOKEN";
        let is_kept = keep(WHAT, &access.token.keyring, &account, &token, instead).await?;
        let goes_first = access.token.given.as_ref().map(|_| "the token of HELLO_TRUCKS_TOKEN".to_owned());
        Ok(SignedIn { place: display_url(&access.url), login: None, is_kept, goes_first })
    }

    /// Removes the token for GitHub from the keyring, and says what is still used.
    ///
    /// # Errors
    ///
    /// Returns a failure if the keyring cannot be used.
    pub async fn forget_github(&self) -> Result<SignedOut, Failure> {
        const WHAT: &str = "signing out of GitHub";
        self.check_writable(WHAT)?;
        let access = &self.connections.github;
        let removed = access.keyring.remove(&github::account(&access.host)).await;
        let was_kept =
            removed.map_err(|error| unusable(WHAT, &error, "remove the entry with another program"))?;
        let origin = github::find(access).await.0;
        let next = match origin {
            TokenOrigin::Given(variable) => Some(format!("unset {variable}")),
            TokenOrigin::Gh => Some(format!("gh auth logout --hostname {}", access.host)),
            TokenOrigin::Keyring | TokenOrigin::Anonymous(_) => None,
        };
        let remains = next.is_some().then(|| origin.to_string());
        Ok(SignedOut { place: access.host.clone(), was_kept, remains, next })
    }

    /// Removes the token for the trucks service from the keyring, and says what is still used.
    ///
    /// # Errors
    ///
    /// Returns a failure if the keyring cannot be used.
    pub async fn forget_trucks(&self) -> Result<SignedOut, Failure> {
        const WHAT: &str = "signing out of the trucks service";
        self.check_writable(WHAT)?;
        let access = &self.connections.trucks;
        let account = trucks::account(access.url.host_str().unwrap_or_default());
        let removed = access.token.keyring.remove(&account).await;
        let was_kept =
            removed.map_err(|error| unusable(WHAT, &error, "remove the entry with another program"))?;
        let (remains, next) = match (&access.token.given, &access.token.command) {
            (Some(_), _) => ("the token of HELLO_TRUCKS_TOKEN", "unset HELLO_TRUCKS_TOKEN"),
            (None, Some(_)) => {
                ("the token of trucks-token-command", "remove trucks-token-command from the settings file")
            }
            (None, None) => {
                return Ok(SignedOut {
                    place: display_url(&access.url),
                    was_kept,
                    remains: None,
                    next: None,
                });
            }
        };
        let (remains, next) = (Some(remains.to_owned()), Some(next.to_owned()));
        Ok(SignedOut { place: display_url(&access.url), was_kept, remains, next })
    }
}

/// Reads a token that a user has typed or piped in.
///
/// # Errors
///
/// Returns a failure for a text that no header can carry, without quoting it.
pub fn typed_token(text: &str) -> Result<SecretString, Failure> {
    let token = text.trim();
    let why = match () {
        () if token.is_empty() => "there is none",
        () if token.len() > MAX_TOKEN_BYTES => "it is too long",
        () if !token.chars().all(|c| c.is_ascii_graphic()) => "it has blanks or other unusual characters",
        () => return Ok(SecretString::from(token)),
    };
    Err(Failure::new(Kind::NotConfigured, "reading the token", why)
        .hint("copy the token whole, and nothing else"))
}

/// The maximum size of a token, in bytes.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Keeps a token, unless there is no keyring on purpose. Returns whether it was kept.
async fn keep(
    what: &str,
    keyring: &Keyring,
    account: &str,
    token: &SecretString,
    instead: &str,
) -> Result<bool, Failure> {
    if matches!(keyring, Keyring::Off) {
        return Ok(false);
    }
    keyring.keep(account, token).await.map_err(|error| unusable(what, &error, instead))?;
    // A store that forgets at once would fail later, without a cause.
    match keyring.token(account).await {
        Ok(Some(kept)) if kept.expose_secret() == token.expose_secret() => Ok(true),
        Ok(_) => {
            Err(Failure::new(Kind::Unauthorized, what, "the keyring has not kept the token").hint(instead))
        }
        Err(error) => Err(unusable(what, &error, instead)),
    }
}

/// Advises about a token that was refused before it was kept.
fn renew(failure: Failure) -> Failure {
    match failure.kind {
        Kind::Unauthorized => failure.hint("make another token, and copy it whole; nothing was kept"),
        _ => failure,
    }
}

/// A keyring that cannot be used is no wrong token.
fn unusable(what: &str, error: &KeyringError, instead: &str) -> Failure {
    Failure::new(Kind::Unauthorized, what, error.to_string())
        .hint(format!("{}, or {instead}", error.problem.advice()))
}
