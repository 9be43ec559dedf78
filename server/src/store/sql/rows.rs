//! Database rows, and their conversion to trucks, events and keys.

use hello_shared::Truck;
use jiff::Timestamp;

use crate::store::{
    Event, EventKind,
    plan::{Fleet, StoredResponse},
};

/// `seq, id, make, model, license_plate, status, created_at, updated_at, version`
pub(super) type TruckRow = (i64, String, String, String, Option<String>, String, i64, i64, i64);
/// `revision, active, maintenance, retired`
pub(super) type FleetRow = (i64, i64, i64, i64);
/// `name, fingerprint, answer`; without the answer if no change has this fingerprint
pub(super) type KeyRow = (String, String, Option<String>);
/// `seq, kind, truck`
pub(super) type EventRow = (i64, String, String);
/// `license_plate, id, plate_key_of`
pub(super) type PlateRow = (String, String, Option<String>);

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

pub(super) fn key((name, fingerprint, answer): KeyRow) -> Result<(String, StoredResponse), sqlx::Error> {
    let trucks = answer.map_or(Ok(Vec::new()), |answer| decoded("answer", serde_json::from_str(&answer)))?;
    Ok((name, StoredResponse { fingerprint, trucks }))
}

pub(super) fn event((seq, kind, truck): EventRow) -> Result<Event, sqlx::Error> {
    let kind = match kind.as_str() {
        "created" => EventKind::Created,
        "changed" => EventKind::Changed,
        _ => EventKind::Removed,
    };
    Ok(Event { seq: decoded("seq", u64::try_from(seq))?, kind, truck })
}

fn decoded<T, E>(column: &str, value: Result<T, E>) -> Result<T, sqlx::Error>
where
    E: std::error::Error + Send + Sync + 'static,
{
    value.map_err(|e| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(e) })
}
