//! A truck: as it is stored, as it is requested, and as its creation is answered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{TruckId, TruckStatus};

/// Describes a truck of the fleet, as the service keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Truck {
    /// The permanent id of the truck.
    pub id: TruckId,
    /// The manufacturer.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50, example = "Scania"))]
    pub make: String,
    /// The manufacturer's name of the model.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50, example = "V8"))]
    pub model: String,
    /// Its number plate, if it has one; no two trucks share it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, min_length = 1, max_length = 20))]
    pub license_plate: Option<String>,
    /// Whether it can be driven.
    pub status: TruckStatus,
    /// When it joined the fleet.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When it was last changed; equal to `created_at` until then.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
    /// Counts its states, from 1.
    #[cfg_attr(feature = "openapi", schema(minimum = 1))]
    pub version: u64,
}

/// Describes a truck that is to be added. It has these fields and no others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewTruck {
    /// The manufacturer: 1 to 50 characters; blanks around it are trimmed.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50, example = "Scania"))]
    pub make: String,
    /// The manufacturer's name of the model: 1 to 50 characters; blanks around it are trimmed.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 50, example = "V8"))]
    pub model: String,
    /// Its number plate, if it has one: 1 to 20 characters; blanks around it are trimmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20))]
    pub license_plate: Option<String>,
    /// Whether it can be driven; `active` unless said otherwise.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(default = "active"))]
    pub status: TruckStatus,
}

impl NewTruck {
    /// Returns an active truck without a number plate.
    pub fn new(make: impl Into<String>, model: impl Into<String>) -> Self {
        Self { make: make.into(), model: model.into(), license_plate: None, status: TruckStatus::default() }
    }

    /// Returns the first version of the requested truck.
    pub fn into_truck(self, id: TruckId, created_at: Timestamp) -> Truck {
        Truck {
            id,
            make: self.make,
            model: self.model,
            license_plate: self.license_plate,
            status: self.status,
            created_at,
            updated_at: created_at,
            version: 1,
        }
    }
}

/// Answers the creation of a truck: its fields, and beside them the sentence that callers of the first service know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedTruck {
    /// The truck as it is kept now.
    #[serde(flatten)]
    pub truck: Truck,
    /// Always [`CreatedTruck::MESSAGE`] from this service.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = "Truck added successfully"))]
    pub message: String,
}

impl CreatedTruck {
    /// The message of the first service after adding a truck.
    pub const MESSAGE: &str = "Truck added successfully";
}

impl From<Truck> for CreatedTruck {
    fn from(truck: Truck) -> Self {
        Self { truck, message: Self::MESSAGE.to_owned() }
    }
}
