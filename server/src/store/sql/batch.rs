//! A batch of changes in one transaction: facts are read in bulk, the plan is made, and it is written in bulk.
//!
//! A batch uses as few round trips as possible. A round trip takes longer than most statements, and all queued writes
//! wait for the batch.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sqlx::{Encode, Executor, FromRow, IntoArguments, Type, query, raw_sql};
use tokio::time::Instant;

use super::{
    Dialect, Tables,
    borrowed::{Borrowed, await_response_by, deadline},
    facts,
    rows::{self, FleetRow, KeyRow, PlateRow, TruckRow},
    statements::{self, Author},
};
use crate::store::{
    Change, Done, StoreError,
    plan::{Fleet, Plan},
};

/// The number of events kept for clients that resume.
const EVENTS_KEPT: u64 = 100_000;

/// How long an idempotency key is remembered.
const KEYS_KEPT: Duration = Duration::from_hours(24);

/// The number of events between two deletions of old events and old keys.
const CLEANUP_INTERVAL: u64 = 1_000;

/// The result of a batch.
#[derive(Debug)]
pub(in crate::store) struct Written {
    /// One result per change.
    pub(in crate::store) outcomes: Vec<Result<Done, StoreError>>,
    /// The number of the last event.
    pub(in crate::store) revision: u64,
    /// Whether the fleet was behind what the author knew, as after a restore. It then has a new epoch.
    pub(in crate::store) was_rolled_back: bool,
    /// The replicas, including this one, that must acknowledge the batch before its callers are completed.
    pub(in crate::store) replicas: Vec<String>,
}

/// An open write transaction, which blocks other writers until its end.
#[derive(Debug)]
pub(in crate::store) struct Transaction<DB: Dialect> {
    pub(super) connection: Borrowed<DB>,
    fleet: Fleet,
    /// When the whole transaction must have ended.
    pub(super) deadline: Option<Instant>,
}

impl<DB> Tables<DB>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'r> FleetRow: FromRow<'r, DB::Row>,
{
    /// Begins a write transaction.
    pub(in crate::store) async fn begin(&self) -> Result<Transaction<DB>, StoreError> {
        let mut connection = Borrowed::of(&self.writer).await?;
        let deadline = deadline::<DB>();
        let row = raw_sql(DB::BEGIN_WRITE).fetch_one(&mut *connection);
        let fleet =
            await_response_by(deadline, row).await.and_then(|row| rows::fleet(FleetRow::from_row(&row)?));
        match fleet {
            Ok(fleet) => Ok(Transaction { connection, fleet, deadline }),
            Err(error) => {
                connection.discard();
                Err(error.into())
            }
        }
    }
}

impl<DB> Transaction<DB>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
    for<'r> TruckRow: FromRow<'r, DB::Row>,
    for<'r> KeyRow: FromRow<'r, DB::Row>,
    for<'r> PlateRow: FromRow<'r, DB::Row>,
{
    /// Applies all changes, which are on disk when this returns.
    pub(in crate::store) async fn write(
        self,
        changes: &[Change],
        author: &Author<'_>,
    ) -> Result<Written, StoreError> {
        let Self { mut connection, fleet, deadline } = self;
        let (written, is_over) = await_response_by::<_, StoreError>(deadline, async {
            let written = write_batch::<DB>(&mut connection, fleet, changes, author).await;
            let is_over = written.is_ok() || raw_sql("ROLLBACK").execute(&mut *connection).await.is_ok();
            Ok((written, is_over))
        })
        .await?;
        // The connection is discarded if the rollback fails, as on a full disk, where SQLite ends the transaction by
        // itself. It is also discarded if the server takes no writes, because it may have a successor.
        if is_over && !written.as_ref().is_err_and(StoreError::is_transient) {
            connection.release();
        } else {
            connection.discard();
        }
        written
    }
}

async fn write_batch<DB>(
    connection: &mut DB::Connection,
    before: Fleet,
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
    for<'r> KeyRow: FromRow<'r, DB::Row>,
    for<'r> PlateRow: FromRow<'r, DB::Row>,
{
    let facts = facts::read::<DB>(connection, before, changes).await?;
    let was_rolled_back = before.revision < author.known;
    if was_rolled_back {
        query(DB::NEW_EPOCH).execute(&mut *connection).await?;
    }
    let plan = Plan::of(changes, facts);
    if before.revision / CLEANUP_INTERVAL != plan.fleet.revision / CLEANUP_INTERVAL {
        delete_expired::<DB>(connection, plan.fleet.revision).await?;
    }
    let replicas = DB::finish(connection, statements::of::<DB>(&plan, author)).await?;
    Ok(Written { outcomes: plan.outcomes, revision: plan.fleet.revision, was_rolled_back, replicas })
}

async fn delete_expired<DB>(connection: &mut DB::Connection, revision: u64) -> Result<(), StoreError>
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
