//! Makes octocrab use the console's HTTP client instead of its own.

use ::octocrab::{
    AuthState, OctoBody, Octocrab, OctocrabBuilder, service::middleware::base_uri::BaseUriLayer,
};
use http::Uri;
use tower::service_fn;
use url::Url;

use super::{Client, Error, HttpRequest, body::Body, client::collect};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Creates an octocrab for the API at `base`. It sends through `client`, with the client's authorization.
#[expect(clippy::disallowed_methods, reason = "the only place that creates an octocrab")]
pub(crate) fn octocrab(base: &Uri, client: Client) -> Octocrab {
    let service = service_fn(move |request| exchange(client.clone(), request));
    let builder = OctocrabBuilder::new_empty()
        .with_service(service)
        .with_layer(&BaseUriLayer::new(base.clone()))
        .with_auth(AuthState::None);
    match builder.build() {
        Ok(octocrab) => octocrab,
        Err(never) => match never {},
    }
}

async fn exchange(
    client: Client,
    request: http::Request<OctoBody>,
) -> Result<http::Response<Body>, BoxError> {
    let (parts, body) = request.into_parts();
    let url: Url = parts.uri.to_string().parse().map_err(|_| Error::Misdirected)?;
    let body = collect(body).await?;
    Ok(client.send(HttpRequest { method: parts.method, url, headers: parts.headers, body }).await?)
}
