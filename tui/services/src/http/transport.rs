//! The connections, and what all of them share.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::redirect;
use tokio::{sync::OnceCell, task::spawn_blocking};

use super::{Error, answer::innermost, proxy, roots};

/// How long a connection may take, with TLS and a proxy.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The console's connections. Cloning shares them.
#[derive(Clone, Default)]
pub(crate) struct Transport {
    /// Made at the first request, because making it reads certificates.
    client: Arc<OnceCell<reqwest::Client>>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

impl Transport {
    #[expect(clippy::disallowed_methods, reason = "certificates are read once, from files of the system")]
    pub(super) async fn client(&self) -> Result<&reqwest::Client, Error> {
        self.client
            .get_or_try_init(async || {
                spawn_blocking(build).await.unwrap_or_else(|error| Err(Error::Setup(error.to_string())))
            })
            .await
    }
}

/// Makes the client that all others are made of.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
fn build() -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        // Redirects are followed by our own rules, and proxies are chosen by them.
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .tls_certs_merge(roots::of_environment()?);
    for proxy in proxy::of_environment()? {
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|error| Error::Setup(innermost(&error.without_url())))
}
