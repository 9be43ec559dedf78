//! Trucks in PostgreSQL, which many replicas share.

use std::{str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    Postgres, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{Dialect, Tables};
use crate::store::StoreError;

/// How many connections a replica has at most. Writes go one after the other, over one of them.
const CONNECTIONS: u32 = 8;

/// How many of them it keeps open, so that no request waits for a name server and a handshake.
const KEPT: u32 = 6;

/// How long a request waits for a connection.
pub(in crate::store) const PATIENCE: Duration = Duration::from_secs(2);

/// How long the database works on a statement, waits for a lock, and keeps a transaction that nobody goes on with.
const TIMEOUTS: [(&str, &str); 3] =
    [("statement_timeout", "5s"), ("lock_timeout", "4s"), ("idle_in_transaction_session_timeout", "10s")];

/// Where writers tell of the last event.
pub(in crate::store) const CHANGES: &str = "hello_trucks";

impl Dialect for Postgres {
    const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    const BEGIN_WRITE: &str = "BEGIN";
    const POSITION: &str = "strpos";
    const LOCK_FLEET: &str = "SELECT revision, active, maintenance, retired FROM fleet FOR UPDATE";
    const TRUCKS: &str = "SELECT seq, id, make, model, license_plate, status, created_at, updated_at, version \
                          FROM trucks WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))";
    const PLATES: &str = "SELECT license_plate, id FROM trucks \
                          WHERE license_plate IN (SELECT jsonb_array_elements_text($1::jsonb))";
    const KEYS: &str = "SELECT name, fingerprint, answer FROM idempotency_keys \
                        WHERE name IN (SELECT jsonb_array_elements_text($1::jsonb))";
    const ADD: &str = "INSERT INTO trucks (seq, id, make, model, license_plate, status, created_at, updated_at, \
                                           version, make_key, search) \
                       SELECT seq, id, make, model, license_plate, status, created_at, updated_at, version, make_key, \
                              search \
                       FROM jsonb_to_recordset($1::jsonb) AS t (seq bigint, id text, make text, model text, \
                            license_plate text, status text, created_at bigint, updated_at bigint, version bigint, \
                            make_key text, search text)";
    const UNPLATE: &str = "UPDATE trucks SET license_plate = NULL \
                           WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))";
    const EDIT: &str = "UPDATE trucks SET make = t.make, model = t.model, license_plate = t.license_plate, \
                            status = t.status, updated_at = t.updated_at, version = t.version, \
                            make_key = t.make_key, search = t.search \
                        FROM jsonb_to_recordset($1::jsonb) AS t (id text, make text, model text, license_plate text, \
                             status text, updated_at bigint, version bigint, make_key text, search text) \
                        WHERE trucks.id = t.id";
    const REMOVE: &str = "DELETE FROM trucks WHERE id IN (SELECT jsonb_array_elements_text($1::jsonb))";
    const TELL: &str = "INSERT INTO events (seq, kind, truck) SELECT seq, kind, truck \
                        FROM jsonb_to_recordset($1::jsonb) AS t (seq bigint, kind text, truck text)";
    const KEEP_KEYS: &str = "INSERT INTO idempotency_keys (name, fingerprint, answer, created_at) \
                             SELECT name, fingerprint, answer, created_at FROM jsonb_to_recordset($1::jsonb) \
                             AS t (name text, fingerprint text, answer text, created_at bigint)";
    const ANNOUNCE: Option<&str> = Some("SELECT pg_notify('hello_trucks', $1)");
    const LEASES: Option<&str> = Some("SELECT name FROM replicas WHERE until > clock_timestamp()");
}

impl Tables<Postgres> {
    pub(in crate::store) async fn open(url: &str) -> Result<Self, StoreError> {
        let cannot_open = |source| StoreError::Open { place: place(url), source: Arc::new(source) };
        let options = options(url).map_err(cannot_open)?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .min_connections(KEPT)
            .acquire_timeout(PATIENCE)
            // They are tested when they come back: once is enough.
            .test_before_acquire(false)
            .connect_with(options)
            .await
            .map_err(cannot_open)?;
        // It takes an advisory lock: of replicas that start together, one migrates and the others wait for it.
        migrations()
            .run(&pool)
            .await
            .map_err(|source| StoreError::Migrate { place: place(url), source: Arc::new(source) })?;
        Ok(Self { writer: pool.clone(), readers: pool })
    }
}

/// Returns how to connect, as every connection does.
pub(in crate::store) fn options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    Ok(PgConnectOptions::from_str(url)?.application_name("hello-server").options(TIMEOUTS))
}

/// Returns where the trucks are without what a URL may hold of secrets.
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
