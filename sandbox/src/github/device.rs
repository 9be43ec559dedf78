//! The device flow over HTTP: its two requests, and the page on which a user enters the code.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::response::{Html, IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::sign_in::{EXPIRES_IN, INTERVAL, Poll};
use crate::state::State;

use super::answer::Origin;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

const PAGE: &str = "<!doctype html><title>Device activation</title><h1>Device activation</h1>\
<p>Enter the code that your device shows. This is the sandbox: no account takes part.</p>\
<form method=post><input name=user_code autofocus required placeholder=XXXX-XXXX>\
<button name=decision value=approve>Authorize</button><button name=decision value=deny>Cancel</button></form>";

/// Answers `POST /login/device/code`.
pub(super) async fn code(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let fields = fields(&headers, &body);
    let Some(client) = fields.get("client_id").filter(|client| !client.is_empty()) else {
        return error(&headers, "incorrect_client_credentials", None);
    };
    let scope = fields.get("scope").cloned().unwrap_or_default();
    let code = state.sign_in.begin(state.scenario.seed, client, &scope, state.now());
    let host = origin.strip_suffix("/api/v3").unwrap_or(&origin);
    answer(
        &headers,
        &json!({
            "device_code": code.device_code, "user_code": code.user_code,
            "verification_uri": format!("{host}/login/device"), "expires_in": EXPIRES_IN, "interval": INTERVAL,
        }),
    )
}

/// Answers `POST /login/oauth/access_token`. GitHub reports errors with the status 200.
pub(super) async fn token(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    let fields = fields(&headers, &body);
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    if field("grant_type") != GRANT {
        return error(&headers, "unsupported_grant_type", None);
    }
    let poll = state.sign_in.poll(state.scenario.seed, field("client_id"), field("device_code"), state.now());
    match poll {
        Poll::Pending => error(&headers, "authorization_pending", None),
        Poll::SlowDown(interval) => error(&headers, "slow_down", Some(interval)),
        Poll::Expired => error(&headers, "expired_token", None),
        Poll::Denied => error(&headers, "access_denied", None),
        Poll::UnknownCode => error(&headers, "incorrect_device_code", None),
        Poll::UnknownClient => error(&headers, "incorrect_client_credentials", None),
        Poll::Issued(token, scope) => {
            let scope = scope.split_whitespace().collect::<Vec<_>>().join(",");
            answer(&headers, &json!({"access_token": token, "token_type": "bearer", "scope": scope}))
        }
    }
}

/// Answers `GET /login/device`.
pub(super) async fn page() -> Html<&'static str> {
    Html(PAGE)
}

/// Answers the form of the page.
pub(super) async fn decide(Shared(state): Shared<Arc<State>>, body: Bytes) -> Response {
    let fields = form(&body);
    let approved = fields.get("decision").is_some_and(|decision| decision == "approve");
    let user_code = fields.get("user_code").map_or("", String::as_str);
    if !state.sign_in.decide(Some(user_code), approved, state.now()) {
        let why = "<!doctype html><p>The code is wrong, used or expired. <a href=device>Try again</a>";
        return (StatusCode::UNPROCESSABLE_ENTITY, Html(why)).into_response();
    }
    let done = if approved { "Your device is now connected." } else { "The request was denied." };
    Html(format!("<!doctype html><p>{done} You can close this page.")).into_response()
}

fn form(body: &[u8]) -> HashMap<String, String> {
    url::form_urlencoded::parse(body).into_owned().collect()
}

/// Reads the fields of a request, which may be a form or JSON.
fn fields(headers: &HeaderMap, body: &[u8]) -> HashMap<String, String> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        serde_json::from_slice(body).unwrap_or_default()
    } else {
        form(body)
    }
}

fn error(headers: &HeaderMap, code: &str, interval: Option<u64>) -> Response {
    let description = match code {
        "authorization_pending" => "The authorization request is still pending.",
        "slow_down" => "Too many requests have been made in the same timeframe.",
        "expired_token" => "The device_code has expired.",
        "access_denied" => "The authorization request was denied.",
        "incorrect_device_code" => "The device_code provided is not valid.",
        "unsupported_grant_type" => "The grant_type is not supported.",
        _ => "The client_id passed is incorrect.",
    };
    let mut body = json!({
        "error": code, "error_description": description,
        "error_uri": "https://docs.github.com/developers/apps/authorizing-oauth-apps#error-codes-for-the-device-flow",
    });
    if let Some(interval) = interval {
        body["interval"] = json!(interval);
    }
    answer(headers, &body)
}

/// Writes JSON if the client asks for it, and a form otherwise, as GitHub does.
fn answer(headers: &HeaderMap, body: &Value) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|kinds| kinds.to_str().ok()).unwrap_or_default();
    if accepts.contains("json") {
        return Json(body).into_response();
    }
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in body.as_object().unwrap_or(&Map::new()) {
        form.append_pair(name, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    ([(header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8")], form.finish())
        .into_response()
}
