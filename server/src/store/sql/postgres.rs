//! Trucks in PostgreSQL, which many replicas share.
//!
//! They tell each other of changes by `NOTIFY`. A replica that cannot hear the others forgets what it has prepared, and
//! asks the database for everything until it hears them again.

use std::{str::FromStr, sync::Arc, sync::Weak, time::Duration};

use sqlx::{
    Postgres, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use tokio::{sync::watch, time};

use super::{Dialect, Tables};
use crate::store::{Backend, Revision, StoreError};

/// How many connections a replica has at most. Writes go one after the other, over one of them.
const CONNECTIONS: u32 = 8;

/// How many of them it keeps open, so that no request waits for a name server and a handshake.
const KEPT: u32 = 6;

/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long the database works on a statement, waits for a lock, and keeps a transaction that nobody goes on with.
const TIMEOUTS: [(&str, &str); 3] =
    [("statement_timeout", "5s"), ("lock_timeout", "4s"), ("idle_in_transaction_session_timeout", "10s")];

/// How long to wait before the next attempt to hear the other replicas.
const BREATH: Duration = Duration::from_millis(200);

/// How often the database is asked whether it is there, and how long it may take to say so.
const GLANCE: Duration = Duration::from_secs(1);

const CHANNEL: &str = "hello_trucks";

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

fn options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
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
    let trucks = include_str!("../../../migrations/postgres/0001_trucks.sql");
    let first = Migration::new(1, "trucks".into(), MigrationType::Simple, trucks.into_sql_str(), false);
    Migrator::with_migrations(vec![first])
}

/// Hears of the changes that other replicas make.
pub(in crate::store) struct Ear {
    url: String,
    backend: Weak<Backend>,
    revision: watch::Sender<Revision>,
}

impl Ear {
    /// Begins to listen, and goes on until the store is closed or gone.
    pub(in crate::store) async fn open(
        url: &str,
        backend: Weak<Backend>,
        revision: watch::Sender<Revision>,
    ) -> Result<(), StoreError> {
        let ear = Self { url: url.to_owned(), backend, revision };
        let listener = ear.listen().await?;
        tokio::spawn(ear.stay(listener));
        Ok(())
    }

    async fn stay(self, listener: PgListener) {
        let mut listening = Some(listener);
        while self.wanted() {
            if let Some(mut listener) = listening.take() {
                self.hear(&mut listener).await;
                if self.wanted() {
                    tracing::warn!("the database cannot be heard; every read asks it until it can");
                }
            }
            match self.listen().await {
                Ok(listener) => {
                    tracing::info!("the database is heard again");
                    listening = Some(listener);
                }
                Err(error) => {
                    tracing::debug!(
                        error = crate::error::in_full(&error),
                        "the database cannot be heard yet"
                    );
                    time::sleep(BREATH).await;
                }
            }
        }
    }

    /// Connects, and finds out what happened while nobody listened.
    async fn listen(&self) -> Result<PgListener, StoreError> {
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(PATIENCE);
        let pool = pool.connect_lazy_with(options(&self.url)?);
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.ignore_pool_close_event(true);
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        let Some(backend) = self.backend.upgrade() else { return Ok(listener) };
        let last = backend.revision().await?;
        self.revision.send_if_modified(|revision| revision.find(last));
        Ok(listener)
    }

    /// Returns when the connection is lost, or the database does not answer.
    async fn hear(&self, listener: &mut PgListener) {
        let told = async {
            while let Ok(Some(told)) = listener.try_recv().await {
                if let Ok(last) = told.payload().parse() {
                    self.revision.send_if_modified(|revision| revision.advance(last));
                }
            }
        };
        tokio::select! {
            () = told => {}
            () = self.ask() => {}
        }
        self.revision.send_if_modified(Revision::lose);
    }

    /// Asks again and again, for a connection can be dead without a word. Returns when there is no answer.
    async fn ask(&self) {
        loop {
            time::sleep(GLANCE).await;
            let Some(backend) = self.backend.upgrade() else { return };
            match time::timeout(GLANCE, backend.revision()).await {
                Ok(Ok(last)) => self.revision.send_if_modified(|revision| revision.advance(last)),
                Ok(Err(_)) | Err(_) => return,
            };
        }
    }

    fn wanted(&self) -> bool {
        match self.backend.upgrade().as_deref() {
            Some(Backend::Postgres(tables)) => !tables.readers.is_closed(),
            _ => false,
        }
    }
}
