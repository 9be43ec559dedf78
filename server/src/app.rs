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
use utoipa::{
    OpenApi,
    openapi::{
        RefOr, Schema,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{App, AppState, admission, error::ApiError, requests, routes, validation};

/// Returns the whole service, ready to be served or mounted.
pub fn app(state: AppState) -> App {
    let (router, _) = declared_routes().split_for_parts();
    let router = with_layers(router, &state).with_state(state.clone());
    App::new(state, router)
}

/// Returns the OpenAPI description of the service, generated from the declarations of its routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut description = declared_routes().into_openapi();
    add_remaining_rules(&mut description);
    description
}

/// Returns the contract: the OpenAPI description as YAML, as stored in `api-spec/`.
pub fn contract() -> String {
    let head = "# Written by `hello-server openapi`; a test keeps it equal to what is served.\n";
    // Serialization cannot fail: a description has only maps, lists and texts.
    format!("{head}{}", serde_yaml::to_string(&openapi()).unwrap_or_default())
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Hello Truck", description = "Keeps a fleet of trucks."),
    servers((
        url = "http://{host}:{port}",
        description = "where the service listens, unless told otherwise",
        variables(("host" = (default = "localhost")), ("port" = (default = "5000"))),
    )),
    tags(
        (name = "trucks", description = "the fleet"),
        (name = "operations", description = "what an operator asks the process"),
    ),
    security(("token" = []), ()),
    modifiers(&BearerToken),
)]
struct Description;

/// Adds the bearer token, which an operator may require, to the description.
struct BearerToken;

impl utoipa::Modify for BearerToken {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        description.components.get_or_insert_default().add_security_scheme("token", bearer);
    }
}

/// Adds the rules that the macros cannot express: the pattern of texts, and the length of lists.
fn add_remaining_rules(description: &mut utoipa::openapi::OpenApi) {
    let schemas = &mut description.components.get_or_insert_default().schemas;
    for name in ["NewTruck", "TruckPatch"] {
        let Some(RefOr::T(Schema::Object(truck))) = schemas.get_mut(name) else { continue };
        for field in truck.properties.values_mut() {
            // The pattern contains the length, because it does not count surrounding blanks.
            if let RefOr::T(Schema::Object(text)) = field
                && let Some(limit) = text.max_length.take()
            {
                text.pattern = Some(validation::text_pattern(limit as u64));
            }
        }
    }
    if let Some(RefOr::T(Schema::OneOf(trucks))) = schemas.get_mut("NewTrucks") {
        for either in &mut trucks.items {
            if let RefOr::T(Schema::Array(many)) = either {
                many.min_items = Some(1);
                many.max_items = Some(validation::TRUCKS_LIMIT);
            }
        }
    }
}

fn declared_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(routes::operations::routes())
        .merge(routes::docs::routes(openapi))
        .merge(routes::events::routes())
        .merge(routes::fleet::routes())
        .merge(routes::truck::routes())
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
