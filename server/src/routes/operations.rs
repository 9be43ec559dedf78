//! Routes for operators: health, readiness and metrics.

use std::time::Duration;

use axum::{
    Json,
    extract::State,
    http::{HeaderValue, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use hello_shared::Health;
use tokio::time;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::refusals;
use crate::{AppState, VERSION, client::Client, error::ApiError, store::StoreError};

/// The timeout of the readiness check, and of the wait for room for the metrics.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show_health))
        .routes(routes!(show_readiness))
        .routes(routes!(show_metrics))
}

/// Says that the process answers, and which version it is.
///
/// It does not ask the store, so that a database that is away never has the process restarted.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = OK, body = Health, description = "The process is there."), refusals::OfHead))]
async fn show_health() -> Json<Health> {
    Json(Health::ok(VERSION))
}

/// Says whether requests shall be sent here: the store answers, its tables are up to date, and the service does not
/// end.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operations",
    responses(
        (status = OK, body = Health, description = "Requests may come."),
        (status = SERVICE_UNAVAILABLE, body = hello_shared::Problem, content_type = "application/problem+json", description = "Not now."),
        refusals::OfHead,
    )
)]
async fn show_readiness(State(state): State<AppState>) -> Result<Json<Health>, ApiError> {
    if *state.draining().borrow() {
        return Err(ApiError::Draining);
    }
    let late = |_| StoreError::from(sqlx::Error::PoolTimedOut);
    time::timeout(PROBE_TIMEOUT, state.store().reach()).await.map_err(late)??;
    Ok(Json(Health::ok(VERSION)))
}

/// Tells what was asked, how it was answered and how long it took, in the text format of `OpenMetrics`.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operations",
    responses(
        (status = OK, body = String, content_type = "application/openmetrics-text", description = "The metrics."),
        refusals::Always,
        refusals::OfHead,
    )
)]
async fn show_metrics(State(state): State<AppState>, Client(client): Client) -> Result<Response, ApiError> {
    let text = state.metrics().write(state.store()).into_bytes();
    let room = state.unsent().reserve(client, text.len(), PROBE_TIMEOUT).await.ok_or(ApiError::Busy)?;
    let of_text = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    Ok(([(CONTENT_TYPE, of_text)], room.hold(text)).into_response())
}
