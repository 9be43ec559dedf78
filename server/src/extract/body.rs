//! Bodies: their media type, and the JSON in them.

use std::{error::Error, iter};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE},
    },
    response::IntoResponse,
};
use serde_json::Value;

use crate::{AppState, error::ApiError};

const NDJSON: [&str; 3] = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

/// The error for a body that came more slowly than the minimum rate.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub(crate) struct SlowBody;

/// A body that describes one truck or many: a JSON value, or one per line.
pub(crate) enum TrucksBody {
    One(Value),
    Many(Vec<Value>),
}

impl FromRequest<AppState> for TrucksBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        if media_type(request.headers()).is_some_and(|media| NDJSON.contains(&media.as_str())) {
            return lines(&bytes(request, state).await?).map(Self::Many);
        }
        let JsonBody(body) = JsonBody::from_request(request, state).await?;
        Ok(match body {
            Value::Array(rows) => Self::Many(rows),
            one => Self::One(one),
        })
    }
}

/// A JSON body of any shape. The handler checks it field by field.
pub(crate) struct JsonBody(pub(crate) Value);

impl FromRequest<AppState> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let is_patch = request.method() == Method::PATCH;
        if !is_json(request.headers(), is_patch) {
            return Err(if is_patch { ApiError::OtherPatch } else { ApiError::OtherMedia });
        }
        let body = bytes(request, state).await?;
        let malformed = |error| ApiError::Malformed(format!("the body is no JSON: {error}"));
        serde_json::from_slice(&body).map(Self).map_err(malformed)
    }
}

async fn bytes(request: Request, state: &AppState) -> Result<Bytes, ApiError> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        let mut causes = iter::successors(Some(&rejection as &dyn Error), |&error| error.source());
        if causes.any(|error| error.downcast_ref::<SlowBody>().is_some()) {
            return ApiError::TooSlow;
        }
        match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => ApiError::TooLarge(state.limits().body),
            _ => ApiError::Malformed("the body ended before its end".to_owned()),
        }
    })
}

/// Returns the media type of the body; `None` if it has a content encoding or is not in UTF-8, as JSON must be.
///
/// The crate `mime` refuses a blank before a semicolon, which RFC 9110 allows.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).map_or(Some(""), |value: &HeaderValue| value.to_str().ok());
    if !["", "identity"].contains(&text(CONTENT_ENCODING)?) {
        return None;
    }
    let (media, parameters) = text(CONTENT_TYPE)?.split_once(';').unwrap_or((text(CONTENT_TYPE)?, ""));
    let charset = parameters.split(';').filter_map(|parameter| parameter.trim().split_once('='));
    let is_utf_8 = |(name, value): (&str, &str)| {
        !name.eq_ignore_ascii_case("charset") || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    };
    charset.into_iter().all(is_utf_8).then(|| media.trim().to_ascii_lowercase())
}

/// Reports whether the body is JSON, or a merge patch if `is_patch`. Other JSON media types have unknown meanings.
fn is_json(headers: &HeaderMap, is_patch: bool) -> bool {
    media_type(headers).is_some_and(|media| {
        media == "application/json" || is_patch && media == "application/merge-patch+json"
    })
}

/// Parses a JSON value from each line that is not blank.
fn lines(body: &[u8]) -> Result<Vec<Value>, ApiError> {
    let lines = body.split(|&byte| byte == b'\n').enumerate();
    lines
        .filter(|(_, line)| !line.trim_ascii().is_empty())
        .map(|(number, line)| {
            let malformed = |error| ApiError::Malformed(format!("line {} is no JSON: {error}", number + 1));
            serde_json::from_slice(line).map_err(malformed)
        })
        .collect()
}
