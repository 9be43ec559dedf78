//! Extractors for handlers, which refuse requests as problems.

mod body;

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use hello_shared::TruckId;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(crate) use self::body::{JsonBody, SlowBody, TrucksBody};
use crate::{AppState, client::Client, error::ApiError, store::IdempotencyKey, time};

/// The longest idempotency key, in bytes.
const KEY_LIMIT: usize = 255;

impl FromRequestParts<AppState> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions, &parts.headers, &state.limits().trusted_proxies))
    }
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
