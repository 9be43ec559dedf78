//! Trucks, events and keys as JSON, the parameters of the statements of a batch.
//!
//! They are serialized directly from structs: building a JSON value per row first costs as much as SQLite's part of the
//! write.

use hello_shared::{Truck, TruckId, TruckStatus};
use serde::{Serialize, Serializer};

use crate::store::{Event, IdempotencyKey, order::lowered, plan::Fleet, plate};

#[derive(Serialize)]
struct TruckRow<'t> {
    seq: Option<u64>,
    id: &'t TruckId,
    make: &'t str,
    model: &'t str,
    license_plate: Option<&'t str>,
    status: TruckStatus,
    created_at: i64,
    updated_at: i64,
    version: u64,
    make_key: String,
    search: String,
    plate_key: Option<String>,
}

#[derive(Serialize)]
struct PlateRow<'p> {
    id: &'p str,
    plate: &'p str,
    key: String,
}

#[derive(Serialize)]
struct EventRow<'e> {
    seq: u64,
    kind: &'static str,
    truck: &'e str,
}

#[derive(Serialize)]
struct KeyRow<'k> {
    name: &'k str,
    fingerprint: &'k str,
    answer: String,
    created_at: i64,
}

/// An idempotency key that a change uses.
#[derive(Serialize)]
pub(super) struct KeyName<'k> {
    name: &'k str,
    fingerprint: &'k str,
}

impl<'k> KeyName<'k> {
    pub(super) fn of(key: &'k IdempotencyKey) -> Self {
        Self { name: &key.name, fingerprint: &key.fingerprint }
    }
}

#[derive(Serialize)]
struct FleetRow {
    revision: u64,
    active: u64,
    maintenance: u64,
    retired: u64,
}

/// Serializes trucks; `seq` is set for added ones.
pub(super) fn of_trucks<'t>(trucks: impl Iterator<Item = (Option<u64>, &'t Truck)>) -> String {
    written(trucks.map(|(seq, truck)| {
        let plate = truck.license_plate.as_deref();
        TruckRow {
            seq,
            id: &truck.id,
            make: &truck.make,
            model: &truck.model,
            license_plate: plate,
            status: truck.status,
            created_at: truck.created_at.as_microsecond(),
            updated_at: truck.updated_at.as_microsecond(),
            version: truck.version,
            make_key: lowered(&truck.make),
            search: lowered(&format!("{}\n{}\n{}", truck.make, truck.model, plate.unwrap_or_default())),
            plate_key: plate.map(plate::key),
        }
    }))
}

/// Serializes number plates, each with the id of its truck and its key.
pub(super) fn of_plates<'p>(plates: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    written(plates.map(|(id, plate)| PlateRow { id, plate, key: plate::key(plate) }))
}

pub(super) fn of_events(events: &[Event]) -> String {
    written(events.iter().map(|e| EventRow { seq: e.seq, kind: e.kind.as_str(), truck: &e.truck }))
}

pub(super) fn of_keys(keys: &[(IdempotencyKey, Vec<Truck>)]) -> String {
    written(keys.iter().map(|(key, trucks)| KeyRow {
        name: &key.name,
        fingerprint: &key.fingerprint,
        // Serialization cannot fail: trucks have only texts, numbers and timestamps.
        answer: serde_json::to_string(trucks).unwrap_or_default(),
        created_at: key.at.as_microsecond(),
    }))
}

pub(super) fn of_fleet(&Fleet { revision, totals: [active, maintenance, retired] }: &Fleet) -> String {
    serde_json::to_string(&FleetRow { revision, active, maintenance, retired }).unwrap_or_default()
}

pub(super) fn of_names(names: impl Iterator<Item = impl Serialize>) -> String {
    written(names)
}

pub(super) fn of_ids<'t>(ids: impl Iterator<Item = &'t TruckId>) -> String {
    of_names(ids)
}

/// Serializes an array. This cannot fail, because its rows have only texts and numbers.
fn written(rows: impl Iterator<Item = impl Serialize>) -> String {
    let mut json = Vec::new();
    let _ = serde_json::Serializer::new(&mut json).collect_seq(rows);
    String::from_utf8(json).unwrap_or_default()
}
