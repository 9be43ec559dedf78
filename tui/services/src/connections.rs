//! Where the services are and which credentials they take, as plain data.
//!
//! Here never belongs where the data comes from: flags, environment and files are read elsewhere.

use std::{fmt, time::Duration};

use hello_model::address::display_url;
use secrecy::SecretString;
use url::Url;

use super::credentials::TokenCommand;

/// Where to look for everything.
#[derive(Clone)]
pub struct Connections {
    pub trucks: TrucksAccess,
    pub github: GitHubAccess,
    pub aws: AwsAccess,
}

impl fmt::Debug for Connections {
    /// Leaves out what a URL may carry of a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections")
            .field("trucks", &self.trucks)
            .field("github", &self.github)
            .field("aws", &self.aws)
            .finish()
    }
}

/// Where the trucks service is, and how to be let in.
#[derive(Clone)]
pub struct TrucksAccess {
    pub url: Url,
    pub token: TrucksToken,
}

impl From<Url> for TrucksAccess {
    /// Returns the access to a service that needs no token.
    fn from(url: Url) -> Self {
        Self { url, token: TrucksToken::default() }
    }
}

impl fmt::Debug for TrucksAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrucksAccess")
            .field("url", &display_url(&self.url))
            .field("token", &self.token)
            .finish()
    }
}

/// Where the token for the trucks service comes from; what stands first goes first. It is sent to the origin of the
/// service alone.
#[derive(Debug, Clone, Default)]
pub struct TrucksToken {
    /// The token itself.
    pub given: Option<SecretString>,
    /// Whether the keyring is asked for `hello-tui` / `trucks:HOST`.
    pub keyring: bool,
    /// A command that prints it.
    pub command: Option<TokenCommand>,
}

/// Where GitHub's REST API is, and who we are there.
#[derive(Clone)]
pub struct GitHubAccess {
    /// `https://api.github.com`, an Enterprise server's `…/api/v3`, or a sandbox.
    pub api: Url,
    /// What `gh` calls the place: `github.com`.
    pub host: String,
    /// The token of flags and environment. Without one `gh auth token` is asked at the first request, if [`Self::api`]
    /// belongs to [`Self::host`]: a token never goes to another place.
    pub token: Option<SecretString>,
}

impl fmt::Debug for GitHubAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitHubAccess")
            .field("api", &display_url(&self.api))
            .field("host", &self.host)
            .field("token", &self.token)
            .finish()
    }
}

/// How to be let in at AWS; what is absent is found by the SDK's own chain.
#[derive(Clone, Default)]
pub struct AwsAccess {
    pub profile: Option<String>,
    pub region: Option<String>,
    /// One endpoint for all services. `AWS_ENDPOINT_URL` and its relatives work without it.
    pub endpoint: Option<Url>,
    /// Only a sandbox gives them.
    pub keys: Option<StaticKeys>,
}

impl fmt::Debug for AwsAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsAccess")
            .field("profile", &self.profile)
            .field("region", &self.region)
            .field("endpoint", &self.endpoint.as_ref().map(display_url))
            .field("keys", &self.keys)
            .finish()
    }
}

/// An access key that needs no chain.
#[derive(Debug, Clone)]
pub struct StaticKeys {
    pub id: String,
    pub secret: SecretString,
}

/// How long an answer may take before the other side counts as offline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// One HTTP exchange, from connecting to the last byte.
    pub http: Duration,
    /// One AWS operation, with its retries and with finding credentials.
    pub aws: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { http: Duration::from_secs(10), aws: Duration::from_secs(15) }
    }
}
