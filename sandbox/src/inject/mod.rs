//! Applies faults to requests.

mod shape;

use std::future;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State as Shared};
use axum::middleware::Next;
use axum::response::Response;
use futures::stream;
use http::{HeaderMap, Method, header};
use tokio::time::sleep;

use crate::aws::TARGET;
use crate::faults::{Fault, Kind, Service};
use crate::state::State;

/// The delay of a slow response if the fault has no `delay`.
const SLOW: Duration = Duration::from_secs(2);

/// Runs before every service.
pub(crate) async fn inject(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let service = service_of(request.method(), request.uri().path(), request.headers());
    let take = |service| state.faults.take(service, request.uri().path()).zip(Some(service));
    let Some((fault, service)) = service.and_then(take) else {
        return next.run(request).await;
    };
    let query = !request.headers().contains_key(TARGET);
    match fault.kind {
        Kind::Slow => {
            sleep(delay(&fault).unwrap_or(SLOW)).await;
            next.run(request).await
        }
        Kind::Hang => {
            match delay(&fault) {
                Some(delay) => sleep(delay).await,
                None => future::pending().await,
            }
            next.run(request).await
        }
        Kind::Cut => cut(next.run(request).await).await,
        Kind::Status => shape::failed(service, query, fault.status.unwrap_or(500)),
        Kind::Throttle => shape::throttled(service, fault.status, delay(&fault), state.now()),
        Kind::Expired => shape::expired(service, query),
        Kind::Limit => shape::limited(service, delay(&fault), state.now()),
        Kind::Secondary => shape::secondary(service, delay(&fault), state.now()),
        Kind::Proxy => shape::proxy_page(),
        Kind::Forbidden => shape::forbidden(service, query),
        Kind::Sso => shape::sso(service, query, &state.names().owner),
    }
}

fn delay(fault: &Fault) -> Option<Duration> {
    fault.delay.and_then(|delay| Duration::try_from(delay).ok())
}

/// Sends the first half of the body and then breaks the connection.
async fn cut(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let half = bytes.slice(..bytes.len() / 2);
    parts.headers.insert(header::CONTENT_LENGTH, header::HeaderValue::from(bytes.len().max(1)));
    let body = stream::unfold(Some(half), |left| async move {
        let Some(half) = left else {
            // The first half must reach the client before the connection breaks.
            sleep(Duration::from_millis(20)).await;
            return Some((Err(std::io::Error::other("the connection is cut on request")), None));
        };
        Some((Ok::<Bytes, std::io::Error>(half), None))
    });
    Response::from_parts(parts, Body::from_stream(body))
}

/// Returns the service of a request. The sandbox's own paths belong to no service and never fail.
fn service_of(method: &Method, path: &str, headers: &HeaderMap) -> Option<Service> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if path == "/" && *method == Method::POST {
        return Some(match text(TARGET) {
            target if target.starts_with("AmazonEC2ContainerService") => Service::Ecs,
            target if target.starts_with("Logs_") => Service::Logs,
            _ => Service::CloudFormation,
        });
    }
    let github = ["/repos/", "/user", "/rate_limit", "/api/v3/", "/login/"];
    match path {
        own if own.starts_with("/_sandbox") || own == "/catalog-info.yaml" => None,
        path if github.iter().any(|start| path.starts_with(start)) => Some(Service::GitHub),
        _ => Some(Service::Trucks),
    }
}
