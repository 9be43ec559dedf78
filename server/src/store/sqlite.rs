//! Trucks in SQLite: a file beside the process, or its memory.
//!
//! One connection writes, so that writers wait in a queue of ours and never meet SQLite's lock; the others read, and
//! in WAL mode neither waits for the other.

use std::{str::FromStr, time::Duration};

use hello_shared::{Truck, TruckId, TruckStatus};
use jiff::Timestamp;
use sqlx::{
    Row, SqlSafeStr, SqlitePool,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous},
};

use super::StoreError;

/// How many connections read a file at the same time.
const READERS: u32 = 4;

/// How long a request waits for a connection, and a connection for the lock of another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// Keeps trucks in SQLite.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStore {
    pub(super) async fn open(url: &str) -> Result<Self, StoreError> {
        let place = || url.to_owned();
        let cannot_open = |source| StoreError::Open { place: place(), source };
        let options = SqliteConnectOptions::from_str(url)
            .map_err(cannot_open)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE);
        let writer = pool(1).connect_with(options.clone()).await.map_err(cannot_open)?;
        migrations().run(&writer).await.map_err(|source| StoreError::Migrate { place: place(), source })?;
        let readers = if in_memory(url) {
            writer.clone()
        } else {
            pool(READERS).connect_lazy_with(options.create_if_missing(false).pragma("query_only", "ON"))
        };
        Ok(Self { writer, readers })
    }

    pub(super) async fn list(&self) -> Result<Vec<Truck>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, make, model, license_plate, status, created_at, updated_at, version FROM trucks ORDER BY seq",
        )
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.iter().map(truck).collect::<Result<_, _>>()?)
    }

    pub(super) async fn find(&self, id: &TruckId) -> Result<Option<Truck>, StoreError> {
        let row = sqlx::query(
            "SELECT id, make, model, license_plate, status, created_at, updated_at, version FROM trucks WHERE id = ?1",
        )
        .bind(id.as_str())
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.as_ref().map(truck).transpose()?)
    }

    pub(super) async fn insert(&self, truck: &Truck) -> Result<(), StoreError> {
        let version = i64::try_from(truck.version).map_err(|e| sqlx::Error::Encode(e.into()))?;
        sqlx::query(
            "INSERT INTO trucks (id, make, model, license_plate, status, created_at, updated_at, version) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )
        .bind(truck.id.as_str())
        .bind(&truck.make)
        .bind(&truck.model)
        .bind(&truck.license_plate)
        .bind(truck.status.as_str())
        .bind(truck.created_at.as_microsecond())
        .bind(truck.updated_at.as_microsecond())
        .bind(version)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    pub(super) async fn delete(&self, id: &TruckId) -> Result<Option<Truck>, StoreError> {
        // All rows are fetched, although there is one at most: only then is the statement done, and committed.
        let rows = sqlx::query(
            "DELETE FROM trucks WHERE id = ?1 \
             RETURNING id, make, model, license_plate, status, created_at, updated_at, version",
        )
        .bind(id.as_str())
        .fetch_all(&self.writer)
        .await?;
        Ok(rows.first().map(truck).transpose()?)
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Connections stay for good: opening one costs more than keeping it, and a store in memory lives in its only one.
fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
}

fn in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

fn migrations() -> Migrator {
    let trucks = include_str!("../../migrations/sqlite/0001_trucks.sql");
    Migrator::with_migrations(vec![Migration::new(
        1,
        "trucks".into(),
        MigrationType::Simple,
        trucks.into_sql_str(),
        false,
    )])
}

fn truck(row: &SqliteRow) -> Result<Truck, sqlx::Error> {
    Ok(Truck {
        id: row.try_get::<String, _>("id")?.into(),
        make: row.try_get("make")?,
        model: row.try_get("model")?,
        license_plate: row.try_get("license_plate")?,
        status: decoded("status", TruckStatus::from_str(row.try_get("status")?))?,
        created_at: decoded("created_at", Timestamp::from_microsecond(row.try_get("created_at")?))?,
        updated_at: decoded("updated_at", Timestamp::from_microsecond(row.try_get("updated_at")?))?,
        version: decoded("version", u64::try_from(row.try_get::<i64, _>("version")?))?,
    })
}

fn decoded<T, E>(column: &str, value: Result<T, E>) -> Result<T, sqlx::Error>
where
    E: std::error::Error + Send + Sync + 'static,
{
    value.map_err(|e| sqlx::Error::ColumnDecode { index: column.to_owned(), source: Box::new(e) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_write_is_acknowledged_once_it_is_on_disk_and_readers_cannot_write() {
        let folder = tempfile::TempDir::new().unwrap();
        let store =
            SqliteStore::open(&format!("sqlite://{}/trucks.db", folder.path().display())).await.unwrap();

        let journal: String =
            sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&store.writer).await.unwrap();
        let synchronous: i64 =
            sqlx::query_scalar("PRAGMA synchronous").fetch_one(&store.writer).await.unwrap();
        assert_eq!((journal.as_str(), synchronous), ("wal", 2));
        assert!(sqlx::query("DELETE FROM trucks").execute(&store.readers).await.is_err());
    }
}
