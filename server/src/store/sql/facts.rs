//! Reading the facts that a batch of changes depends on.

use std::{collections::HashMap, hash::Hash};

use serde::Serialize;
use sqlx::{Encode, Executor, FromRow, IntoArguments, Type, query_as};

use super::{
    Dialect,
    json_params::{self, KeyName},
    plates,
    rows::{self, KeyRow, PlateRow, TruckRow},
};
use crate::store::{
    Change, StoreError,
    plan::{Facts, Fleet},
    plate,
};

/// Reads only the facts that the changes need.
pub(super) async fn read<DB>(
    connection: &mut DB::Connection,
    fleet: Fleet,
    changes: &[Change],
) -> Result<Facts, StoreError>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'r> TruckRow: FromRow<'r, DB::Row>,
    for<'r> KeyRow: FromRow<'r, DB::Row>,
    for<'r> PlateRow: FromRow<'r, DB::Row>,
{
    let (mut ids, mut plate_keys, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        match change {
            Change::Add { trucks, key } => {
                plate_keys
                    .extend(trucks.iter().filter_map(|truck| truck.license_plate.as_deref()).map(plate::key));
                keys.extend(key.as_ref().map(KeyName::of));
            }
            Change::Edit { id, edit, .. } => {
                ids.push(id.as_str());
                plate_keys.extend(edit.license_plate.iter().flatten().map(|plate| plate::key(plate)));
            }
            Change::Remove { id, .. } => ids.push(id.as_str()),
        }
    }
    let trucks: Vec<TruckRow> = rows_of::<DB, _>(connection, DB::TRUCKS, &ids).await?;
    let plates = plates::read::<DB>(connection, &plate_keys).await?;
    let keys: Vec<KeyRow> = rows_of::<DB, _>(connection, DB::KEYS, &keys).await?;
    Ok(Facts {
        fleet,
        trucks: collect_map(trucks.into_iter().map(|row| rows::truck(row).map(|(_, t)| (t.id.clone(), t))))?,
        plates,
        keys: collect_map(keys.into_iter().map(rows::key))?,
    })
}

async fn rows_of<DB, O>(
    connection: &mut DB::Connection,
    statement: &'static str,
    names: &[impl Serialize + Sync],
) -> Result<Vec<O>, sqlx::Error>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    O: for<'r> FromRow<'r, DB::Row> + Send + Unpin,
{
    if names.is_empty() {
        return Ok(Vec::new());
    }
    query_as(statement).bind(json_params::of_names(names.iter())).fetch_all(connection).await
}

fn collect_map<K: Eq + Hash, V>(
    entries: impl Iterator<Item = Result<(K, V), sqlx::Error>>,
) -> Result<HashMap<K, V>, sqlx::Error> {
    entries.collect()
}
