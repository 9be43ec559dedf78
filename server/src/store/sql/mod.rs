//! Trucks in the tables of a database.
//!
//! What is said to a database, and in which order, is the same for all; how each says it is its [`Dialect`]. Rules of
//! the fleet never belong here: they are in `plan`.

mod batch;
#[cfg(feature = "postgres")]
pub(super) mod postgres;
mod rows;
mod select;
mod sets;
pub(super) mod sqlite;

use hello_shared::{Truck, TruckId, TruckStatus};
use sqlx::{
    AssertSqlSafe, Database, Encode, Executor, FromRow, IntoArguments, Pool, Type, query::QueryAs, query_as,
};

pub(super) use self::batch::Written;
use self::{
    rows::{EventRow, FleetRow, KeyRow, PlateRow, TruckRow},
    select::{Bind, COUNTED, Select},
};
use super::{Cursor, Event, Page, Query, StoreError, plan::Fleet};

/// What each database says in its own way. Sets go in as JSON, so that a set of any size is one parameter.
pub(super) trait Dialect: Database {
    /// Begins a transaction that only reads, and sees one moment all along.
    const BEGIN_READ: &str;
    /// Begins a transaction that writes.
    const BEGIN_WRITE: &str;
    /// The function that finds a text in another.
    const POSITION: &str;
    /// Reads the fleet, and keeps other writers out until the end of the transaction.
    const LOCK_FLEET: &str;
    /// Reads the trucks of these ids.
    const TRUCKS: &str;
    /// Reads who has these number plates.
    const PLATES: &str;
    /// Reads what was answered under these keys.
    const KEYS: &str;
    /// Adds trucks.
    const ADD: &str;
    /// Takes the number plates off these trucks.
    const UNPLATE: &str;
    /// Writes trucks that are there already.
    const EDIT: &str;
    /// Removes the trucks of these ids.
    const REMOVE: &str;
    /// Adds events.
    const TELL: &str;
    /// Adds idempotency keys.
    const KEEP_KEYS: &str;
    /// Tells other replicas of the new revision.
    const ANNOUNCE: Option<&str>;
    /// Reads which replicas have a lease, when there can be others.
    const LEASES: Option<&str>;
}

/// Keeps trucks in the tables of a database.
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
        let mut tx = self.readers.begin_with(DB::BEGIN_READ).await?;
        let fleet = rows::fleet(query_as(FLEET).fetch_one(&mut *tx).await?)?;
        let total = if query.make.is_none() && query.search.is_none() {
            Some(fleet.total(query.status))
        } else {
            let (count,): (i64,) = bound(select::count(query, DB::POSITION)).fetch_one(&mut *tx).await?;
            u64::try_from(count).ok().filter(|_| count <= COUNTED)
        };
        let found: Vec<TruckRow> = bound(select::page(query, DB::POSITION)).fetch_all(&mut *tx).await?;
        tx.commit().await?;

        let mut trucks = found.into_iter().map(rows::truck).collect::<Result<Vec<_>, _>>()?;
        let wanted = query.limit.map_or(usize::MAX, |limit| limit as usize);
        let next = (trucks.len() > wanted)
            .then(|| trucks.truncate(wanted))
            .and_then(|()| trucks.last().map(|(seq, truck)| Cursor::after(query.order.by, *seq, truck)));
        let trucks = trucks.into_iter().map(|(_, truck)| truck).collect();
        Ok(Page { trucks, next, total, revision: fleet.revision })
    }

    pub(super) async fn find(&self, id: &TruckId) -> Result<Option<Truck>, StoreError> {
        let sql = "SELECT seq, id, make, model, license_plate, status, created_at, updated_at, version \
                   FROM trucks WHERE id = $1";
        let row: Option<TruckRow> =
            query_as(sql).bind(id.as_str().to_owned()).fetch_optional(&self.readers).await?;
        Ok(row.map(rows::truck).transpose()?.map(|(_, truck)| truck))
    }

    /// Returns the events after `seq`, at most `limit`, in their order.
    pub(super) async fn events_after(&self, seq: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT seq, kind, truck FROM events WHERE seq > $1 ORDER BY seq LIMIT $2";
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let found: Vec<EventRow> =
            query_as(sql).bind(seq).bind(i64::from(limit)).fetch_all(&self.readers).await?;
        Ok(found.into_iter().map(rows::event).collect::<Result<_, _>>()?)
    }

    pub(super) async fn revision(&self) -> Result<u64, StoreError> {
        let fleet: Fleet = rows::fleet(query_as(FLEET).fetch_one(&self.readers).await?)?;
        Ok(fleet.revision)
    }

    /// Returns what tells this fleet from every other one, also from one that was restored or begun anew.
    pub(super) async fn epoch(&self) -> Result<String, StoreError> {
        let (epoch,): (String,) = query_as("SELECT epoch FROM fleet").fetch_one(&self.readers).await?;
        Ok(epoch)
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    pub(super) fn connections(&self) -> (u32, usize) {
        (self.readers.size(), self.readers.num_idle())
    }
}

fn bound<DB, O>(select: Select) -> QueryAs<'static, DB, O, DB::Arguments>
where
    DB: Database,
    O: for<'r> FromRow<'r, DB::Row>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> i64: Encode<'q, DB> + Type<DB>,
{
    // The text is made of our own words; what callers say is bound.
    let statement = query_as(AssertSqlSafe(select.text));
    select.binds.into_iter().fold(statement, |statement, bind| match bind {
        Bind::Text(text) => statement.bind(text),
        Bind::Number(number) => statement.bind(number),
    })
}

/// The totals of [`Fleet`] are kept by the place of a status in its enumeration.
const _: () = assert!(TruckStatus::Active as usize == 0 && TruckStatus::Retired as usize == 2);
