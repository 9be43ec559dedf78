//! An AWS client that receives the same bytes in every response, for the fuzz targets. It sends nothing over the
//! network.

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_runtime_api::{
    client::{
        http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;

use super::{
    Arc, Aws, AwsAccess, CredentialsSource, Duration, HashMap, Mutex, OnceCell, Regional, RequestOrigin,
    Shared, Transport,
};

const REGION: &str = "us-east-1";

/// A connector that responds without a connection.
#[derive(Debug, Clone)]
struct Canned {
    status: u16,
    body: Vec<u8>,
}

impl HttpConnector for Canned {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let body = SdkBody::from(self.body.clone());
        let answer = StatusCode::try_from(self.status).map(|status| HttpResponse::new(status, body));
        HttpConnectorFuture::ready(answer.map_err(|error| ConnectorError::other(error.into(), None)))
    }
}

impl HttpClient for Canned {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl Aws {
    /// Creates clients that receive these bytes in every response. A leading `!` makes the response an error.
    pub(crate) fn canned(bytes: &[u8]) -> Self {
        let (status, body) = bytes.strip_prefix(b"!").map_or((200, bytes), |body| (400, body));
        let client = Canned { status, body: body.to_vec() };
        let keys = Credentials::new("id", "secret", None, None, "made up");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(REGION))
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .retry_config(RetryConfig::disabled())
            .http_client(client)
            .build();
        let origin =
            RequestOrigin { region: REGION.to_owned(), endpoint: None, source: CredentialsSource::Given };
        let regional = Arc::new(OnceCell::new_with(Some(Regional::new(&config, origin))));
        let regions = [None, Some(REGION.to_owned())].map(|region| (region, Arc::clone(&regional)));
        let shared = Shared {
            access: AwsAccess::default(),
            timeout: Duration::from_secs(1),
            transport: Transport::default(),
            regions: Mutex::new(HashMap::from(regions)),
        };
        Self { shared: Arc::new(shared) }
    }
}
