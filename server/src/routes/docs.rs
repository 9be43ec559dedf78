//! The description of the service, for programs and for people.

use std::sync::OnceLock;

use axum::{
    http::{
        HeaderValue,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::AppState;

/// The page works without any other host.
const PAGE: &str = include_str!("../../assets/docs.html");
const STYLE: &str = include_str!("../../assets/docs.css");
const SCRIPT: &str = include_str!("../../assets/docs.js");

/// The page may run only its own script and call only this service.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Created on the first request, because that takes longer than starting the service.
static DESCRIPTION: OnceLock<String> = OnceLock::new();

/// Returns the routes of the documentation. They are not part of the contract, so the description does not list them.
pub(crate) fn routes(describe: fn() -> OpenApi) -> OpenApiRouter<AppState> {
    let description = move || DESCRIPTION.get_or_init(|| describe().to_json().unwrap_or_default()).as_str();
    OpenApiRouter::new()
        .route("/openapi.json", get(async move || text("application/json", description())))
        // A browser that is given the address alone gets to the page.
        .route("/", get(async || Redirect::temporary("/docs")))
        .route("/docs", get(async || text("text/html; charset=utf-8", PAGE)))
        .route("/docs/docs.css", get(async || text("text/css; charset=utf-8", STYLE)))
        .route("/docs/docs.js", get(async || text("text/javascript; charset=utf-8", SCRIPT)))
}

fn text(media: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media)),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    (headers, text).into_response()
}
