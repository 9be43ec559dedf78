//! What handlers take out of a request, refused as problems.

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::JsonRejection},
    http::{StatusCode, request::Parts},
};
use hello_shared::TruckId;
use serde_json::Value;
use uuid::Uuid;

use crate::error::ApiError;

/// Takes a body that is JSON of any shape: its rules are for the handler to name, field by field.
pub(crate) struct JsonBody(pub(crate) Value);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Json(body) = Json::<Value>::from_request(request, state).await?;
        Ok(Self(body))
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::NotJson,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Malformed(rejection.body_text()),
        }
    }
}

/// Takes the id of a truck out of the path. What is no UUID names no truck, and the store is not asked.
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
