//! The service as one router.
//!
//! Here belongs what holds for every route. What one route does never belongs here.

use axum::{Router, extract::DefaultBodyLimit, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::{error::ApiError, requests, routes, store::Store};

/// The largest body that is read, in bytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// Holds what handlers share.
#[derive(Debug, Clone)]
pub struct AppState {
    pub(crate) store: Store,
}

impl AppState {
    /// Returns the state of a service that keeps its trucks in `store`.
    pub fn new(store: Store) -> Self {
        Self { store }
    }
}

/// Returns the whole service, ready to be served or mounted.
pub fn app(state: AppState) -> Router {
    let (router, _) = declared().split_for_parts();
    guarded(router).with_state(state)
}

/// Returns the description of the service, made of the same declarations as its routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    declared().into_openapi()
}

#[derive(OpenApi)]
#[openapi(info(title = "Hello Truck", description = "Keeps a fleet of trucks."))]
struct Description;

fn declared() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(routes::health::routes())
        .merge(routes::trucks::routes())
}

/// Wraps routes in what holds for all of them; the layer named last is met first.
fn guarded<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes
        .fallback(async || ApiError::NoSuchPath)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(ApiError::from_panic))
        .layer(middleware::from_fn(requests::observe))
}

#[cfg(test)]
mod tests {
    use axum::{
        body::{Body, to_bytes},
        http::Request,
        routing::get,
    };
    use hello_shared::Problem;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_500_that_says_nothing_of_it() {
        let routes = Router::new().route("/", get(async || -> () { panic!("a secret") }));
        let response = guarded(routes).oneshot(Request::new(Body::empty())).await.unwrap();

        assert_eq!(response.status(), 500);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let problem: Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem.status, Some(500));
        assert!(problem.request_id.is_some());
        assert!(!String::from_utf8_lossy(&body).contains("secret"));
    }
}
