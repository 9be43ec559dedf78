//! The fleet: its path, and listing it.

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    middleware,
    response::Response,
};
use hello_shared::{Truck, TruckStatus};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{adding, listing, refusals};
use crate::{AppState, accept, client::Client, error::ApiError};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let fleet = routes!(list_trucks, adding::create_truck);
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
