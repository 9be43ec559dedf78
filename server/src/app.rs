//! The service as one router.
//!
//! This module holds what applies to every route, and nothing that is specific to one.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, Method},
    middleware,
};
use tower::util::option_layer;
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::{AllowOrigin, CorsLayer},
};

use crate::{App, AppState, admission, contract::declared_routes, error::ApiError, requests};

/// Returns the whole service, ready to be served or mounted.
pub fn app(state: AppState) -> App {
    let (router, _) = declared_routes().split_for_parts();
    let router = with_layers(router, &state).with_state(state.clone());
    App::new(state, router)
}

/// Wraps routes in the layers that apply to all of them. The layer that is added last runs first.
fn with_layers(routes: Router<AppState>, state: &AppState) -> Router<AppState> {
    routes
        .fallback(async || ApiError::NoSuchPath)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(state.limits().body))
        .layer(middleware::from_fn_with_state(state.clone(), admission::admit))
        .layer(CatchPanicLayer::custom(ApiError::from_panic))
        .layer(option_layer(cors(state)))
        .layer(middleware::from_fn_with_state(state.clone(), admission::refuse))
        .layer(middleware::from_fn_with_state(state.clone(), requests::observe))
}

/// Lets pages of the configured origins call the service. Without any origin, no page may.
fn cors(state: &AppState) -> Option<CorsLayer> {
    let origins = &state.options().cors_origins;
    if origins.is_empty() {
        return None;
    }
    let named =
        |names: &[&'static str]| names.iter().map(|name| HeaderName::from_static(name)).collect::<Vec<_>>();
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.iter().cloned()))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers(named(&[
            "authorization",
            "content-type",
            "if-match",
            "if-none-match",
            "idempotency-key",
            "last-event-id",
            "traceparent",
            "x-request-id",
        ]))
        .expose_headers(named(&[
            "etag",
            "idempotency-replayed",
            "link",
            "location",
            "retry-after",
            "x-request-id",
            "x-total-count",
        ]));
    Some(layer)
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
    use crate::Store;

    #[tokio::test]
    async fn a_panic_is_a_500_that_says_nothing_of_it() {
        let state = AppState::new(Store::open(Store::IN_MEMORY).await.unwrap());
        let routes = Router::new().route("/", get(async || -> () { panic!("a secret") }));
        let service = with_layers(routes, &state).with_state(state);
        let response = service.oneshot(Request::new(Body::empty())).await.unwrap();

        assert_eq!(response.status(), 500);
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let problem: Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem.status, Some(500));
        assert!(problem.request_id.is_some());
        assert!(!String::from_utf8_lossy(&body).contains("secret"));
    }
}
