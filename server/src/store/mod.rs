//! Storage of trucks.
//!
//! All backends behave the same. The public items here define what callers may rely on. `plan` computes the effect of a
//! batch of changes, `sql` talks to the database, and `replicas` keeps replicas consistent. Validation of trucks and
//! anything about HTTP belong elsewhere.

mod backend;
mod change;
mod cursor;
mod database_file;
mod error;
mod event;
mod file_lock;
mod order;
mod plan;
mod plate;
mod query;
mod replicas;
mod revision;
mod sql;
mod writer;

use std::{
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

use hello_shared::{Truck, TruckId};
#[cfg(feature = "postgres")]
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::{sync::watch, time};
use uuid::Uuid;

#[cfg(feature = "postgres")]
use self::replicas::ReplicaListener;
use self::{
    backend::{Backend, open_file},
    replicas::AckTracker,
    writer::Writer,
};

use self::revision::Revisions;
pub(crate) use self::revision::{Point, Revision};
pub use self::{
    change::{Change, Condition, Done, Edit, IdempotencyKey},
    cursor::Cursor,
    error::StoreError,
    event::{Event, EventKind},
    order::{Order, OrderBy},
    query::{Page, Query},
};

/// How long closing a store may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);

/// A store of trucks. An acknowledged write is on disk and visible to every later read.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Arc<Backend>,
    writer: Writer,
    revision: Revisions,
    #[cfg(feature = "postgres")]
    listener: Option<Arc<ReplicaListener>>,
}

impl Store {
    /// The URL of a store in memory, whose data is lost when its last clone is dropped.
    pub const IN_MEMORY: &str = "sqlite::memory:";

    /// Opens the store that `url` names, creates it if it is missing, and migrates its tables.
    ///
    /// # Errors
    ///
    /// When the scheme of the URL is not supported, the store cannot be opened or migrated, or another process holds
    /// the same file and does not release it within half a minute.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let scheme = Self::scheme(url)?;
        let backend = Arc::new(match scheme {
            Scheme::Sqlite => {
                let (tables, file) = open_file(url).await?;
                Backend::Sqlite { tables, file }
            }
            #[cfg(feature = "postgres")]
            Scheme::Postgres => Backend::Postgres(sql::Tables::<sqlx::Postgres>::open(url).await?),
        });
        backend.key_plates().await;
        let acks = AckTracker::by(Uuid::now_v7().to_string());
        let revision = Revisions::from(match &*backend {
            Backend::Sqlite { tables, .. } => Revision::of_own(tables.revision().await?),
            #[cfg(feature = "postgres")]
            Backend::Postgres(_) => Revision::without_notifications(),
        });
        #[cfg(feature = "postgres")]
        let listener = match scheme {
            Scheme::Sqlite => None,
            Scheme::Postgres => {
                Some(ReplicaListener::open(url, acks.clone(), revision.clone()).await?.into())
            }
        };
        let writer = Writer::start(backend.clone(), revision.clone(), acks);
        Ok(Self {
            backend,
            writer,
            revision,
            #[cfg(feature = "postgres")]
            listener,
        })
    }

    /// Returns the kind of store that a URL names, without opening it.
    pub(crate) fn scheme(url: &str) -> Result<Scheme, StoreError> {
        match url.split_once(':') {
            Some(("sqlite", _)) => Ok(Scheme::Sqlite),
            #[cfg(feature = "postgres")]
            Some(("postgres" | "postgresql", _)) => Ok(Scheme::Postgres),
            // The rest of a URL may hold a password.
            Some((other, _)) => Err(StoreError::UnknownScheme(other.to_owned())),
            None => Err(StoreError::UnknownScheme(String::new())),
        }
    }

    /// Checks that a URL can name a store, without opening it.
    pub(crate) fn check(url: &str) -> Result<(), StoreError> {
        let read = match Self::scheme(url)? {
            Scheme::Sqlite => SqliteConnectOptions::from_str(url).map(drop),
            #[cfg(feature = "postgres")]
            Scheme::Postgres => PgConnectOptions::from_str(url).map(drop),
        };
        // These errors mention a part of the URL, but never the password.
        read.map_err(|error| {
            StoreError::BadUrl(match error {
                sqlx::Error::Configuration(why) => why.to_string(),
                other => other.to_string(),
            })
        })
    }

    /// Returns the trucks that match a query, in one consistent snapshot.
    pub async fn page(&self, query: &Query) -> Result<Page, StoreError> {
        match &*self.backend {
            Backend::Sqlite { tables, .. } => tables.page(query).await,
            #[cfg(feature = "postgres")]
            Backend::Postgres(tables) => tables.page(query).await,
        }
    }

    /// Returns all trucks in insertion order.
    pub async fn list(&self) -> Result<Vec<Truck>, StoreError> {
        Ok(self.page(&Query::default()).await?.trucks)
    }

    /// Returns the truck with this id.
    pub async fn find(&self, id: &TruckId) -> Result<Option<Truck>, StoreError> {
        match &*self.backend {
            Backend::Sqlite { tables, .. } => tables.find(id).await,
            #[cfg(feature = "postgres")]
            Backend::Postgres(tables) => tables.find(id).await,
        }
    }

    /// Returns at most `limit` events after number `seq`, in order.
    pub async fn events_after(&self, seq: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        match &*self.backend {
            Backend::Sqlite { tables, .. } => tables.events_after(seq, limit).await,
            #[cfg(feature = "postgres")]
            Backend::Postgres(tables) => tables.events_after(seq, limit).await,
        }
    }

    /// Returns the number of the last event from the database, or an error if any part of the store has failed.
    pub async fn reach(&self) -> Result<u64, StoreError> {
        #[cfg(feature = "postgres")]
        let listener_ended = self.listener.as_ref().is_some_and(|listener| listener.is_gone());
        #[cfg(not(feature = "postgres"))]
        let listener_ended = false;
        if listener_ended || self.writer.is_gone() {
            return Err(sqlx::Error::WorkerCrashed.into());
        }
        self.backend.check_and_save().await?;
        self.backend.revision().await
    }

    /// Applies a change.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuchTruck`], [`StoreError::OtherVersion`], [`StoreError::PlateTaken`] and
    /// [`StoreError::KeyReused`] when the change is refused. Then nothing of it is applied.
    pub async fn write(&self, change: Change) -> Result<Done, StoreError> {
        self.writer.write(change).await
    }

    /// Adds one truck.
    pub async fn insert(&self, truck: &Truck) -> Result<(), StoreError> {
        self.write(Change::Add { trucks: vec![truck.clone()], key: None }).await.map(drop)
    }

    /// Removes the truck with this id, and returns its last state.
    pub async fn delete(&self, id: &TruckId) -> Result<Option<Truck>, StoreError> {
        match self.write(Change::Remove { id: id.clone(), condition: Condition::default() }).await {
            Ok(Done::Removed(truck)) => Ok(Some(truck)),
            Ok(_) | Err(StoreError::NoSuchTruck) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the number of the last event; `None` if other replicas may have written events by `now` that are unknown
    /// here.
    pub(crate) fn revision(&self, now: Instant) -> Option<Point> {
        self.revision.get().known(now)
    }

    /// Subscribes to new revisions.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Revision> {
        self.revision.subscribe()
    }

    /// Returns the number of read connections, and how many of them are idle.
    pub(crate) fn connections(&self) -> (u32, usize) {
        match &*self.backend {
            Backend::Sqlite { tables, .. } => tables.connections(),
            #[cfg(feature = "postgres")]
            Backend::Postgres(tables) => tables.connections(),
        }
    }

    /// Returns the name of the kind of store.
    pub(crate) fn kind(&self) -> &'static str {
        match &*self.backend {
            Backend::Sqlite { .. } => "sqlite",
            #[cfg(feature = "postgres")]
            Backend::Postgres(_) => "postgres",
        }
    }

    /// Waits for operations in progress, but not for an unavailable database, then closes the store for all its clones.
    pub async fn close(&self) {
        #[cfg(feature = "postgres")]
        if let Some(listener) = &self.listener {
            listener.close().await;
        }
        let closed = async {
            match &*self.backend {
                Backend::Sqlite { tables, .. } => tables.close().await,
                #[cfg(feature = "postgres")]
                Backend::Postgres(tables) => tables.close().await,
            }
        };
        if time::timeout(CLOSE_TIMEOUT, closed).await.is_err() {
            // A file that is still open stays locked until this process ends.
            tracing::warn!("the store could not be closed in time");
        } else if let Backend::Sqlite { file: Some(file), .. } = &*self.backend {
            file.release();
        }
    }
}

/// A kind of store.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scheme {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
}
