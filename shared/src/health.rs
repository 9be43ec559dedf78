//! The health of the service.

use serde::{Deserialize, Serialize};

/// Answers `GET /healthz`: the process is there, and this is what it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Health {
    /// [`Health::OK`] when all is well.
    #[cfg_attr(feature = "openapi", schema(required = true, example = "ok"))]
    pub status: String,
    /// The version of the service.
    #[cfg_attr(feature = "openapi", schema(required = true, example = "0.1.0"))]
    pub version: String,
}

impl Health {
    /// The status of a healthy service.
    pub const OK: &str = "ok";

    /// Returns the response of a healthy service.
    pub fn ok(version: impl Into<String>) -> Self {
        Self { status: Self::OK.to_owned(), version: version.into() }
    }
}
