//! The changes that a caller can request, and their results.

use hello_shared::{Truck, TruckId, TruckStatus};
use jiff::Timestamp;

/// A requested change of the fleet, which is applied completely or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Adds trucks exactly as given. Their timestamps must be whole microseconds, or they differ when read back.
    Add {
        /// The trucks, in the order in which they are added.
        trucks: Vec<Truck>,
        /// Makes a retry of the same request safe.
        key: Option<IdempotencyKey>,
    },
    /// Changes a truck.
    Edit {
        /// The truck to change.
        id: TruckId,
        /// The change applies only if this holds.
        condition: Condition,
        /// The new values of its fields.
        edit: Edit,
        /// The time of the change.
        at: Timestamp,
    },
    /// Takes a truck out of the fleet.
    Remove {
        /// The truck to remove.
        id: TruckId,
        /// The removal applies only if this holds.
        condition: Condition,
    },
}

impl Change {
    /// Returns the number of trucks that the change affects.
    pub(super) fn trucks(&self) -> usize {
        match self {
            Self::Add { trucks, .. } => trucks.len(),
            Self::Edit { .. } | Self::Remove { .. } => 1,
        }
    }
}

/// A precondition on the version of a truck. By default, every version meets it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// The truck must have one of these versions; `None` allows every version.
    pub only_if: Option<Vec<u64>>,
    /// The truck must have none of these versions.
    pub unless: Vec<u64>,
}

impl Condition {
    /// Reports whether a truck of this version meets the condition.
    pub(crate) fn holds_for(&self, version: u64) -> bool {
        self.only_if.as_ref().is_none_or(|versions| versions.contains(&version))
            && !self.unless.contains(&version)
    }
}

/// Identifies a request, so that it takes effect once even if it is sent several times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The key that the client sent.
    pub name: String,
    /// A digest of the request that was sent under this key.
    pub fingerprint: String,
    /// When the key was first used. It is kept for at least a day.
    pub at: Timestamp,
}

/// The fields of a truck to change. A field that is `None` keeps its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// The manufacturer.
    pub make: Option<String>,
    /// The manufacturer's name for the model.
    pub model: Option<String>,
    /// The number plate; `Some(None)` removes it.
    pub license_plate: Option<Option<String>>,
    /// Whether it can be driven.
    pub status: Option<TruckStatus>,
}

impl Edit {
    /// Returns the truck with this edit applied. All other fields stay as they are.
    pub(super) fn of(&self, truck: &Truck) -> Truck {
        let mut truck = truck.clone();
        if let Some(make) = &self.make {
            truck.make.clone_from(make);
        }
        if let Some(model) = &self.model {
            truck.model.clone_from(model);
        }
        if let Some(license_plate) = &self.license_plate {
            truck.license_plate.clone_from(license_plate);
        }
        truck.status = self.status.unwrap_or(truck.status);
        truck
    }
}

/// The result of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// The trucks were added.
    Added {
        /// The trucks as stored.
        trucks: Vec<Truck>,
        /// Whether an earlier request under the same key had already added them.
        replayed: bool,
    },
    /// The truck after the change.
    Edited(Truck),
    /// The removed truck, in its last state.
    Removed(Truck),
}
