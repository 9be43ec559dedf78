//! The addresses and credentials of the services, as plain data.
//!
//! Where these values come from is decided elsewhere: flags, environment and files are not read here.

use std::{fmt, time::Duration};

use hello_model::address::display_url;
use secrecy::SecretString;
use url::Url;

use super::{
    credentials::{GivenToken, Keyring, TokenCommand},
    hosts,
};

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
    /// Where `hello-tui` / `trucks:HOST` is looked up.
    pub keyring: Keyring,
    /// A command that prints the token.
    pub command: Option<TokenCommand>,
}

/// The address of GitHub's REST API and the sources of the token for it, highest precedence first: the given token, the
/// one of `gh`, the one of the keyring. The last two are sent to [`Self::api`] only if it belongs to [`Self::host`].
#[derive(Clone)]
pub struct GitHubAccess {
    /// `https://api.github.com`, an Enterprise server's `…/api/v3`, or a sandbox.
    pub api: Url,
    /// The name of the host in `gh` and in the keyring: `github.com`.
    pub host: String,
    /// Whether the API is asked for the repositories of all hosts: that of a sandbox, or one that the user has named.
    /// Otherwise a repository of another host is asked for there, with a stored token of that host.
    pub is_for_all_hosts: bool,
    /// The token of the environment. It is sent to [`Self::api`] only.
    pub token: Option<GivenToken>,
    /// Where `hello-tui` / `github:HOST` is looked up.
    pub keyring: Keyring,
}

impl GitHubAccess {
    /// Creates the access to an API without a token and without a keyring.
    pub fn new(api: Url, host: impl Into<String>) -> Self {
        Self { api, host: host.into(), is_for_all_hosts: false, token: None, keyring: Keyring::Off }
    }

    /// Asks this API for the repositories of all hosts.
    #[must_use]
    pub fn for_all_hosts(self) -> Self {
        Self { is_for_all_hosts: true, ..self }
    }

    /// Creates the access to the API of a host, or `None` if that is no host.
    pub fn at_host(host: &str) -> Option<Self> {
        Some(Self::new(hosts::api_of(host)?, host))
    }

    /// Returns the host that an API belongs to, with its port if it is not the usual one: `github.com`.
    pub fn host_of(api: &Url) -> String {
        hosts::host_of(api)
    }

    /// Sets the token, and what to call the place that it is from.
    #[must_use]
    pub fn with_token(self, source: &'static str, value: SecretString) -> Self {
        Self { token: Some(GivenToken { value, source }), ..self }
    }
}

impl fmt::Debug for GitHubAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitHubAccess")
            .field("api", &display_url(&self.api))
            .field("host", &self.host)
            .field("is_for_all_hosts", &self.is_for_all_hosts)
            .field("token", &self.token)
            .field("keyring", &self.keyring)
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
