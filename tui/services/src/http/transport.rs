//! The shared connections and their settings.

use std::{fmt, sync::Arc, time::Duration};

use hello_model::time::Timestamp;
use reqwest::redirect;
use tokio::{sync::OnceCell, task::spawn_blocking};
use url::Url;

use super::{Error, answer::innermost, limiter::Limiters, proxy, roots};

/// The connect timeout, including TLS and a proxy.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The console's connections. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Transport {
    /// Created at the first request, because that reads certificates.
    client: Arc<OnceCell<reqwest::Client>>,
    limiters: Limiters,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

impl Transport {
    /// Returns what decides when a host may be asked.
    pub(super) fn limiters(&self) -> &Limiters {
        &self.limiters
    }

    /// Sends requests to the host of `url` one after the other, for a service that asks for it.
    pub(crate) fn one_at_a_time(&self, url: &Url) {
        self.limiters.one_at_a_time(&url.origin());
    }

    /// Takes all turns of the host of `url`.
    #[cfg(test)]
    pub(crate) fn occupy(&self, url: &Url) -> Vec<super::limiter::Permit> {
        let host = url.origin();
        let mut permits = Vec::new();
        while let Some(Ok(permit)) = futures::FutureExt::now_or_never(self.limiters.admit(&host)) {
            permits.push(permit);
        }
        permits
    }

    /// Holds requests to the host of `url` back until then. The headers of a response do this by themselves; this is for
    /// a host that says so in the body.
    pub(crate) fn pause(&self, url: &Url, until: Timestamp) {
        self.limiters.pause(&url.origin(), until, Timestamp::now());
    }

    /// Checks the settings of the connections: proxies and certificates.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        self.client().await.map(drop)
    }

    #[expect(clippy::disallowed_methods, reason = "certificates are read only once, from system files")]
    pub(super) async fn client(&self) -> Result<&reqwest::Client, Error> {
        self.client
            .get_or_try_init(async || {
                spawn_blocking(build).await.unwrap_or_else(|error| Err(Error::Setup(error.to_string())))
            })
            .await
    }
}

/// Creates the reqwest client behind all others.
#[expect(clippy::disallowed_methods, reason = "the only place that builds an HTTP client")]
fn build() -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        // Our own rules handle redirects and proxies.
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .tls_certs_merge(roots::of_environment()?);
    for proxy in proxy::of_environment()? {
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|error| Error::Setup(innermost(&error.without_url())))
}
