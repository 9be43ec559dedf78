//! What may be asked of the fleet, and what comes of it.

use hello_shared::{Truck, TruckId, TruckStatus};
use jiff::Timestamp;

/// Asks for a change of the fleet. It happens whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Adds trucks exactly as given; their moments must be whole microseconds to be read back equal.
    Add {
        /// The trucks, in the order in which they join.
        trucks: Vec<Truck>,
        /// Makes the same request safe to repeat.
        key: Option<IdempotencyKey>,
    },
    /// Changes a truck.
    Edit {
        /// Which.
        id: TruckId,
        /// Only when this holds.
        condition: Condition,
        /// What of it.
        edit: Edit,
        /// When.
        at: Timestamp,
    },
    /// Takes a truck out of the fleet.
    Remove {
        /// Which.
        id: TruckId,
        /// Only when this holds.
        condition: Condition,
    },
}

impl Change {
    /// Returns how many trucks it is about.
    pub(super) fn trucks(&self) -> usize {
        match self {
            Self::Add { trucks, .. } => trucks.len(),
            Self::Edit { .. } | Self::Remove { .. } => 1,
        }
    }
}

/// Says of which version a truck must be for a change to be made; the default is any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// One of these; `None` is any.
    pub only_if: Option<Vec<u64>>,
    /// None of these.
    pub unless: Vec<u64>,
}

impl Condition {
    /// Says whether it holds for a truck of this version.
    pub(crate) fn holds_for(&self, version: u64) -> bool {
        self.only_if.as_ref().is_none_or(|versions| versions.contains(&version))
            && !self.unless.contains(&version)
    }
}

/// Names a request, so that it is done once however often it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The name that the caller gave.
    pub name: String,
    /// A digest of what was asked under it.
    pub fingerprint: String,
    /// When it was first used: it is remembered for a day at least.
    pub at: Timestamp,
}

/// Says what of a truck shall be otherwise; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// Who built it.
    pub make: Option<String>,
    /// What its maker calls it.
    pub model: Option<String>,
    /// Its number plate; `Some(None)` takes it off.
    pub license_plate: Option<Option<String>>,
    /// Whether it can be driven.
    pub status: Option<TruckStatus>,
}

impl Edit {
    /// Returns the truck with the edit made, otherwise as it was.
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

/// Tells what came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// The trucks are in the fleet.
    Added {
        /// As they joined it.
        trucks: Vec<Truck>,
        /// Whether that was done before, under the same key.
        replayed: bool,
    },
    /// The truck is as it is now.
    Edited(Truck),
    /// The truck is gone; this is how it last was.
    Removed(Truck),
}

/// Tells what happened to a truck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Counts the events of the fleet, from 1 and without a gap.
    pub seq: u64,
    /// What happened.
    pub kind: EventKind,
    /// The truck as it was afterwards, or last; as JSON.
    pub truck: String,
}

/// Names what may happen to a truck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// It joined the fleet.
    Created,
    /// It was changed.
    Changed,
    /// It left the fleet.
    Removed,
}

impl EventKind {
    /// Returns the word that stands for it on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}
