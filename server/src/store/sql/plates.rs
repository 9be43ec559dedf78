//! Lookup of trucks by number plate, using the keys by which plates are compared.
//!
//! A server of an earlier version, which may share the database for a while, writes plates without keys. The first
//! batch that compares plates finds those plates and writes their keys.

use std::collections::HashMap;

use hello_shared::TruckId;
use sqlx::{Encode, Executor, FromRow, IntoArguments, Type, query, query_as, raw_sql};

use super::{
    Dialect, Tables,
    borrowed::{Borrowed, await_response, await_response_by},
    json_params,
    rows::{FleetRow, PlateRow},
};
use crate::store::{StoreError, plate};

/// The number of plates that get their keys in one transaction, which blocks other writers.
const AT_ONCE: i64 = 2_000;

/// Reads the trucks whose plates have these keys.
pub(super) async fn read<DB>(
    connection: &mut DB::Connection,
    keys: &[String],
) -> Result<HashMap<String, Vec<TruckId>>, sqlx::Error>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'r> PlateRow: FromRow<'r, DB::Row>,
{
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let keys = json_params::of_names(keys.iter());
    let rows: Vec<PlateRow> = query_as(DB::PLATES).bind(keys).fetch_all(&mut *connection).await?;
    write_keys::<DB>(connection, &rows).await?;
    let mut plates: HashMap<String, Vec<TruckId>> = HashMap::new();
    for (plate, id, _) in rows {
        plates.entry(plate::key(&plate)).or_default().push(id.into());
    }
    Ok(plates)
}

/// Writes the missing keys of these plates.
async fn write_keys<DB>(connection: &mut DB::Connection, rows: &[PlateRow]) -> Result<(), sqlx::Error>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    if let Some(set) = unkeyed(rows) {
        query(DB::KEY_PLATES).bind(set).execute(connection).await?;
    }
    Ok(())
}

/// Returns the plates without a key as a JSON parameter; `None` if there are none.
fn unkeyed(rows: &[PlateRow]) -> Option<String> {
    let mut unkeyed = rows.iter().filter(|(plate, _, key_of)| key_of.as_ref() != Some(plate)).peekable();
    unkeyed.peek()?;
    Some(json_params::of_plates(unkeyed.map(|(plate, id, _)| (id.as_str(), plate.as_str()))))
}

impl<DB> Tables<DB>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
    for<'r> FleetRow: FromRow<'r, DB::Row>,
    for<'r> PlateRow: FromRow<'r, DB::Row>,
{
    /// Writes the keys of all plates that have none, for example after an update.
    ///
    /// A failure is only logged, because a batch that compares plates also writes missing keys.
    pub(in crate::store) async fn key_plates(&self) {
        if let Err(error) = self.try_key_plates().await {
            tracing::warn!(%error, "the number plates of an earlier version are compared slowly for now");
        }
    }

    async fn try_key_plates(&self) -> Result<(), StoreError> {
        let mut last = None;
        // A plate that is found again cannot get its key. Batches write the other keys.
        while let Some(found) = self.unkeyed_plate().await?
            && last.replace(found.clone()) != Some(found)
        {
            let mut transaction = self.begin().await?;
            let keyed = await_response_by::<_, sqlx::Error>(transaction.deadline, async {
                let connection = &mut *transaction.connection;
                let rows: Vec<PlateRow> =
                    query_as(DB::UNKEYED_PLATES).bind(AT_ONCE).fetch_all(&mut *connection).await?;
                write_keys::<DB>(connection, &rows).await?;
                raw_sql("COMMIT").execute(connection).await.map(drop)
            });
            match keyed.await {
                Ok(()) => transaction.connection.release(),
                Err(error) => {
                    transaction.connection.discard();
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    async fn unkeyed_plate(&self) -> Result<Option<PlateRow>, StoreError> {
        let mut connection = Borrowed::<DB>::of(&self.readers).await?;
        let found = query_as(DB::UNKEYED_PLATES).bind(1_i64).fetch_optional(&mut *connection);
        let found: Option<PlateRow> = await_response::<DB, _, _>(found).await?;
        connection.release();
        Ok(found)
    }
}
