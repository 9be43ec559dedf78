//! Trucks in the tables of a database.
//!
//! The statements and their order are the same for all databases; a [`Dialect`] holds what differs. Rules of the fleet
//! belong in `plan`.

mod batch;
mod borrowed;
mod dialect;
mod facts;
mod json_params;
mod plates;
#[cfg(feature = "postgres")]
pub(super) mod postgres;
mod rows;
mod select;
pub(super) mod sqlite;
mod statements;

use hello_shared::{Truck, TruckId, TruckStatus};
use sqlx::{
    AssertSqlSafe, Connection, Database, Encode, Executor, FromRow, IntoArguments, Pool, SqlSafeStr, Type,
    migrate::{Migration, MigrationType, Migrator},
    query::QueryAs,
    query_as,
};

pub(super) use self::{
    batch::{Transaction, Written},
    dialect::Dialect,
    statements::Author,
};
use self::{
    borrowed::{Borrowed, await_response},
    rows::{EventRow, FleetRow, KeyRow, PlateRow, TruckRow},
    select::{Bind, COUNTED, Select},
};
use super::{Cursor, Event, Page, Query, StoreError, plan::Fleet};

/// The tables of a database that hold the trucks.
#[derive(Debug)]
pub(super) struct Tables<DB: Database> {
    writer: Pool<DB>,
    readers: Pool<DB>,
}

const FLEET: &str = "SELECT revision, active, maintenance, retired FROM fleet";

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
    pub(super) async fn page(&self, query: &Query) -> Result<Page, StoreError> {
        let mut connection = Borrowed::of(&self.readers).await?;
        let page = await_response::<DB, _, _>(read_page::<DB>(&mut connection, query)).await?;
        connection.release();
        let (fleet, epoch, total, found) = page;

        let mut trucks = found.into_iter().map(rows::truck).collect::<Result<Vec<_>, _>>()?;
        let wanted = query.limit.map_or(usize::MAX, |limit| limit as usize);
        let next = (trucks.len() > wanted)
            .then(|| trucks.truncate(wanted))
            .and_then(|()| trucks.last().map(|(seq, truck)| Cursor::after(query.order, *seq, truck)));
        let trucks = trucks.into_iter().map(|(_, truck)| truck).collect();
        Ok(Page { trucks, next, total, revision: fleet.revision, epoch })
    }

    pub(super) async fn find(&self, id: &TruckId) -> Result<Option<Truck>, StoreError> {
        let sql = "SELECT seq, id, make, model, license_plate, status, created_at, updated_at, version \
                   FROM trucks WHERE id = $1";
        let mut connection = Borrowed::of(&self.readers).await?;
        let row = query_as(sql).bind(id.as_str().to_owned()).fetch_optional(&mut *connection);
        let row: Option<TruckRow> = await_response::<DB, _, _>(row).await?;
        connection.release();
        Ok(row.map(rows::truck).transpose()?.map(|(_, truck)| truck))
    }

    /// Returns at most `limit` events after `seq`, in order.
    pub(super) async fn events_after(&self, seq: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT seq, kind, truck FROM events WHERE seq > $1 ORDER BY seq LIMIT $2";
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let mut connection = Borrowed::of(&self.readers).await?;
        let found = query_as(sql).bind(seq).bind(i64::from(limit)).fetch_all(&mut *connection);
        let found: Vec<EventRow> = await_response::<DB, _, _>(found).await?;
        connection.release();
        Ok(found.into_iter().map(rows::event).collect::<Result<_, _>>()?)
    }

    pub(super) async fn revision(&self) -> Result<u64, StoreError> {
        let mut connection = Borrowed::of(&self.readers).await?;
        let row = await_response::<DB, _, _>(query_as(FLEET).fetch_one(&mut *connection)).await?;
        connection.release();
        Ok(rows::fleet(row)?.revision)
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    pub(super) fn connections(&self) -> (u32, usize) {
        (self.readers.size(), self.readers.num_idle())
    }
}

/// Reads the fleet, its epoch, the number of matching trucks, and the rows of the page plus one, in one snapshot.
async fn read_page<DB>(connection: &mut DB::Connection, query: &Query) -> Result<PageRows, sqlx::Error>
where
    DB: Dialect,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
    for<'r> TruckRow: FromRow<'r, DB::Row>,
    for<'r> FleetRow: FromRow<'r, DB::Row>,
    for<'r> (i64,): FromRow<'r, DB::Row>,
    for<'r> (String,): FromRow<'r, DB::Row>,
{
    let mut tx = connection.begin_with(DB::BEGIN_READ.into_sql_str()).await?;
    let fleet = rows::fleet(query_as(FLEET).fetch_one(&mut *tx).await?)?;
    let (epoch,): (String,) = query_as("SELECT epoch FROM fleet").fetch_one(&mut *tx).await?;
    let total = if query.make.is_none() && query.search.is_none() {
        Some(fleet.total(query.status))
    } else {
        let (count,): (i64,) = bound(select::count(query, DB::POSITION)).fetch_one(&mut *tx).await?;
        u64::try_from(count).ok().filter(|_| count <= COUNTED)
    };
    let found = bound(select::page(query, DB::POSITION)).fetch_all(&mut *tx).await?;
    tx.commit().await?;
    Ok((fleet, epoch, total, found))
}

/// Returns migrations that do not affect a server of an earlier version.
///
/// They are recorded in a separate table. An earlier version refuses to start if it finds a recorded migration that it
/// does not know, and a downgrade must stay possible.
fn added(changes: &[(&'static str, &'static str)]) -> Migrator {
    let changes = (1..).zip(changes).map(|(version, (name, sql))| {
        Migration::new(version, (*name).into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    let mut migrator = Migrator::with_migrations(changes.collect());
    migrator.dangerous_set_table_name("_sqlx_additions");
    migrator.set_ignore_missing(true);
    migrator
}

type PageRows = (Fleet, String, Option<u64>, Vec<TruckRow>);

fn bound<DB, O>(select: Select) -> QueryAs<'static, DB, O, DB::Arguments>
where
    DB: Database,
    O: for<'r> FromRow<'r, DB::Row>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    // The text contains no client input: all client input is bound.
    let statement = query_as(AssertSqlSafe(select.text));
    select.binds.into_iter().fold(statement, |statement, bind| match bind {
        Bind::Text(text) => statement.bind(text),
        Bind::Number(number) => statement.bind(number),
    })
}

/// [`Fleet`] indexes its totals by the discriminant of a status.
const _: () = assert!(TruckStatus::Active as usize == 0 && TruckStatus::Retired as usize == 2);
