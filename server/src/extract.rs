//! Extractors for handlers, which refuse requests as problems.

use std::{convert::Infallible, error::Error, iter};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE},
        request::Parts,
    },
    response::IntoResponse,
};
use hello_shared::TruckId;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{AppState, client::Client, error::ApiError, store::IdempotencyKey, time};

/// The longest idempotency key, in bytes.
const KEY_LIMIT: usize = 255;

const NDJSON: [&str; 3] = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

/// The error for a body that came more slowly than the minimum rate.
#[derive(Debug, thiserror::Error)]
#[error("the body came too slowly")]
pub(crate) struct SlowBody;

impl FromRequestParts<AppState> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions, &parts.headers, &state.limits().trusted_proxies))
    }
}

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

/// The `Idempotency-Key` header, if the client sent one.
pub(crate) struct KeyName(pub(crate) Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for KeyName {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(given) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let plain =
            |name: &&str| (1..=KEY_LIMIT).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
        let name =
            given.to_str().ok().map(|name| name.trim().trim_matches('"')).filter(plain).ok_or_else(|| {
                ApiError::Malformed(format!(
                    "an Idempotency-Key is 1 to {KEY_LIMIT} visible ASCII characters without blanks"
                ))
            })?;
        Ok(Self(Some(name.to_owned())))
    }
}

impl KeyName {
    /// Returns the idempotency key of a request with this body. The order of members and the white space between them
    /// do not matter.
    pub(crate) fn of(self, body: &Value) -> Option<IdempotencyKey> {
        let digest = |body: &Value| hex::encode(Sha256::digest(body.to_string()));
        self.0.map(|name| IdempotencyKey { name, fingerprint: digest(body), at: time::now() })
    }
}

/// The id of a truck in the path. A text that is not a UUID is refused without asking the store.
pub(crate) struct TruckPath(pub(crate) TruckId);

impl<S: Send + Sync> FromRequestParts<S> for TruckPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(id) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| ApiError::NoSuchTruck)?;
        let id = Uuid::try_parse(&id).map_err(|_| ApiError::NoSuchTruck)?;
        Ok(Self(id.to_string().into()))
    }
}
