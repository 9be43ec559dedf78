//! Trucks in PostgreSQL, which many replicas share.

use std::{str::FromStr, sync::Arc, time::Duration};

use futures::future::join_all;
use sqlx::{
    Connection, PgConnection, Postgres, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    query, query_scalar, raw_sql,
};
use tokio::time;

use super::{
    Tables,
    dialect::{Dialect, Statement},
};
use crate::store::StoreError;

/// The maximum number of read connections of a replica, besides one to write and one for the listener.
const READERS: u32 = 6;

/// How many of them are opened at the start, so that few requests wait for a connection.
const READERS_AT_START: u32 = 4;

/// The idle time after which a connection is tested before it is used.
const TEST_AFTER_IDLE: Duration = Duration::from_millis(100);

/// How long a request waits for a connection.
pub(in crate::store) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

/// How long the start waits for a slow database.
pub(in crate::store) const START_TIMEOUT: Duration = Duration::from_secs(15);

/// The database's timeouts for a statement, a lock and an idle transaction. It also checks whether the client is still
/// connected, so that a statement does not outlive its client.
const TIMEOUTS: [(&str, &str); 4] = [
    ("statement_timeout", "5s"),
    ("lock_timeout", "4s"),
    ("idle_in_transaction_session_timeout", "10s"),
    ("client_connection_check_interval", "500ms"),
];

/// The channel on which writers announce the last event.
pub(in crate::store) const CHANGES: &str = "hello_trucks";

impl Dialect for Postgres {
    // Longer than `statement_timeout`, so that an available database reports the error itself.
    const RESPONSE_TIMEOUT: Option<Duration> = Some(Duration::from_secs(6));
    const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; \
                               SELECT revision, active, maintenance, retired FROM fleet FOR UPDATE";
    const POSITION: &str = "strpos";
    const TRUCKS: &str = "SELECT seq, id, make, model, license_plate, status, created_at, updated_at, version \
                          FROM trucks WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))";
    const PLATES: &str = "SELECT license_plate, id, plate_key_of FROM trucks \
                          WHERE plate_key = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb))) \
                            AND plate_key_of = license_plate \
                          UNION ALL \
                          SELECT license_plate, id, plate_key_of FROM trucks \
                          WHERE CASE WHEN license_plate IS NOT NULL \
                                      AND plate_key_of IS DISTINCT FROM license_plate THEN 1 END = 1";
    const UNKEYED_PLATES: &str = "SELECT license_plate, id, plate_key_of FROM trucks \
                                  WHERE CASE WHEN license_plate IS NOT NULL \
                                      AND plate_key_of IS DISTINCT FROM license_plate THEN 1 END = 1 LIMIT $1";
    const KEY_PLATES: &str = "UPDATE trucks SET plate_key = t.key, plate_key_of = license_plate \
                              FROM jsonb_to_recordset($1::jsonb) AS t (id text, plate text, key text) \
                              WHERE trucks.id = t.id AND license_plate = t.plate";
    const KEYS: &str = "WITH asked AS \
                            (SELECT name, fingerprint FROM jsonb_to_recordset($1::jsonb) AS t (name text, fingerprint text)) \
                        SELECT name, fingerprint, \
                               CASE WHEN (name, fingerprint) IN (SELECT name, fingerprint FROM asked) THEN answer END \
                        FROM idempotency_keys WHERE name IN (SELECT name FROM asked)";
    const ADD_TRUCKS: &str = "INSERT INTO trucks (seq, id, make, model, license_plate, status, created_at, updated_at, \
                                           version, make_key, search, plate_key, plate_key_of) \
                       SELECT seq, id, make, model, license_plate, status, created_at, updated_at, version, make_key, \
                              search, plate_key, license_plate \
                       FROM jsonb_to_recordset($1::jsonb) AS t (seq bigint, id text, make text, model text, \
                            license_plate text, status text, created_at bigint, updated_at bigint, version bigint, \
                            make_key text, search text, plate_key text)";
    const CLEAR_PLATES: &str = "UPDATE trucks SET license_plate = NULL \
                           WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))";
    const UPDATE_TRUCKS: &str = "UPDATE trucks SET make = t.make, model = t.model, license_plate = t.license_plate, \
                            status = t.status, updated_at = t.updated_at, version = t.version, \
                            make_key = t.make_key, search = t.search, \
                            plate_key = t.plate_key, plate_key_of = t.license_plate \
                        FROM jsonb_to_recordset($1::jsonb) AS t (id text, make text, model text, license_plate text, \
                             status text, updated_at bigint, version bigint, make_key text, search text, \
                             plate_key text) \
                        WHERE trucks.id = t.id";
    const REMOVE_TRUCKS: &str =
        "DELETE FROM trucks WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))";
    const ADD_EVENTS: &str = "INSERT INTO events (seq, kind, truck) SELECT seq, kind, truck \
                        FROM jsonb_to_recordset($1::jsonb) AS t (seq bigint, kind text, truck text)";
    const ADD_KEYS: &str = "INSERT INTO idempotency_keys (name, fingerprint, answer, created_at) \
                             SELECT name, fingerprint, answer, created_at FROM jsonb_to_recordset($1::jsonb) \
                             AS t (name text, fingerprint text, answer text, created_at bigint)";
    const UPDATE_FLEET: &str = "UPDATE fleet SET revision = t.revision, active = t.active, \
                                  maintenance = t.maintenance, retired = t.retired \
                              FROM jsonb_to_record($1::jsonb) \
                              AS t (revision bigint, active bigint, maintenance bigint, retired bigint)";
    const NEW_EPOCH: &str =
        "UPDATE fleet SET epoch = substr(md5(random()::text || clock_timestamp()::text), 1, 8)";
    const NOTIFY: Option<&str> = Some("SELECT pg_notify('hello_trucks', $1)");

    async fn finish(
        connection: &mut PgConnection,
        statements: Vec<Statement>,
    ) -> Result<Vec<String>, sqlx::Error> {
        for statement in statements {
            query(statement.sql).bind(statement.json_param).execute(&mut *connection).await?;
        }
        // Read under the fleet lock, so that no lease is missed.
        let leases = "SELECT name FROM replicas WHERE until > clock_timestamp()";
        let replicas = query_scalar(leases).fetch_all(&mut *connection).await?;
        raw_sql("COMMIT").execute(connection).await?;
        Ok(replicas)
    }

    /// Closes the connection. The server may be gone; otherwise it rolls the transaction back.
    fn abandon(connection: PoolConnection<Self>) {
        drop(connection.detach());
    }
}

impl Tables<Postgres> {
    pub(in crate::store) async fn open(url: &str) -> Result<Self, StoreError> {
        let cannot_open = |source| StoreError::Open { place: place(url), source: Arc::new(source) };
        let options = options(url).map_err(cannot_open)?;
        let writer = if let Ok(writer) = pool(1).connect_with(options.clone()).await {
            writer
        } else {
            // The pool does not report why it failed, and may have given up too soon.
            check_connection(&options).await.map_err(cannot_open)?;
            pool(1).connect_lazy_with(options.clone())
        };
        migrate(url).await?;
        let readers = pool(READERS).connect_lazy_with(options);
        // A connection that is not opened in time is opened on demand.
        drop(join_all((0..READERS_AT_START).map(|_| readers.acquire())).await);
        Ok(Self { writer, readers })
    }
}

/// Opens and closes one connection. The database is available, or the error says why not.
async fn check_connection(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let connected = time::timeout(START_TIMEOUT, PgConnection::connect_with(options)).await;
    connected.unwrap_or(Err(sqlx::Error::PoolTimedOut)).map(drop)
}

/// Connections are never closed, because opening one costs a DNS lookup and a handshake. They are tested instead.
///
/// A lost connection is replaced only on demand. Otherwise the pool would wait minutes for an unavailable database, and
/// block that slot meanwhile.
fn pool(size: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        // Connections are tested when they are returned. Idle ones may have been lost since.
        .before_acquire(|connection, state| {
            Box::pin(async move { Ok(state.idle_for < TEST_AFTER_IDLE || connection.ping().await.is_ok()) })
        })
}

/// Migrates the tables, on a connection without timeouts.
async fn migrate(url: &str) -> Result<(), StoreError> {
    let cannot_open = |source| StoreError::Open { place: place(url), source: Arc::new(source) };
    let options = PgConnectOptions::from_str(url).map_err(cannot_open)?;
    let connection =
        PgPoolOptions::new().max_connections(1).connect_with(options).await.map_err(cannot_open)?;
    // This takes an advisory lock: of replicas that start together, one migrates and the others wait.
    for migrator in [migrations(), additions()] {
        migrator
            .run(&connection)
            .await
            .map_err(|source| StoreError::Migrate { place: place(url), source: Arc::new(source) })?;
    }
    connection.close().await;
    Ok(())
}

/// Returns the connection options that all connections use.
pub(in crate::store) fn options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    Ok(PgConnectOptions::from_str(url)?.application_name("hello-server").options(TIMEOUTS))
}

/// Returns the location of the trucks, without the secrets in the URL.
fn place(url: &str) -> String {
    PgConnectOptions::from_str(url).map_or_else(
        |_| "PostgreSQL".to_owned(),
        |o| {
            format!(
                "PostgreSQL at {}:{}/{}",
                o.get_host(),
                o.get_port(),
                o.get_database().unwrap_or_default()
            )
        },
    )
}

fn migrations() -> Migrator {
    let simple = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        simple(1, "trucks", include_str!("../../../migrations/postgres/0001_trucks.sql")),
        simple(2, "replicas", include_str!("../../../migrations/postgres/0002_replicas.sql")),
    ])
}

/// Migrations that an earlier version need not know: see [`super::added`].
fn additions() -> Migrator {
    super::added(&[(
        "plate keys",
        include_str!("../../../migrations/postgres/additions/0001_plate_keys.sql"),
    )])
}
