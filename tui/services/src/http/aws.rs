//! Makes the AWS SDK use the console's HTTP client instead of its own.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use http::{HeaderMap, header};
use http_body::Body as _;
use tokio::time::timeout;
use url::Url;

use super::{Body, Client, Error, Limits, Request, Shape, Transport, answer::text, client::collect};

/// The maximum size of a response, in bytes. A page of log events has 1 MiB of text; escapes and ids multiply that.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

/// The maximum size of an error that is searched for throttling, in bytes.
const LARGEST_ERROR: u64 = 16 * 1024;

/// How long an API that throttles gets no other request. Its limits allow the next ones within seconds.
const THROTTLED_PAUSE: Duration = Duration::from_secs(1);

/// The SDK's HTTP client, for its services and its credential providers.
#[derive(Debug, Clone)]
struct Http {
    client: Client,
}

/// As [`Http`], with a timeout for the start of the response.
#[derive(Debug, Clone)]
struct Connector {
    client: Client,
    head_timeout: Option<Duration>,
}

/// Returns the client for all requests of the SDK, including those for credentials. `total` is the timeout of an
/// exchange.
pub(crate) fn http_client(transport: &Transport, total: Duration) -> SharedHttpClient {
    let limits = Limits { bytes: LARGEST_ANSWER, total: Some(total) };
    SharedHttpClient::new(Http { client: Client::new(transport, limits) })
}

impl HttpClient for Http {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        // Connecting has its own timeout. The SDK's shorter timeouts apply to connecting and the first byte together.
        let head_timeout = settings
            .read_timeout()
            .map(|read| read.saturating_add(settings.connect_timeout().unwrap_or_default()));
        SharedHttpConnector::new(Connector { client: self.client.clone(), head_timeout })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { client, head_timeout } = self.clone();
        HttpConnectorFuture::new(async move {
            let exchange = exchange(&client, request);
            match head_timeout {
                Some(limit) => timeout(limit, exchange)
                    .await
                    .unwrap_or_else(|_| Err(ConnectorError::timeout(Error::TooSlow(limit).into()))),
                None => exchange.await,
            }
        })
    }
}

async fn exchange(client: &Client, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let unusable = |_| ConnectorError::user(Error::Misdirected.into());
    let mut url: Url = parts.uri.to_string().parse().map_err(unusable)?;
    // The request is signed. A user in the endpoint URL would replace the signature.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let client = client.clone().count(shape(&parts.headers));
    let body = collect(body).await.map_err(ConnectorError::user)?;
    let request = Request { method: parts.method, url: url.clone(), headers: parts.headers, body };
    let response = client.send(request).await.map_err(connector_error)?;
    if may_be_throttled(&response) {
        let (parts, body) = response.into_parts();
        let body = collect(body).await.map_err(connector_error)?;
        if is_throttled(&body) {
            client.pause(&url, THROTTLED_PAUSE);
        }
        let response = http::Response::from_parts(parts, SdkBody::from(body));
        return HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None));
    }
    HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
        .map_err(|error| ConnectorError::other(error.into(), None))
}

/// Reports whether a response is a small error, of which the body tells the reason.
fn may_be_throttled(response: &http::Response<Body>) -> bool {
    let is_small = response.body().size_hint().upper().is_some_and(|size| size <= LARGEST_ERROR);
    is_small && matches!(response.status().as_u16(), 400 | 429 | 503)
}

/// Reports whether the body of an error names one of the codes of throttling.
fn is_throttled(body: &[u8]) -> bool {
    let body = String::from_utf8_lossy(body);
    ["Throttl", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"]
        .iter()
        .any(|code| body.contains(code))
}

/// Form requests get XML responses, all others JSON. A short text that is neither counts as JSON.
fn shape(request: &HeaderMap) -> Shape {
    let media_type = text(request, header::CONTENT_TYPE).unwrap_or_default();
    if media_type.starts_with("application/x-www-form-urlencoded") { Shape::xml() } else { Shape::json() }
}

fn connector_error(error: Error) -> ConnectorError {
    match error {
        Error::TooSlow(_) => ConnectorError::timeout(error.into()),
        Error::Connect(_) => ConnectorError::io(error.into()).never_connected(),
        Error::Broken(_) => ConnectorError::io(error.into()),
        _ => ConnectorError::other(error.into(), None),
    }
}
