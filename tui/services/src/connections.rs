//! The addresses and credentials of the services, as plain data.
//!
//! Where these values come from is decided elsewhere: flags, environment and files are not read here.

use std::{fmt, time::Duration};

use hello_model::address::display_url;
use secrecy::SecretString;
use url::Url;

use super::credentials::TokenCommand;

/// The addresses and credentials of all services.
#[derive(Clone)]
pub struct Connections {
    pub trucks: TrucksAccess,
    pub github: GitHubAccess,
    pub aws: AwsAccess,
}

impl fmt::Debug for Connections {
    /// Omits a password that a URL may contain.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections")
            .field("trucks", &self.trucks)
            .field("github", &self.github)
            .field("aws", &self.aws)
            .finish()
    }
}

/// The address of the trucks service and its credentials.
#[derive(Clone)]
pub struct TrucksAccess {
    pub url: Url,
    pub token: TrucksToken,
}

impl From<Url> for TrucksAccess {
    /// Creates the access to a service that needs no token.
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

/// The sources of the token for the trucks service, highest precedence first. The token is sent only to the origin of
/// the service.
#[derive(Debug, Clone, Default)]
pub struct TrucksToken {
    /// The token itself.
    pub given: Option<SecretString>,
    /// Whether to look up `hello-tui` / `trucks:HOST` in the keyring.
    pub keyring: bool,
    /// A command that prints the token.
    pub command: Option<TokenCommand>,
}

/// The address of GitHub's REST API and the credentials for it.
#[derive(Clone)]
pub struct GitHubAccess {
    /// `https://api.github.com`, an Enterprise server's `…/api/v3`, or a sandbox.
    pub api: Url,
    /// The name of the host in `gh`: `github.com`.
    pub host: String,
    /// The token from flags or environment. Without one, the first request runs `gh auth token`, if [`Self::api`]
    /// belongs to [`Self::host`]: the token is never sent to another host.
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

/// The access settings for AWS. The SDK's default chain supplies absent values.
#[derive(Clone, Default)]
pub struct AwsAccess {
    pub profile: Option<String>,
    pub region: Option<String>,
    /// One endpoint for all services. `AWS_ENDPOINT_URL` and related variables work without it.
    pub endpoint: Option<Url>,
    /// Static keys, used only with a sandbox.
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

/// A static access key, used in place of the credential chain.
#[derive(Debug, Clone)]
pub struct StaticKeys {
    pub id: String,
    pub secret: SecretString,
}

/// How long a response may take before the service counts as offline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// The timeout of one HTTP exchange, from connecting to the last byte. The wait for its turn does not count.
    pub http: Duration,
    /// The timeout of one exchange with AWS, from connecting to the last byte, and of finding the configuration. An
    /// operation with its retries, and with the wait for its turn, may take eight times as long.
    pub aws: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { http: Duration::from_secs(10), aws: Duration::from_secs(15) }
    }
}
