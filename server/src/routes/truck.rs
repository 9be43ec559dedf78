//! One truck: finding, changing and removing it.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::ETAG},
    middleware,
    response::{IntoResponse, Response},
};
use hello_shared::{NewTruck, Truck, TruckId, TruckStatus};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::refusals;
use crate::{
    AppState, accept,
    error::ApiError,
    etag,
    extract::{JsonBody, TruckPath},
    store::{Change, Done, Edit},
    time, validation,
};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(find_truck, update_truck, replace_truck, delete_truck))
        .route_layer(middleware::from_fn(accept::require_json))
}

/// Finds a truck by its id.
#[utoipa::path(
    get,
    path = "/trucks/{id}",
    tag = "trucks",
    params(
        ("id" = TruckId, Path, description = "the truck"),
        ("If-None-Match" = Option<String>, Header, nullable = false, description = "the ETag of an answer that the caller has"),
        ("If-Match" = Option<String>, Header, nullable = false, description = "the ETag of the only version that is wanted"),
    ),
    responses(
        (status = OK, body = Truck, description = "The truck.", headers(("ETag" = String, description = "the version of the truck"))),
        (status = NOT_MODIFIED, description = "The caller has the answer already."),
        refusals::OfTruck,
        refusals::OfCondition,
        refusals::OfAccept,
        refusals::Always,
        refusals::OfHead,
    )
)]
async fn find_truck(
    State(state): State<AppState>,
    TruckPath(id): TruckPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let truck = state.store().find(&id).await?.ok_or(ApiError::NoSuchTruck)?;
    let tag = etag::of_truck(&truck);
    if !etag::is_wanted(&headers, &tag) {
        return Err(ApiError::OtherVersion(truck.version));
    }
    if etag::is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response());
    }
    Ok(tagged(truck))
}

/// Changes what the body names of a truck (a JSON merge patch); `null` takes the number plate off.
#[utoipa::path(
    patch,
    path = "/trucks/{id}",
    tag = "trucks",
    params(
        ("id" = TruckId, Path, description = "the truck"),
        ("If-Match" = Option<String>, Header, nullable = false, description = "the ETag of the version that the change was decided on"),
        ("If-None-Match" = Option<String>, Header, nullable = false, description = "ETags of versions that are not to be changed"),
    ),
    request_body(content((TruckPatch = "application/merge-patch+json"), (TruckPatch = "application/json"))),
    responses(
        (status = OK, body = Truck, description = "The truck.", headers(("ETag" = String, description = "the version of the truck"))),
        refusals::OfTruck,
        refusals::OfCondition,
        refusals::OfBody,
        refusals::OfAccept,
        refusals::Always,
        refusals::OfHead,
    )
)]
async fn update_truck(
    State(state): State<AppState>,
    TruckPath(id): TruckPath,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    edit(&state, id, &headers, validation::patch(&body).map_err(ApiError::Unfit)?).await
}

/// Makes a truck what the body describes.
#[utoipa::path(
    put,
    path = "/trucks/{id}",
    tag = "trucks",
    params(
        ("id" = TruckId, Path, description = "the truck"),
        ("If-Match" = Option<String>, Header, nullable = false, description = "the ETag of the version that the change was decided on"),
        ("If-None-Match" = Option<String>, Header, nullable = false, description = "ETags of versions that are not to be changed"),
    ),
    request_body = NewTruck,
    responses(
        (status = OK, body = Truck, description = "The truck.", headers(("ETag" = String, description = "the version of the truck"))),
        refusals::OfTruck,
        refusals::OfCondition,
        refusals::OfBody,
        refusals::OfAccept,
        refusals::Always,
        refusals::OfHead,
    )
)]
async fn replace_truck(
    State(state): State<AppState>,
    TruckPath(id): TruckPath,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    edit(&state, id, &headers, validation::replacement(&body).map_err(ApiError::Unfit)?).await
}

/// Deletes a truck, and answers with it as it last was.
#[utoipa::path(
    delete,
    path = "/trucks/{id}",
    tag = "trucks",
    params(
        ("id" = TruckId, Path, description = "the truck"),
        ("If-Match" = Option<String>, Header, nullable = false, description = "the ETag of the version that the deletion was decided on"),
        ("If-None-Match" = Option<String>, Header, nullable = false, description = "ETags of versions that are not to be deleted"),
    ),
    responses(
        (status = OK, body = Truck, description = "The truck as it last was."),
        (status = FORBIDDEN, body = hello_shared::Problem, content_type = "application/problem+json", description = "The token may read, and not write."),
        refusals::OfTruck,
        refusals::OfCondition,
        refusals::OfAccept,
        refusals::Always,
        refusals::OfHead,
    )
)]
async fn delete_truck(
    State(state): State<AppState>,
    TruckPath(id): TruckPath,
    headers: HeaderMap,
) -> Result<Json<Truck>, ApiError> {
    let change = Change::Remove { id, condition: etag::condition(&headers) };
    truck_of(state.store().write(change).await?).map(Json)
}

async fn edit(state: &AppState, id: TruckId, headers: &HeaderMap, edit: Edit) -> Result<Response, ApiError> {
    let change = Change::Edit { id, condition: etag::condition(headers), edit, at: time::now() };
    truck_of(state.store().write(change).await?).map(tagged)
}

fn truck_of(done: Done) -> Result<Truck, ApiError> {
    match done {
        Done::Edited(truck) | Done::Removed(truck) => Ok(truck),
        Done::Added { trucks, .. } => trucks.into_iter().next().ok_or(ApiError::NoSuchTruck),
    }
}

fn tagged(truck: Truck) -> Response {
    ([(ETAG, etag::of_truck(&truck))], Json(truck)).into_response()
}

/// What may be changed of a truck; what is not there stays.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "only the OpenAPI description uses it")]
struct TruckPatch {
    /// The manufacturer.
    #[schema(nullable = false, required = false, min_length = 1, max_length = 50)]
    make: Option<String>,
    /// The manufacturer's name of the model.
    #[schema(nullable = false, required = false, min_length = 1, max_length = 50)]
    model: Option<String>,
    /// Its number plate; `null` takes it off.
    #[schema(required = false, min_length = 1, max_length = 20)]
    license_plate: Option<String>,
    /// Whether it can be driven.
    #[schema(nullable = false, required = false)]
    status: Option<TruckStatus>,
}
