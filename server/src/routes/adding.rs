//! Adding trucks to the fleet, one or many.

use std::time::Duration;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, ETAG, LOCATION},
    },
    response::{IntoResponse, Response},
};
use hello_shared::{CreatedTruck, FieldError, NewTruck, Truck, TruckId};
use serde_json::Value;
use uuid::Uuid;

use super::refusals;
use crate::{
    AppState,
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
pub(super) async fn create_truck(
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
