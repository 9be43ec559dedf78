//! Trucks in SQLite: in a local file or in memory.
//!
//! One connection writes, so writers wait in our own queue and never for SQLite's lock. The other connections read. In
//! WAL mode, readers and the writer do not block each other.

use std::{str::FromStr, sync::Arc, time::Duration};

use futures::{TryStreamExt, future::join_all};
use sqlx::{
    AssertSqlSafe, Executor, SqlSafeStr, Sqlite, SqliteConnection,
    migrate::{Migration, MigrationType, Migrator},
    pool::PoolConnection,
    query, raw_sql,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::runtime::Handle;

use super::{
    Tables,
    borrowed::Borrowed,
    dialect::{Dialect, Statement},
};
use crate::store::{StoreError, database_file::is_in_memory};

/// How many connections read a file at the same time.
const READERS: u32 = 4;

/// How long a request waits for a connection, and a connection for the lock of another process.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

// Write statements have `?` as their only parameter, so that they can be sent together. Rows come from `jsonb_each`:
// `json_each` returns each row as text, which is parsed again for every column. Inserts use `OR FAIL`, which avoids a
// journal per statement. If one fails, the whole batch is rolled back.
impl Dialect for Sqlite {
    const RESPONSE_TIMEOUT: Option<Duration> = None;
    const BEGIN_READ: &str = "BEGIN";
    const BEGIN_WRITE: &str = "BEGIN IMMEDIATE; SELECT revision, active, maintenance, retired FROM fleet";
    const POSITION: &str = "instr";
    const TRUCKS: &str = "SELECT seq, id, make, model, license_plate, status, created_at, updated_at, version \
                          FROM trucks WHERE id IN (SELECT value FROM json_each($1))";
    const PLATES: &str = "SELECT license_plate, id, plate_key_of FROM trucks \
                          WHERE plate_key IN (SELECT value FROM json_each($1)) AND plate_key_of = license_plate \
                          UNION ALL \
                          SELECT license_plate, id, plate_key_of FROM trucks \
                          WHERE CASE WHEN license_plate IS NOT NULL \
                                      AND plate_key_of IS NOT license_plate THEN 1 END = 1";
    const UNKEYED_PLATES: &str = "SELECT license_plate, id, plate_key_of FROM trucks \
                                  WHERE CASE WHEN license_plate IS NOT NULL \
                                      AND plate_key_of IS NOT license_plate THEN 1 END = 1 LIMIT $1";
    const KEY_PLATES: &str = "UPDATE trucks SET plate_key = t.value ->> 'key', plate_key_of = license_plate \
                              FROM jsonb_each($1) AS t \
                              WHERE trucks.id = t.value ->> 'id' AND license_plate = t.value ->> 'plate'";
    const KEYS: &str = "SELECT name, fingerprint, \
                               CASE WHEN (name, fingerprint) IN \
                                   (SELECT value ->> 'name', value ->> 'fingerprint' FROM json_each($1)) \
                               THEN answer END \
                        FROM idempotency_keys WHERE name IN (SELECT value ->> 'name' FROM json_each($1))";
    const ADD_TRUCKS: &str = "INSERT OR FAIL INTO trucks (seq, id, make, model, license_plate, status, created_at, updated_at, \
                                           version, make_key, search, plate_key, plate_key_of) \
                       SELECT value ->> 'seq', value ->> 'id', value ->> 'make', value ->> 'model', \
                              value ->> 'license_plate', value ->> 'status', value ->> 'created_at', \
                              value ->> 'updated_at', value ->> 'version', value ->> 'make_key', value ->> 'search', \
                              value ->> 'plate_key', value ->> 'license_plate' \
                       FROM jsonb_each(?)";
    const CLEAR_PLATES: &str =
        "UPDATE trucks SET license_plate = NULL WHERE id IN (SELECT value FROM json_each(?))";
    const UPDATE_TRUCKS: &str = "UPDATE trucks SET make = t.value ->> 'make', model = t.value ->> 'model', \
                            license_plate = t.value ->> 'license_plate', status = t.value ->> 'status', \
                            updated_at = t.value ->> 'updated_at', version = t.value ->> 'version', \
                            make_key = t.value ->> 'make_key', search = t.value ->> 'search', \
                            plate_key = t.value ->> 'plate_key', plate_key_of = t.value ->> 'license_plate' \
                        FROM jsonb_each(?) AS t WHERE trucks.id = t.value ->> 'id'";
    const REMOVE_TRUCKS: &str = "DELETE FROM trucks WHERE id IN (SELECT value FROM json_each(?))";
    const ADD_EVENTS: &str = "INSERT OR FAIL INTO events (seq, kind, truck) \
                        SELECT value ->> 'seq', value ->> 'kind', value ->> 'truck' FROM jsonb_each(?)";
    const ADD_KEYS: &str = "INSERT OR FAIL INTO idempotency_keys (name, fingerprint, answer, created_at) \
                             SELECT value ->> 'name', value ->> 'fingerprint', value ->> 'answer', \
                                    value ->> 'created_at' FROM jsonb_each(?)";
    const UPDATE_FLEET: &str = "UPDATE fleet SET revision = now ->> 'revision', active = now ->> 'active', \
                                  maintenance = now ->> 'maintenance', retired = now ->> 'retired' \
                              FROM (SELECT jsonb(?) AS now)";
    const NEW_EPOCH: &str = "UPDATE fleet SET epoch = lower(hex(randomblob(4)))";
    const NOTIFY: Option<&str> = None;

    async fn finish(
        connection: &mut SqliteConnection,
        statements: Vec<Statement>,
    ) -> Result<Vec<String>, sqlx::Error> {
        let texts = statements.iter().map(|statement| statement.sql).chain(["COMMIT"]).collect::<Vec<_>>();
        let count = texts.len();
        let script = query(AssertSqlSafe(texts.join("; ")));
        let script =
            statements.into_iter().fold(script, |script, statement| script.bind(statement.json_param));
        // Results are counted, because the stream also ends if the connection's thread dies. Then nothing is on disk.
        let done = connection.fetch_many(script).try_fold(0, async |done, _| Ok(done + 1)).await?;
        if done == count { Ok(Vec::new()) } else { Err(sqlx::Error::WorkerCrashed) }
    }

    /// Keeps the connection, because a store in memory lives in its only connection.
    fn abandon(mut connection: PoolConnection<Self>) {
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            // This fails if no transaction was open, or the driver has already rolled it back.
            let _ = raw_sql("ROLLBACK").execute(&mut *connection).await;
        });
    }
}

impl Tables<Sqlite> {
    pub(in crate::store) async fn open(url: &str) -> Result<Self, StoreError> {
        let place = || url.to_owned();
        let cannot_open = |source| StoreError::Open { place: place(), source: Arc::new(source) };
        let options = SqliteConnectOptions::from_str(url)
            .map_err(cannot_open)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(ACQUIRE_TIMEOUT);
        let writer = pool(1).connect_with(options.clone()).await.map_err(cannot_open)?;
        for migrator in [migrations(), additions()] {
            migrator
                .run(&writer)
                .await
                .map_err(|source| StoreError::Migrate { place: place(), source: Arc::new(source) })?;
        }
        let readers = if is_in_memory(url) {
            writer.clone()
        } else {
            let readers =
                pool(READERS).connect_lazy_with(options.create_if_missing(false).pragma("query_only", "ON"));
            // All readers are opened now. One that is opened later would create a new log if the log had been removed.
            let opened = join_all((0..READERS).map(|_| readers.acquire())).await;
            drop(opened.into_iter().collect::<Result<Vec<_>, _>>().map_err(cannot_open)?);
            readers
        };
        Ok(Self { writer, readers })
    }

    /// Copies the content of the write-ahead log into the database, as far as no lock prevents it.
    pub(in crate::store) async fn save_log(&self) {
        if let Err(error) = self.try_save_log().await {
            tracing::warn!(%error, "the write-ahead log cannot be saved in the database");
        }
    }

    async fn try_save_log(&self) -> Result<(), sqlx::Error> {
        let mut connection = Borrowed::of(&self.writer).await?;
        query("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut *connection).await?;
        connection.release();
        Ok(())
    }
}

/// Connections are never closed: opening one costs more than keeping it, and a store in memory lives in its only one.
fn pool(size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

fn migrations() -> Migrator {
    let simple = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        simple(1, "trucks", include_str!("../../../migrations/sqlite/0001_trucks.sql")),
        simple(2, "fleet", include_str!("../../../migrations/sqlite/0002_fleet.sql")),
    ])
}

/// Migrations that an earlier version need not know: see [`super::added`].
fn additions() -> Migrator {
    super::added(&[("plate keys", include_str!("../../../migrations/sqlite/additions/0001_plate_keys.sql"))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Query;

    #[tokio::test]
    async fn writes_are_synchronous_and_readers_are_read_only() {
        let folder = tempfile::TempDir::new().unwrap();
        let url = format!("sqlite://{}/trucks.db", folder.path().display());
        let store = Tables::<Sqlite>::open(&url).await.unwrap();

        let journal: String =
            sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&store.writer).await.unwrap();
        let synchronous: i64 =
            sqlx::query_scalar("PRAGMA synchronous").fetch_one(&store.writer).await.unwrap();
        assert_eq!((journal.as_str(), synchronous), ("wal", 2));
        assert!(sqlx::query("DELETE FROM trucks").execute(&store.readers).await.is_err());
    }

    #[tokio::test]
    async fn a_dropped_transaction_is_rolled_back() {
        let store = Tables::<Sqlite>::open("sqlite::memory:").await.unwrap();
        sqlx::query("UPDATE fleet SET revision = 7").execute(&store.writer).await.unwrap();
        for _ in 0..2 {
            // As when its owner panics.
            drop(store.begin().await.unwrap());
            assert_eq!(store.page(&Query::default()).await.unwrap().revision, 7);
        }
    }

    #[tokio::test]
    async fn a_script_runs_whole_or_not_at_all() {
        let store = Tables::<Sqlite>::open("sqlite::memory:").await.unwrap();
        let step =
            |statement, json_param: &str| Statement { sql: statement, json_param: json_param.to_owned() };
        let fleet = r#"{"revision":7,"active":1,"maintenance":0,"retired":0}"#;
        let mut connection = store.writer.acquire().await.unwrap();
        for (second, is_done) in [("[]", true), (r#"[{"seq":1,"kind":"unheard of","truck":"{}"}]"#, false)] {
            sqlx::query("BEGIN").execute(&mut *connection).await.unwrap();
            let steps = vec![step(Sqlite::UPDATE_FLEET, fleet), step(Sqlite::ADD_EVENTS, second)];
            assert_eq!(Sqlite::finish(&mut connection, steps).await.is_ok(), is_done);
            let is_open = raw_sql("ROLLBACK").execute(&mut *connection).await.is_ok();
            assert_eq!(is_open, !is_done, "a script that fails leaves the end to its caller");
        }
        drop(connection);
        assert_eq!(store.revision().await.unwrap(), 7);
    }
}
