//! The fleet: listing it, and adding to it.

use std::time::Duration;

use axum::{
    Json,
    body::Body,
    extract::{RawQuery, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, ETAG, LOCATION},
    },
    middleware,
    response::{IntoResponse, Response},
};
use hello_shared::{CreatedTruck, FieldError, NewTruck, Truck, TruckId, TruckStatus};
use serde_json::Value;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{listing, refusals};
use crate::{
    AppState, accept,
    client::Client,
    error::ApiError,
    etag,
    extract::{KeyName, TrucksBody},
    json,
    store::{Change, Done, StoreError},
    time, validation,
};

/// How long an addition waits for room in memory for its response.
const ROOM_TIMEOUT: Duration = Duration::from_secs(3);

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let fleet = routes!(list_trucks, create_truck);
    // The first service's description said `/trucks/`, its code `/trucks`, so clients use both.
    let with_slash = fleet.2.clone();
    OpenApiRouter::new()
        .routes(fleet)
        .route("/trucks/", with_slash)
        .route_layer(middleware::from_fn(accept::require_json))
}

/// Lists the fleet, oldest first unless asked otherwise.
///
/// With `limit` the answer is a page, and the Link header leads to the next; without it, it is the whole fleet.
#[utoipa::path(
    get,
    path = "/trucks",
    tag = "trucks",
    params(
        ("status" = Option<TruckStatus>, Query, description = "those of this status"),
        ("make" = Option<String>, Query, description = "those of this maker, however its letters are written", max_length = 100, pattern = r"^[^\u0000]*$"),
        ("q" = Option<String>, Query, description = "those with this text in make, model or number plate", max_length = 100, pattern = r"^[^\u0000]*$"),
        ("sort" = Option<String>, Query, description = "created, updated or make; with a minus, the last first",
            pattern = "^-?(created|updated|make)$", example = "-created"),
        ("limit" = Option<u32>, Query, description = "at most so many", minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query, description = "where the page begins; the Link header of the page before says it"),
        ("If-None-Match" = Option<String>, Header, nullable = false, description = "the ETag of an answer that the caller has"),
        ("If-Match" = Option<String>, Header, nullable = false, description = "the ETag of the only answer that is wanted"),
    ),
    responses(
        (status = OK, body = Vec<Truck>, description = "The trucks.", headers(
            ("ETag" = String, description = "changes with the fleet"),
            ("Link" = String, description = "the next page, when there is one: `<…>; rel=\"next\"`"),
            ("X-Total-Count" = u64, description = "how many trucks fit in all; absent when they are too many to count"),
        )),
        (status = NOT_MODIFIED, description = "The caller has the answer already."),
        (status = BAD_REQUEST, body = hello_shared::Problem, content_type = "application/problem+json", description = "The query cannot be read."),
        (status = UNPROCESSABLE_ENTITY, body = hello_shared::Problem, content_type = "application/problem+json", description = "Parameters break rules."),
        (status = PRECONDITION_FAILED, body = hello_shared::Problem, content_type = "application/problem+json", description = "The fleet is another one by now."),
        refusals::OfAccept,
        refusals::Always,
        refusals::OfHead,
    )
)]
async fn list_trucks(
    State(state): State<AppState>,
    Client(client): Client,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    listing::respond(&state, client, raw.as_deref().unwrap_or_default(), &headers).await
}

/// Adds a truck to the fleet, or many: all of them or none.
///
/// A list of trucks is a JSON array, or one JSON object in each line (application/x-ndjson); it is answered with the
/// array of the trucks.
#[utoipa::path(
    post,
    path = "/trucks",
    tag = "trucks",
    params(
        ("Idempotency-Key" = Option<String>, Header, nullable = false,
            description = "makes the request safe to repeat: for a day at least the same key and body answer the same trucks",
            min_length = 1, max_length = 255, pattern = "^[!-~]+$"),
    ),
    request_body(content(
        (NewTrucks = "application/json"),
        (String = "application/x-ndjson"),
    )),
    responses(
        (status = CREATED, body = Created, description = "The truck, or the trucks, as they joined the fleet.", headers(
            ("Location" = String, description = "where the truck is, when it is one"),
            ("ETag" = String, description = "the version of the truck, when it is one"),
            ("Idempotency-Replayed" = bool, description = "there when this was done before, under the same key"),
        )),
        refusals::OfBody,
        refusals::OfAccept,
        refusals::Always,
        refusals::OfHead,
    )
)]
async fn create_truck(
    State(state): State<AppState>,
    Client(client): Client,
    key: KeyName,
    body: TrucksBody,
) -> Result<Response, ApiError> {
    let (many, new, body) = match body {
        TrucksBody::One(body) => (false, vec![validation::new_truck(&body).map_err(ApiError::Unfit)?], body),
        TrucksBody::Many(rows) => {
            (true, validation::new_trucks(&rows).map_err(ApiError::Unfit)?, Value::Array(rows))
        }
    };
    let now = time::now();
    let trucks: Vec<_> = new.into_iter().map(|new| new.into_truck(new_id(), now)).collect();
    // Reserved before the write, because the request cannot be refused after it.
    let room = state.unsent().reserve(client, json::max_size_of(&trucks), ROOM_TIMEOUT).await;
    let room = room.ok_or(ApiError::Busy)?;
    let change = Change::Add { trucks, key: key.of(&body) };
    // Dropped now, so that a long list is not kept in memory during the write.
    drop(body);
    let (trucks, replayed) = match state.store().write(change).await {
        Ok(Done::Added { trucks, replayed }) => (trucks, replayed),
        Ok(Done::Edited(truck) | Done::Removed(truck)) => (vec![truck], false),
        Err(StoreError::PlateTaken { row }) if many => return Err(plate_taken(row)),
        Err(error) => return Err(error.into()),
    };
    let mut response = if many {
        let of_json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        (StatusCode::CREATED, of_json, Body::from(room.hold(json::array(&trucks)))).into_response()
    } else {
        let Some(truck) = trucks.into_iter().next() else { return Err(ApiError::KeyReused) };
        let head = [(ETAG, etag::of_truck(&truck))];
        let location = [(LOCATION, format!("/trucks/{}", truck.id))];
        (StatusCode::CREATED, head, location, Json(CreatedTruck::from(truck))).into_response()
    };
    if replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// What may be added.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only the OpenAPI description uses it")]
enum NewTrucks {
    /// One truck.
    One(NewTruck),
    /// Many trucks.
    Many(Vec<NewTruck>),
}

/// What was added.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only the OpenAPI description uses it")]
enum Created {
    /// One truck.
    One(CreatedTruck),
    /// Many trucks.
    Many(Vec<Truck>),
}

fn plate_taken(row: usize) -> ApiError {
    let error = FieldError::new("/licensePlate", "must be of no other truck", "a plate in use");
    ApiError::PlateTaken(validation::in_row(row, error))
}

fn new_id() -> TruckId {
    Uuid::now_v7().to_string().into()
}
