//! Writes about several trucks.

use std::fmt;

use crate::{
    failure::Failure,
    truck::{self, NewTruck, Truck, TruckPatch, changes},
};

/// A change of one of several trucks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruckEdit {
    /// The truck that the change was decided on. Another version of it is not changed.
    pub truck: Truck,
    pub patch: TruckPatch,
}

/// What became of each of several trucks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// The trucks as they are after the change, or as they were before their removal.
    pub done: Vec<Truck>,
    pub failed: Vec<UnchangedTruck>,
}

/// A truck for which the write failed.
#[derive(Debug, Clone, PartialEq)]
pub struct UnchangedTruck {
    /// The truck that the write was decided on.
    pub truck: Truck,
    pub failure: Failure,
}

impl fmt::Display for TruckEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "truck {}: {}", self.truck.id, changed(&self.truck, &self.patch.apply_to(&self.truck)))
    }
}

impl Batch {
    /// Writes what failed, with its reasons: `Scania V8, 0191 (it was changed)`. Empty if nothing did.
    pub fn failures(&self) -> String {
        let failed = self.failed.iter().map(|failed| {
            let why = failed.failure.why.lines().next().unwrap_or_default();
            format!("{} ({why})", line(&failed.truck))
        });
        failed.collect::<Vec<_>>().join("; ")
    }
}

/// Writes the fields that differ: `model: V8 → V9, status: active → retired`.
pub(super) fn changed(before: &Truck, after: &Truck) -> String {
    changes(before, after).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Writes a number of trucks: `1 truck`.
pub(super) fn count(trucks: usize) -> String {
    format!("{trucks} {}", if trucks == 1 { "truck" } else { "trucks" })
}

/// Writes the name of the only truck, or else how many there are.
pub(super) fn name_or_count<'a>(mut trucks: impl ExactSizeIterator<Item = &'a Truck>) -> String {
    match (trucks.len(), trucks.next()) {
        (1, Some(only)) => truck::name(only),
        (number, _) => count(number),
    }
}

/// Writes a truck so that it is not taken for another one: its name, and its plate or else its id.
pub(super) fn line(truck: &Truck) -> String {
    let unique = truck.license_plate.as_deref().unwrap_or(truck.id.as_str());
    format!("{}, {unique}", truck::name(truck))
}

pub(super) fn new_line(truck: &NewTruck) -> String {
    let plate = truck.license_plate.as_deref().map(|plate| format!(", {plate}")).unwrap_or_default();
    format!("{} {}{plate}", truck.make, truck.model)
}

pub(super) fn edit_line(truck: &Truck, patch: &TruckPatch) -> String {
    format!("{}: {}", line(truck), changed(truck, &patch.apply_to(truck)))
}
