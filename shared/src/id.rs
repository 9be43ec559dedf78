//! The ids of trucks.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The permanent id of a truck.
///
/// The service makes `UUIDv7` strings, so that ids sort by age and can be made anywhere. A client treats an id as
/// opaque: an id of another form must not make a whole list unreadable. It is therefore not safe as part of a URL or
/// of a terminal line before it is encoded for that place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = "uuid"))]
#[serde(transparent)]
pub struct TruckId(String);

impl TruckId {
    /// Returns the id as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for TruckId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for TruckId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl AsRef<str> for TruckId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TruckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
