//! Trucks, events and keys as rows, and back.

use hello_shared::{Truck, TruckId};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::store::{
    Event, EventKind, IdempotencyKey,
    plan::{Answered, Fleet},
    query::lowered,
};

/// `seq, id, make, model, license_plate, status, created_at, updated_at, version`
pub(super) type TruckRow = (i64, String, String, String, Option<String>, String, i64, i64, i64);
/// `revision, active, maintenance, retired`
pub(super) type FleetRow = (i64, i64, i64, i64);
/// `name, fingerprint, answer`
pub(super) type KeyRow = (String, String, String);
/// `seq, kind, truck`
pub(super) type EventRow = (i64, String, String);
/// `license_plate, id`
pub(super) type PlateRow = (String, String);

pub(super) fn truck(row: TruckRow) -> Result<(i64, Truck), sqlx::Error> {
    let (seq, id, make, model, license_plate, status, created_at, updated_at, version) = row;
    let truck = Truck {
        id: id.into(),
        make,
        model,
        license_plate,
        status: decoded("status", status.parse())?,
        created_at: decoded("created_at", Timestamp::from_microsecond(created_at))?,
        updated_at: decoded("updated_at", Timestamp::from_microsecond(updated_at))?,
        version: decoded("version", u64::try_from(version))?,
    };
    Ok((seq, truck))
}

pub(super) fn fleet((revision, active, maintenance, retired): FleetRow) -> Result<Fleet, sqlx::Error> {
    let number = |column, number: i64| decoded(column, u64::try_from(number));
    Ok(Fleet {
        revision: number("revision", revision)?,
        totals: [number("active", active)?, number("maintenance", maintenance)?, number("retired", retired)?],
    })
}

pub(super) fn key((name, fingerprint, answer): KeyRow) -> Result<(String, Answered), sqlx::Error> {
    let trucks = decoded("answer", serde_json::from_str(&answer))?;
    Ok((name, Answered { fingerprint, trucks }))
}

pub(super) fn event((seq, kind, truck): EventRow) -> Result<Event, sqlx::Error> {
    let kind = match kind.as_str() {
        "created" => EventKind::Created,
        "changed" => EventKind::Changed,
        _ => EventKind::Removed,
    };
    Ok(Event { seq: decoded("seq", u64::try_from(seq))?, kind, truck })
}

/// Returns trucks as the JSON that the statements of a batch read; `seq` is there for those that join.
pub(super) fn of_trucks<'t>(trucks: impl Iterator<Item = (Option<u64>, &'t Truck)>) -> String {
    let rows = trucks.map(|(seq, truck)| {
        let plate = truck.license_plate.as_deref();
        json!({
            "seq": seq,
            "id": truck.id,
            "make": truck.make,
            "model": truck.model,
            "license_plate": plate,
            "status": truck.status,
            "created_at": truck.created_at.as_microsecond(),
            "updated_at": truck.updated_at.as_microsecond(),
            "version": truck.version,
            "make_key": lowered(&truck.make),
            "search": lowered(&format!("{}\n{}\n{}", truck.make, truck.model, plate.unwrap_or_default())),
        })
    });
    Value::Array(rows.collect()).to_string()
}

pub(super) fn of_events(events: &[Event]) -> String {
    let rows = events.iter().map(|e| json!({"seq": e.seq, "kind": e.kind.as_str(), "truck": e.truck}));
    Value::Array(rows.collect()).to_string()
}

pub(super) fn of_keys(keys: &[(IdempotencyKey, Vec<Truck>)]) -> String {
    let rows = keys.iter().map(|(key, trucks)| {
        // Trucks are made of text, numbers and moments, which always become JSON.
        let answer = serde_json::to_string(trucks).unwrap_or_default();
        json!({
            "name": key.name,
            "fingerprint": key.fingerprint,
            "answer": answer,
            "created_at": key.at.as_microsecond(),
        })
    });
    Value::Array(rows.collect()).to_string()
}

/// Returns texts as a JSON array.
pub(super) fn of_texts<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    Value::Array(texts.map(Value::from).collect()).to_string()
}

pub(super) fn of_ids<'t>(ids: impl Iterator<Item = &'t TruckId>) -> String {
    of_texts(ids.map(TruckId::as_str))
}

fn decoded<T, E>(column: &str, value: Result<T, E>) -> Result<T, sqlx::Error>
where
    E: std::error::Error + Send + Sync + 'static,
{
    value.map_err(|e| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(e) })
}
