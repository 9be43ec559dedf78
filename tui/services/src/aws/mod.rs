//! Access to AWS: one configuration and one set of clients per region, created on first use.
//!
//! Resolving a profile, a region or credentials may read files and contact other machines. So it happens only when a
//! request needs it, and any problem becomes the failure of that request.

mod canned;
mod failure;
mod identity;
mod profile;
mod source;

use std::{
    collections::HashMap,
    fmt::{self, Debug},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_config::{
    BehaviorVersion, ConfigLoader, Region, SdkConfig, identity::IdentityCache,
    profile::ProfileFileCredentialsProvider, provider_config::ProviderConfig, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::{DateTime, error::metadata::ProvideErrorMetadata};
use hello_model::{
    address::display_url_text,
    calls,
    failure::{Failure, Kind},
    time::Timestamp,
};
use secrecy::ExposeSecret;
use tokio::{sync::OnceCell, time};

use self::{failure::RequestOrigin, source::CredentialsSource};
pub(super) use self::{failure::code, identity::AwsIdentity};
use super::{
    AwsAccess,
    http::{self as answers, Transport, aws::http_client},
};

/// The timeout of an operation with its retries and the wait for its turn, as a multiple of the timeout of one exchange.
const OPERATION_TIMEOUTS: u32 = 8;

/// The access settings, and the clients created so far.
#[derive(Clone)]
pub(super) struct Aws {
    shared: Arc<Shared>,
}

struct Shared {
    access: AwsAccess,
    timeout: Duration,
    transport: Transport,
    regions: Mutex<HashMap<Option<String>, Arc<OnceCell<Regional>>>>,
}

/// The clients of one region.
#[derive(Debug, Clone)]
struct Regional {
    ecs: aws_sdk_ecs::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    stacks: aws_sdk_cloudformation::Client,
    sts: aws_sdk_sts::Client,
    origin: RequestOrigin,
}

/// One operation in a region: its clients and the description used in its failures.
#[derive(Debug, Clone)]
pub(super) struct RegionalCall {
    aws: Aws,
    region: Option<String>,
    clients: Regional,
    what: String,
}

impl Debug for Aws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aws").field("access", &self.shared.access).finish_non_exhaustive()
    }
}

impl Aws {
    pub(super) fn new(access: AwsAccess, timeout: Duration, transport: &Transport) -> Self {
        let transport = transport.clone();
        Self { shared: Arc::new(Shared { access, timeout, transport, regions: Mutex::default() }) }
    }

    /// Returns the clients of a region, or of the default region if none is given, for the operation `what`.
    pub(super) async fn call(
        &self,
        region: Option<&str>,
        what: impl Into<String>,
    ) -> Result<RegionalCall, Failure> {
        let (what, region) = (what.into(), region.map(str::to_owned));
        let cell = {
            let mut regions = self.shared.regions.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(regions.entry(region.clone()).or_default())
        };
        let clients = cell.get_or_try_init(|| self.open(region.as_deref(), &what)).await?.clone();
        Ok(RegionalCall { aws: self.clone(), region, clients, what })
    }

    async fn open(&self, region: Option<&str>, what: &str) -> Result<Regional, Failure> {
        let Shared { access, timeout, transport, .. } = &*self.shared;
        let region = region.or(access.region.as_deref()).map(|name| Region::new(name.to_owned()));
        let source = CredentialsSource::of(access);
        profile::check(&source, what).await?;
        let loading = time::timeout(*timeout, loader(access, &source, region, *timeout, transport).load());
        let Ok(config) = loading.await else {
            let why = format!("the AWS configuration could not be found within {timeout:?}");
            return Err(Failure::new(Kind::Offline, what, why).hint("export AWS_EC2_METADATA_DISABLED=true"));
        };
        let Some(region) = config.region() else {
            let why = format!("no region is set ({source})");
            return Err(Failure::new(Kind::NotConfigured, what, why)
                .hint("--region eu-north-1, or export AWS_REGION"));
        };
        let endpoint = config.endpoint_url().map(display_url_text);
        let origin = RequestOrigin { region: region.to_string(), endpoint, source };
        Ok(Regional::new(&config, origin))
    }

    /// Drops a region's clients, so that the next request loads profile and credentials again.
    fn forget(&self, region: Option<&String>) {
        let mut regions = self.shared.regions.lock().unwrap_or_else(PoisonError::into_inner);
        regions.remove(&region.cloned());
    }
}

impl Regional {
    fn new(config: &SdkConfig, origin: RequestOrigin) -> Self {
        Self {
            ecs: aws_sdk_ecs::Client::new(config),
            logs: aws_sdk_cloudwatchlogs::Client::new(config),
            stacks: aws_sdk_cloudformation::Client::new(config),
            sts: aws_sdk_sts::Client::new(config),
            origin,
        }
    }
}

impl RegionalCall {
    pub(super) fn ecs(&self) -> &aws_sdk_ecs::Client {
        &self.clients.ecs
    }

    pub(super) fn logs(&self) -> &aws_sdk_cloudwatchlogs::Client {
        &self.clients.logs
    }

    pub(super) fn stacks(&self) -> &aws_sdk_cloudformation::Client {
        &self.clients.stacks
    }

    /// Converts the error of a call, which names the permission that it needs.
    pub(super) fn failed<E>(&self, call: &calls::Call, error: &SdkError<E, HttpResponse>) -> Failure
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let failure = self.clients.origin.failure(&self.what, call, error, Timestamp::now());
        if failure.kind == Kind::Unauthorized {
            self.aws.forget(self.region.as_ref());
        }
        failure
    }

    /// Creates a failure for a response that lacks the data we need.
    pub(super) fn missing(&self, kind: Kind, why: impl fmt::Display) -> Failure {
        Failure::new(kind, self.what.as_str(), format!("{why} ({})", self.clients.origin))
    }
}

#[expect(clippy::disallowed_methods, reason = "the HTTP client is passed in here")]
fn loader(
    access: &AwsAccess,
    source: &CredentialsSource,
    region: Option<Region>,
    timeout: Duration,
    transport: &Transport,
) -> ConfigLoader {
    let http = http_client(transport, timeout);
    let time_limits = TimeoutConfig::builder()
        .connect_timeout(timeout / 3)
        // These would include the wait for a request's turn. The HTTP client limits each exchange.
        .disable_operation_attempt_timeout()
        .operation_timeout(timeout * OPERATION_TIMEOUTS)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(RetryConfig::standard())
        .timeout_config(time_limits)
        .http_client(http.clone())
        .identity_cache(IdentityCache::lazy().load_timeout(timeout * 2 / 3).build());
    if let Some(region) = &region {
        loader = loader.region(region.clone());
    }
    if let Some(profile) = &access.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(endpoint) = &access.endpoint {
        loader = loader.endpoint_url(endpoint.as_str());
    }
    if let Some(keys) = &access.keys {
        let secret = keys.secret.expose_secret();
        loader = loader.credentials_provider(Credentials::new(&keys.id, secret, None, None, "given keys"));
    } else if let CredentialsSource::Chosen(profile) = source {
        let config = ProviderConfig::default().with_region(region).with_http_client(http);
        let provider =
            ProfileFileCredentialsProvider::builder().configure(&config).profile_name(profile).build();
        loader = loader.credentials_provider(provider);
    }
    loader
}

#[cfg(test)]
mod tests;

/// Converts the SDK's timestamp.
pub(super) fn moment(at: Option<&DateTime>) -> Option<Timestamp> {
    let at = at?;
    Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()
}
