//! Makes the AWS SDK use the console's HTTP client instead of its own.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    },
    orchestrator::{self, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use http::{HeaderMap, header};
use http_body::Body as _;
use url::Url;

use super::{Body, Client, Error, HttpRequest, Limits, Shape, Transport, answer::text, client::collect};

/// The maximum size of a response, in bytes. A page of log events has 1 MiB of text; escapes and ids multiply that.
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// The maximum size of an error that is searched for throttling, in bytes.
const MAX_ERROR_BYTES: u64 = 16 * 1024;

/// How long an API that throttles gets no other request. Its limits allow the next ones within seconds.
const THROTTLED_PAUSE: Duration = Duration::from_secs(1);

/// The SDK's HTTP client, for its services and its credential providers.
#[derive(Debug, Clone)]
struct Http {
    client: Client,
}

/// As [`Http`], with the SDK's timeout for the head of the response, if it sets one.
#[derive(Debug, Clone)]
struct Connector {
    client: Client,
    head_timeout: Option<Duration>,
}

/// Returns the client for all requests of the SDK, including those for credentials. `total` is the timeout of an
/// exchange, which begins when its host may be asked.
pub(crate) fn http_client(transport: &Transport, total: Duration) -> SharedHttpClient {
    let limits = Limits { bytes: MAX_ANSWER_BYTES, total: Some(total) };
    SharedHttpClient::new(Http { client: Client::new(transport, limits) })
}

impl HttpClient for Http {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        // Connecting has its own timeout. The SDK's shorter timeouts apply to connecting and the first byte together.
        let head_timeout = settings
            .read_timeout()
            .map(|read| read.saturating_add(settings.connect_timeout().unwrap_or_default()));
        let client = self.client.clone();
        let client = match head_timeout {
            Some(limit) => client.head_within(limit),
            None => client,
        };
        SharedHttpConnector::new(Connector { client, head_timeout })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: orchestrator::HttpRequest) -> HttpConnectorFuture {
        let Self { client, head_timeout } = self.clone();
        HttpConnectorFuture::new(async move {
            let request = readable(request).await?;
            let response = exchange(&client, request).await;
            let response = response.map_err(|error| connector_error(error, head_timeout))?;
            HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// Converts a request of the SDK, and the shape that its response has.
async fn readable(request: orchestrator::HttpRequest) -> Result<(HttpRequest, Shape), ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let unusable = |_| ConnectorError::user(Error::Misdirected.into());
    let mut url: Url = parts.uri.to_string().parse().map_err(unusable)?;
    // The request is signed. A user in the endpoint URL would replace the signature.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let shape = shape(&parts.headers);
    let body = collect(body).await.map_err(ConnectorError::user)?;
    Ok((HttpRequest { method: parts.method, url, headers: parts.headers, body }, shape))
}

/// Sends a request and reads the whole response, so that a body that is cut off or slow is an error of the exchange.
async fn exchange(
    client: &Client,
    (request, shape): (HttpRequest, Shape),
) -> Result<http::Response<SdkBody>, Error> {
    let url = request.url.clone();
    let response = client.clone().count(shape).send(request).await?;
    let may_be_throttled = may_be_throttled(&response);
    let (parts, body) = response.into_parts();
    let body = collect(body).await?;
    if may_be_throttled && is_throttled(&body) {
        client.pause(&url, THROTTLED_PAUSE);
    }
    Ok(http::Response::from_parts(parts, SdkBody::from(body)))
}

/// Reports whether a response is a small error, of which the body tells the reason.
fn may_be_throttled(response: &http::Response<Body>) -> bool {
    let is_small = response.body().size_hint().upper().is_some_and(|size| size <= MAX_ERROR_BYTES);
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

/// Converts an error into one that the SDK knows. It sends a request again after a timeout of its own, but not after
/// the longer one of an exchange.
fn connector_error(error: Error, head_timeout: Option<Duration>) -> ConnectorError {
    match error {
        Error::TooSlow(limit) if Some(limit) == head_timeout => ConnectorError::timeout(error.into()),
        Error::Connect(_) => ConnectorError::io(error.into()).never_connected(),
        Error::Broken(_) => ConnectorError::io(error.into()),
        _ => ConnectorError::other(error.into(), None),
    }
}
