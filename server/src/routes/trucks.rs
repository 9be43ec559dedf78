//! The fleet and its trucks.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header::LOCATION},
    middleware,
    response::IntoResponse,
};
use hello_shared::{CreatedTruck, NewTruck, Problem, Truck, TruckId};
use jiff::Timestamp;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    AppState, accept, draft,
    error::ApiError,
    extract::{JsonBody, TruckPath},
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let fleet = routes!(list_trucks, create_truck);
    // The first service's description said `/trucks/`, its code `/trucks`: callers use both.
    let with_slash = fleet.2.clone();
    OpenApiRouter::new()
        .routes(fleet)
        .route("/trucks/", with_slash)
        .routes(routes!(find_truck, delete_truck))
        .route_layer(middleware::from_fn(accept::require_json))
}

/// Lists the fleet, oldest first.
#[utoipa::path(
    get,
    path = "/trucks",
    tag = "trucks",
    responses(
        (status = OK, body = Vec<Truck>),
        (status = NOT_ACCEPTABLE, body = Problem, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn list_trucks(State(state): State<AppState>) -> Result<Json<Vec<Truck>>, ApiError> {
    Ok(Json(state.store.list().await?))
}

/// Adds a truck to the fleet.
#[utoipa::path(
    post,
    path = "/trucks",
    tag = "trucks",
    request_body = NewTruck,
    responses(
        (status = CREATED, body = CreatedTruck, headers(("Location" = String, description = "where the truck is"))),
        (status = BAD_REQUEST, body = Problem, content_type = "application/problem+json"),
        (status = NOT_ACCEPTABLE, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json"),
        (status = PAYLOAD_TOO_LARGE, body = Problem, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create_truck(
    State(state): State<AppState>,
    JsonBody(body): JsonBody,
) -> Result<impl IntoResponse, ApiError> {
    let new = draft::new_truck(&body).map_err(ApiError::Unfit)?;
    let truck = new.into_truck(new_id(), now());
    state.store.insert(&truck).await?;
    let location = [(LOCATION, format!("/trucks/{}", truck.id))];
    Ok((StatusCode::CREATED, location, Json(CreatedTruck::from(truck))))
}

/// Finds a truck by its id.
#[utoipa::path(
    get,
    path = "/trucks/{id}",
    tag = "trucks",
    params(("id" = TruckId, Path, description = "the truck")),
    responses(
        (status = OK, body = Truck),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = NOT_ACCEPTABLE, body = Problem, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn find_truck(
    State(state): State<AppState>,
    TruckPath(id): TruckPath,
) -> Result<Json<Truck>, ApiError> {
    state.store.find(&id).await?.map(Json).ok_or(ApiError::NoSuchTruck)
}

/// Deletes a truck, and answers with it as it last was.
#[utoipa::path(
    delete,
    path = "/trucks/{id}",
    tag = "trucks",
    params(("id" = TruckId, Path, description = "the truck")),
    responses(
        (status = OK, body = Truck),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = NOT_ACCEPTABLE, body = Problem, content_type = "application/problem+json"),
        (status = SERVICE_UNAVAILABLE, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn delete_truck(
    State(state): State<AppState>,
    TruckPath(id): TruckPath,
) -> Result<Json<Truck>, ApiError> {
    state.store.delete(&id).await?.map(Json).ok_or(ApiError::NoSuchTruck)
}

fn new_id() -> TruckId {
    Uuid::now_v7().to_string().into()
}

/// Returns the time to the microsecond, which is all that a store keeps: an answer equals what is read later.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
