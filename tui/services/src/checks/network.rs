//! The network: the proxy of each client, and the certificates that all of them trust.

use futures::FutureExt;
use hello_model::{
    check::{Check, CheckSection},
    failure::{Failure, Kind},
};
use tokio::task::spawn_blocking;
use url::Url;

use super::Checks;
use crate::http::{self, Bundle};

/// The region whose endpoint stands for AWS, if none is set. Exceptions from a proxy rarely name a region.
const SOME_REGION: &str = "us-east-1";

impl Checks {
    /// Checks the proxies and the certificates. `catalog` are the sources of the catalog, some of which may be URLs.
    pub async fn network(&self, catalog: &[String]) -> CheckSection {
        let what = "setting up the connections";
        let failure = |error: http::Error| {
            Failure::new(Kind::NotConfigured, what, error.to_string())
                .hint("correct the variable, or unset it")
        };
        let usable = async { self.services.transport.check().await.map_err(failure) };
        let mut checks = Vec::new();
        if let Err(failure) = self.limited(what, usable.boxed()).await {
            checks.push(Check::failed("connections", "connections", failure));
        }
        let addresses = self.addresses(catalog).into_iter();
        checks.extend(addresses.filter_map(|(id, label, url)| proxy(id, label, &url)));
        checks.extend(self.certificates().await);
        CheckSection { id: "network", title: "Network", checks }
    }

    /// Returns an address that each client asks.
    fn addresses(&self, catalog: &[String]) -> Vec<(&'static str, &'static str, Url)> {
        let access = &self.connections;
        let region = access.aws.region.as_deref().unwrap_or(SOME_REGION);
        let aws = match (&access.aws.endpoint, std::env::var("AWS_ENDPOINT_URL")) {
            (Some(endpoint), _) => Some(endpoint.clone()),
            (None, Ok(endpoint)) if !endpoint.is_empty() => endpoint.parse().ok(),
            _ => format!("https://sts.{region}.amazonaws.com").parse().ok(),
        };
        let catalog =
            catalog.iter().filter(|source| source.starts_with("http")).find_map(|url| url.parse().ok());
        let mut addresses = vec![
            ("trucksProxy", "trucks service", access.trucks.url.clone()),
            ("githubProxy", "GitHub", access.github.api.clone()),
        ];
        addresses.extend(aws.map(|url| ("awsProxy", "AWS", url)));
        addresses.extend(catalog.map(|url| ("catalogProxy", "catalog", url)));
        addresses
    }

    /// Reads the files of certificates. Every client trusts those of the system, too.
    async fn certificates(&self) -> Vec<Check> {
        #[expect(clippy::disallowed_methods, reason = "regular files of bounded size, read without blocking")]
        let read = spawn_blocking(http::bundles);
        let bundles = async {
            read.await
                .map_err(|error| Failure::new(Kind::Unexpected, "reading certificates", error.to_string()))
        };
        match self.limited("reading the certificates", bundles.boxed()).await {
            Ok(bundles) if bundles.is_empty() => {
                vec![Check::ok("certificates", "certificates", "those of the system, for every client")]
            }
            Ok(bundles) => bundles.into_iter().map(certificates).collect(),
            Err(failure) => vec![Check::failed("certificates", "certificates", failure)],
        }
    }
}

/// Describes the proxy of a client. Variables that cannot be used are reported once, for all clients.
fn proxy(id: &'static str, label: &'static str, url: &Url) -> Option<Check> {
    Some(match http::proxy_in_use(url).ok()? {
        Some(proxy) => Check::ok(id, label, format!("through {} ({})", proxy.address, proxy.variable)),
        None => Check::ok(id, label, "without a proxy"),
    })
}

fn certificates(bundle: Bundle) -> Check {
    let (id, label) = match bundle.variable {
        "AWS_CA_BUNDLE" => ("awsCaBundle", "AWS_CA_BUNDLE"),
        _ => ("sslCertFile", "SSL_CERT_FILE"),
    };
    let path = bundle.path.display();
    let read = bundle.certificates.map_err(|error| {
        let why = error.to_string();
        Failure::new(Kind::NotConfigured, "reading certificates", why)
            .hint(format!("name a file of certificates in {label}, or unset it"))
    });
    Check::of(id, label, read.map(|count| format!("{path} ({count} certificates, for every client)")))
}
