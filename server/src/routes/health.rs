//! Whether the process is there.

use axum::Json;
use hello_shared::Health;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{AppState, VERSION};

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show_health))
}

/// Says that the process answers, and which version it is.
///
/// It does not ask the store, so that a database that is away never has the process restarted.
#[utoipa::path(get, path = "/healthz", tag = "operations", responses((status = OK, body = Health)))]
async fn show_health() -> Json<Health> {
    Json(Health::ok(VERSION))
}
