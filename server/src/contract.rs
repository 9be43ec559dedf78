//! The OpenAPI description of the service, and the contract: the description as it is stored.

use utoipa::{
    OpenApi,
    openapi::{
        RefOr, Schema,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use crate::{AppState, routes, validation};

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

/// Returns all routes with their descriptions.
pub(crate) fn declared_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(routes::operations::routes())
        .merge(routes::docs::routes(openapi))
        .merge(routes::events::routes())
        .merge(routes::fleet::routes())
        .merge(routes::truck::routes())
}
