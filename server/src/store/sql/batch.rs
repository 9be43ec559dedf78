//! A batch of changes in one transaction: facts are read by sets, the plan is made, and it is written by sets.

use std::{collections::HashMap, hash::Hash, time::Duration};

use jiff::{SignedDuration, Timestamp};
use sqlx::{Connection, Encode, Executor, FromRow, IntoArguments, Pool, SqlSafeStr, Type, query, query_as};

use super::{
    Dialect, Tables,
    borrowed::{Borrowed, answered},
    rows::{self, EventRow, FleetRow, KeyRow, PlateRow, TruckRow},
    sets,
};
use crate::store::{
    Change, Done, StoreError,
    plan::{Facts, Plan},
};

/// How many events are kept for those who resume.
const EVENTS_KEPT: u64 = 100_000;

/// How long an idempotency key is remembered.
const KEYS_KEPT: Duration = Duration::from_hours(24);

/// After how many events the old ones, and old keys, are forgotten.
const SWEEP: u64 = 1_000;

/// Who writes a batch.
#[derive(Debug)]
pub(in crate::store) struct Author<'a> {
    /// The name of the replica.
    pub(in crate::store) name: &'a str,
    /// The last event that it knows of.
    pub(in crate::store) known: u64,
}

/// What came of a batch.
#[derive(Debug)]
pub(in crate::store) struct Written {
    /// One for each change.
    pub(in crate::store) outcomes: Vec<Result<Done, StoreError>>,
    /// The number of the last event.
    pub(in crate::store) revision: u64,
    /// Whether the fleet had gone back behind what the author knew, as after a restore. It has a new epoch then.
    pub(in crate::store) went_back: bool,
    /// The replicas that must hear of it before anybody is answered, this one among them.
    pub(in crate::store) replicas: Vec<String>,
}

impl<DB> Tables<DB>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'c> &'c Pool<DB>: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
    for<'r> TruckRow: FromRow<'r, DB::Row>,
    for<'r> FleetRow: FromRow<'r, DB::Row>,
    for<'r> KeyRow: FromRow<'r, DB::Row>,
    for<'r> EventRow: FromRow<'r, DB::Row>,
    for<'r> PlateRow: FromRow<'r, DB::Row>,
    for<'r> (i64,): FromRow<'r, DB::Row>,
    for<'r> (String,): FromRow<'r, DB::Row>,
{
    /// Makes all changes in one transaction, which is on disk when this returns.
    pub(in crate::store) async fn write(
        &self,
        changes: &[Change],
        author: &Author<'_>,
    ) -> Result<Written, StoreError> {
        let mut connection = Borrowed::of(&self.writer).await?;
        let (written, ended) = answered::<DB, _, StoreError>(async {
            Ok(match connection.begin_with(DB::BEGIN_WRITE.into_sql_str()).await {
                Ok(mut tx) => {
                    let written = write_batch::<DB>(&mut tx, changes, author).await;
                    let ended = if written.is_ok() { tx.commit().await } else { tx.rollback().await };
                    (written, ended)
                }
                Err(error) => (Err(error.into()), Err(sqlx::Error::WorkerCrashed)),
            })
        })
        .await?;
        // A full disk has SQLite end a transaction by itself, and a server that takes no writes any more has a successor.
        if ended.is_ok() && !written.as_ref().is_err_and(StoreError::may_pass) {
            connection.give_back();
        } else {
            connection.throw_away();
        }
        let written = written?;
        ended?;
        Ok(written)
    }
}

async fn write_batch<DB>(
    connection: &mut DB::Connection,
    changes: &[Change],
    author: &Author<'_>,
) -> Result<Written, StoreError>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
    for<'r> TruckRow: FromRow<'r, DB::Row>,
    for<'r> FleetRow: FromRow<'r, DB::Row>,
    for<'r> KeyRow: FromRow<'r, DB::Row>,
    for<'r> PlateRow: FromRow<'r, DB::Row>,
    for<'r> (String,): FromRow<'r, DB::Row>,
{
    let facts = read_facts::<DB>(connection, changes).await?;
    let before = facts.fleet.revision;
    let went_back = before < author.known;
    if went_back {
        query(DB::NEW_EPOCH).execute(&mut *connection).await?;
    }
    let plan = Plan::of(changes, facts);
    if !plan.is_empty() {
        write_trucks::<DB>(connection, &plan).await?;
        write_fleet::<DB>(connection, &plan, author).await?;
        if before / SWEEP != plan.fleet.revision / SWEEP {
            forget_what_is_old::<DB>(connection, plan.fleet.revision).await?;
        }
    }
    // Under the lock of the fleet, so that nobody gets a lease unseen.
    let leases: Vec<(String,)> = match DB::LEASES {
        Some(leases) => query_as(leases).fetch_all(&mut *connection).await?,
        None => Vec::new(),
    };
    let replicas = leases.into_iter().map(|(name,)| name).collect();
    Ok(Written { outcomes: plan.outcomes, revision: plan.fleet.revision, went_back, replicas })
}

/// Reads what the changes need to know, and no more.
async fn read_facts<DB>(connection: &mut DB::Connection, changes: &[Change]) -> Result<Facts, StoreError>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'r> TruckRow: FromRow<'r, DB::Row>,
    for<'r> FleetRow: FromRow<'r, DB::Row>,
    for<'r> KeyRow: FromRow<'r, DB::Row>,
    for<'r> PlateRow: FromRow<'r, DB::Row>,
{
    let fleet = rows::fleet(query_as(DB::LOCK_FLEET).fetch_one(&mut *connection).await?)?;
    let (mut ids, mut plates, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        match change {
            Change::Add { trucks, key } => {
                plates.extend(trucks.iter().filter_map(|truck| truck.license_plate.as_deref()));
                keys.extend(key.as_ref().map(|key| key.name.as_str()));
            }
            Change::Edit { id, edit, .. } => {
                ids.push(id.as_str());
                plates.extend(edit.license_plate.iter().flatten().map(String::as_str));
            }
            Change::Remove { id, .. } => ids.push(id.as_str()),
        }
    }
    let trucks: Vec<TruckRow> = read::<DB, _>(connection, DB::TRUCKS, &ids).await?;
    let plates: Vec<PlateRow> = read::<DB, _>(connection, DB::PLATES, &plates).await?;
    let keys: Vec<KeyRow> = read::<DB, _>(connection, DB::KEYS, &keys).await?;
    Ok(Facts {
        fleet,
        trucks: collected(trucks.into_iter().map(|row| rows::truck(row).map(|(_, t)| (t.id.clone(), t))))?,
        plates: plates.into_iter().map(|(plate, id)| (plate, id.into())).collect(),
        keys: collected(keys.into_iter().map(rows::key))?,
    })
}

async fn read<DB, O>(
    connection: &mut DB::Connection,
    statement: &'static str,
    names: &[&str],
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
    query_as(statement).bind(sets::of_texts(names.iter().copied())).fetch_all(connection).await
}

fn collected<K: Eq + Hash, V>(
    entries: impl Iterator<Item = Result<(K, V), sqlx::Error>>,
) -> Result<HashMap<K, V>, sqlx::Error> {
    entries.collect()
}

/// Writes the trucks in an order that no rule of the tables minds: plates are free before they are taken.
async fn write_trucks<DB>(connection: &mut DB::Connection, plan: &Plan) -> Result<(), StoreError>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
{
    let unplated = plan.unplated.iter().filter(|id| plan.edited.contains_key(id));
    let steps = [
        (DB::REMOVE, plan.removed.is_empty(), sets::of_ids(plan.removed.iter())),
        (DB::UNPLATE, plan.unplated.is_empty(), sets::of_ids(unplated)),
        (DB::EDIT, plan.edited.is_empty(), sets::of_trucks(plan.edited.values().map(|truck| (None, truck)))),
        (
            DB::ADD,
            plan.added.is_empty(),
            sets::of_trucks(plan.added.iter().map(|(&seq, truck)| (Some(seq), truck))),
        ),
        (DB::TELL, plan.events.is_empty(), sets::of_events(&plan.events)),
        (DB::KEEP_KEYS, plan.keys.is_empty(), sets::of_keys(&plan.keys)),
    ];
    for (statement, is_empty, set) in steps {
        if !is_empty {
            query(statement).bind(set).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

async fn write_fleet<DB>(
    connection: &mut DB::Connection,
    plan: &Plan,
    author: &Author<'_>,
) -> Result<(), StoreError>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    let sql = "UPDATE fleet SET revision = $1, active = $2, maintenance = $3, retired = $4";
    let [active, maintenance, retired] = plan.fleet.totals;
    let mut update = query(sql);
    for number in [plan.fleet.revision, active, maintenance, retired] {
        update = update.bind(number.cast_signed());
    }
    update.execute(&mut *connection).await?;
    if let Some(announce) = DB::ANNOUNCE {
        query(announce)
            .bind(format!("{} {}", plan.fleet.revision, author.name))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn forget_what_is_old<DB>(connection: &mut DB::Connection, revision: u64) -> Result<(), StoreError>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    let kept_from = revision.saturating_sub(EVENTS_KEPT).cast_signed();
    query("DELETE FROM events WHERE seq <= $1").bind(kept_from).execute(&mut *connection).await?;
    let kept = SignedDuration::try_from(KEYS_KEPT).unwrap_or(SignedDuration::ZERO);
    let oldest = Timestamp::now().checked_sub(kept).unwrap_or(Timestamp::MIN).as_microsecond();
    query("DELETE FROM idempotency_keys WHERE created_at < $1")
        .bind(oldest)
        .execute(&mut *connection)
        .await?;
    Ok(())
}
