//! The fleet: listing it, and adding to it.

use std::{sync::Arc, time::Instant};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{RawQuery, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode,
        header::{CONTENT_TYPE, ETAG, LINK, LOCATION},
    },
    middleware,
    response::{IntoResponse, Response},
};
use futures::stream;
use hello_shared::{CreatedTruck, FieldError, NewTruck, Truck, TruckId, TruckStatus};
use serde_json::Value;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::refusals;
use crate::{
    AppState, accept, draft,
    error::ApiError,
    etag,
    extract::{KeyName, TrucksBody},
    guard, params, requests,
    store::{Change, Done, Page, Query, Store, StoreError},
    time,
};

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    let fleet = routes!(list_trucks, create_truck);
    // The first service's description said `/trucks/`, its code `/trucks`: callers use both.
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
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let raw = raw.as_deref().unwrap_or_default();
    let revision = state.store().revision(Instant::now());
    let answer = |listing: &Listing| listing.answer(state.store(), &headers);
    if let Some(ready) = revision.and_then(|revision| state.listings().ready(revision, raw, answer)) {
        return ready;
    }
    let query = params::read(raw)?;
    let make = async || Listing::read(state.store(), raw, query).await;
    let listing = match revision {
        Some(revision) => state.listings().get(revision, raw, make).await?,
        // What others have written meanwhile cannot be known: nothing is kept.
        None => Arc::new(make().await?),
    };
    listing.answer(state.store(), &headers)
}

/// Returns the answer to a list when it was prepared, and the caller may have it.
pub(crate) fn at_hand<B>(state: &AppState, request: &Request<B>, now: Instant) -> Option<Response> {
    if request.method() != Method::GET || !matches!(request.uri().path(), "/trucks" | "/trucks/") {
        return None;
    }
    // Where pages may call, every answer says which: the router's layers add that.
    if !state.options().cors_origins.is_empty() {
        return None;
    }
    let question = request.uri().query().unwrap_or_default();
    let answer = |listing: &Listing| {
        let wished = listing.rest.is_none() && accept::takes(request.headers(), accept::JSON);
        let answer = (wished && guard::may(state, request).is_ok())
            .then(|| listing.answer(state.store(), request.headers()).ok())??;
        // Counted last, and only when it is answered here. Who is refused is refused again where it is told.
        guard::counted(state, request).is_ok().then_some(answer)
    };
    state.listings().ready(state.store().revision(now)?, question, answer)?
}

/// The answer to a question about the fleet.
#[derive(Debug)]
pub(crate) struct Listing {
    etag: HeaderValue,
    /// All that its answers say of themselves, so that an answer copies it in one go.
    head: HeaderMap,
    body: Bytes,
    /// Where the rest begins of a list that is too long to be held.
    rest: Option<Query>,
}

impl Listing {
    async fn read(store: &Store, raw: &str, query: Query) -> Result<Self, ApiError> {
        let page_query = Query { limit: query.limit.or(Some(params::PAGE_LIMIT)), ..query.clone() };
        let Page { trucks, next, total, revision, epoch } = store.page(&page_query).await?;
        let link = |cursor| {
            HeaderValue::try_from(format!("</trucks?{}>; rel=\"next\"", params::next(raw, cursor))).ok()
        };
        let (link, rest) = match (next, query.limit) {
            (Some(cursor), None) => (None, Some(Query { after: Some(cursor), ..page_query })),
            (next, _) => (next.as_ref().and_then(link), None),
        };
        let etag = etag::of_fleet(&epoch, revision);
        let mut head = HeaderMap::new();
        head.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        head.extend(total.map(|total| (TOTAL, total.into())));
        head.extend(link.map(|link| (LINK, link)));
        head.extend(rest.is_none().then(|| (ETAG, etag.clone())));
        requests::make_safe(&mut head);
        // It has a place already, for to make one costs more than to copy all the others.
        requests::make_place_for_label(&mut head);
        Ok(Self {
            etag,
            head,
            // Trucks are made of text, numbers and moments, which always become JSON.
            body: serde_json::to_vec(&trucks).unwrap_or_default().into(),
            rest,
        })
    }

    fn answer(&self, store: &Store, headers: &HeaderMap) -> Result<Response, ApiError> {
        if !etag::is_wanted(headers, &self.etag) {
            return Err(ApiError::OtherFleet);
        }
        if self.rest.is_none() && etag::is_known(headers, &self.etag) {
            let mut response = (StatusCode::NOT_MODIFIED, [(ETAG, self.etag.clone())]).into_response();
            requests::make_safe(response.headers_mut());
            return Ok(response);
        }
        let body = match &self.rest {
            None => Body::from(self.body.clone()),
            Some(rest) => whole(store.clone(), &self.body, rest.clone()),
        };
        let mut response = Response::new(body);
        response.headers_mut().clone_from(&self.head);
        Ok(response)
    }
}

/// Writes a long list page by page, as fast as the caller reads it; the first page is there already.
///
/// Every truck that is there all along, and not changed meanwhile, is in it once. When the store goes away in the middle, the answer is cut off:
/// a caller never takes a part for the whole.
fn whole(store: Store, first: &Bytes, rest: Query) -> Body {
    let open = first.slice(..first.len().saturating_sub(1));
    let pages = stream::try_unfold(Some(rest), move |rest| {
        let store = store.clone();
        async move {
            let Some(query) = rest else { return Ok::<_, StoreError>(None) };
            let page = store.page(&query).await?;
            let rows = serde_json::to_vec(&page.trucks).unwrap_or_default();
            let rows = rows.get(1..rows.len().saturating_sub(1)).unwrap_or_default();
            let glue: &[u8] = if rows.is_empty() { b"" } else { b"," };
            let end: &[u8] = if page.next.is_none() { b"]" } else { b"" };
            let rest = page.next.map(|cursor| Query { after: Some(cursor), ..query });
            Ok(Some((Bytes::from([glue, rows, end].concat()), rest)))
        }
    });
    Body::from_stream(futures::StreamExt::chain(stream::iter([Ok(open)]), pages))
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
    key: KeyName,
    body: TrucksBody,
) -> Result<Response, ApiError> {
    let (many, new, body) = match body {
        TrucksBody::One(body) => (false, vec![draft::new_truck(&body).map_err(ApiError::Unfit)?], body),
        TrucksBody::Many(rows) => {
            (true, draft::new_trucks(&rows).map_err(ApiError::Unfit)?, Value::Array(rows))
        }
    };
    let now = time::now();
    let trucks = new.into_iter().map(|new| new.into_truck(new_id(), now)).collect();
    let change = Change::Add { trucks, key: key.of(&body) };
    // A long list is not kept for as long as the write takes.
    drop(body);
    let (trucks, replayed) = match state.store().write(change).await {
        Ok(Done::Added { trucks, replayed }) => (trucks, replayed),
        Ok(Done::Edited(truck) | Done::Removed(truck)) => (vec![truck], false),
        Err(StoreError::PlateTaken { row }) if many => return Err(plate_taken(row)),
        Err(error) => return Err(error.into()),
    };
    let mut response = if many {
        (StatusCode::CREATED, Json(trucks)).into_response()
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
#[expect(dead_code, reason = "the description alone is made of it")]
enum NewTrucks {
    /// One truck.
    One(NewTruck),
    /// Many trucks.
    Many(Vec<NewTruck>),
}

/// What was added.
#[derive(serde::Serialize, utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the description alone is made of it")]
enum Created {
    /// One truck.
    One(CreatedTruck),
    /// Many trucks.
    Many(Vec<Truck>),
}

fn plate_taken(row: usize) -> ApiError {
    let error = FieldError::new("/licensePlate", "must be of no other truck", "a plate in use");
    ApiError::PlateTaken(draft::in_row(row, error))
}

fn new_id() -> TruckId {
    Uuid::now_v7().to_string().into()
}
