//! Where trucks are kept.
//!
//! Every store answers alike: what callers may rely on is said here, what a batch of changes comes to in `plan`, how
//! a database is told in `sql`, and how replicas hear of each other in `replicas`. Whether a truck is well described, and anything of HTTP, never belong here.

mod change;
mod database_file;
mod error;
mod file_lock;
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
use sqlx::{Sqlite, sqlite::SqliteConnectOptions};
use tokio::{sync::watch, time};
use uuid::Uuid;

#[cfg(feature = "postgres")]
use self::replicas::Listener;
use self::{
    database_file::{DatabaseFile, Refusal},
    replicas::AckTracker,
    sql::{Author, Begun, Tables, Written},
    writer::Writer,
};

use self::revision::Revisions;
pub(crate) use self::revision::{Point, Revision};
pub use self::{
    change::{Change, Condition, Done, Edit, Event, EventKind, IdempotencyKey},
    error::StoreError,
    query::{Cursor, Order, OrderBy, Page, Query},
};

/// How long the end of a store may take.
const FAREWELL: Duration = Duration::from_secs(3);

/// Keeps trucks. What it has acknowledged is on disk, and seen by whoever reads after that.
#[derive(Debug, Clone)]
pub struct Store {
    backend: Arc<Backend>,
    writer: Writer,
    revision: Revisions,
    #[cfg(feature = "postgres")]
    listener: Option<Arc<Listener>>,
}

impl Store {
    /// The URL of a store that is forgotten when the last of its clones goes.
    pub const IN_MEMORY: &str = "sqlite::memory:";

    /// Opens the store that `url` names, makes it when it is not there, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// When the URL names no store that is known, the store cannot be opened or brought up to date, or another process
    /// keeps its trucks in the same file and does not end within half a minute.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let scheme = Self::scheme(url)?;
        let backend = Arc::new(match scheme {
            Scheme::Sqlite => {
                let (tables, file) = open_file(url).await?;
                Backend::Sqlite { tables, file }
            }
            #[cfg(feature = "postgres")]
            Scheme::Postgres => Backend::Postgres(Tables::<sqlx::Postgres>::open(url).await?),
        });
        backend.key_plates().await;
        let acks = AckTracker::by(Uuid::now_v7().to_string());
        let revision = Revisions::from(match &*backend {
            Backend::Sqlite { tables, .. } => Revision::of_own(tables.revision().await?),
            #[cfg(feature = "postgres")]
            Backend::Postgres(_) => Revision::unheard(),
        });
        #[cfg(feature = "postgres")]
        let listener = match scheme {
            Scheme::Sqlite => None,
            Scheme::Postgres => Some(Listener::open(url, acks.clone(), revision.clone()).await?.into()),
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

    /// Says which store a URL names, without opening it.
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

    /// Says whether a URL can name a store, without opening it.
    pub(crate) fn check(url: &str) -> Result<(), StoreError> {
        let read = match Self::scheme(url)? {
            Scheme::Sqlite => SqliteConnectOptions::from_str(url).map(drop),
            #[cfg(feature = "postgres")]
            Scheme::Postgres => PgConnectOptions::from_str(url).map(drop),
        };
        // These errors tell of a part of the URL, which is never the password.
        read.map_err(|error| {
            StoreError::BadUrl(match error {
                sqlx::Error::Configuration(why) => why.to_string(),
                other => other.to_string(),
            })
        })
    }

    /// Returns the trucks that are asked for, as they are at one moment.
    pub async fn page(&self, query: &Query) -> Result<Page, StoreError> {
        match &*self.backend {
            Backend::Sqlite { tables, .. } => tables.page(query).await,
            #[cfg(feature = "postgres")]
            Backend::Postgres(tables) => tables.page(query).await,
        }
    }

    /// Returns the fleet in the order in which it was inserted.
    pub async fn list(&self) -> Result<Vec<Truck>, StoreError> {
        Ok(self.page(&Query::default()).await?.trucks)
    }

    /// Returns the truck of this id.
    pub async fn find(&self, id: &TruckId) -> Result<Option<Truck>, StoreError> {
        match &*self.backend {
            Backend::Sqlite { tables, .. } => tables.find(id).await,
            #[cfg(feature = "postgres")]
            Backend::Postgres(tables) => tables.find(id).await,
        }
    }

    /// Returns the events after number `seq`, at most `limit`, in their order.
    pub async fn events_after(&self, seq: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        match &*self.backend {
            Backend::Sqlite { tables, .. } => tables.events_after(seq, limit).await,
            #[cfg(feature = "postgres")]
            Backend::Postgres(tables) => tables.events_after(seq, limit).await,
        }
    }

    /// Asks the database for the number of the last event: it answers only when all is well with it.
    pub async fn reach(&self) -> Result<u64, StoreError> {
        #[cfg(feature = "postgres")]
        let is_deaf = self.listener.as_ref().is_some_and(|listener| listener.is_gone());
        #[cfg(not(feature = "postgres"))]
        let is_deaf = false;
        if is_deaf || self.writer.is_gone() {
            return Err(sqlx::Error::WorkerCrashed.into());
        }
        self.backend.check_and_save().await?;
        self.backend.revision().await
    }

    /// Makes a change.
    ///
    /// # Errors
    ///
    /// [`StoreError::NoSuchTruck`], [`StoreError::OtherVersion`], [`StoreError::PlateTaken`] and
    /// [`StoreError::KeyReused`] when it cannot be made, and then nothing of it is.
    pub async fn write(&self, change: Change) -> Result<Done, StoreError> {
        self.writer.write(change).await
    }

    /// Adds one truck.
    pub async fn insert(&self, truck: &Truck) -> Result<(), StoreError> {
        self.write(Change::Add { trucks: vec![truck.clone()], key: None }).await.map(drop)
    }

    /// Removes the truck of this id, and returns it as it last was.
    pub async fn delete(&self, id: &TruckId) -> Result<Option<Truck>, StoreError> {
        match self.write(Change::Remove { id: id.clone(), condition: Condition::default() }).await {
            Ok(Done::Removed(truck)) => Ok(Some(truck)),
            Ok(_) | Err(StoreError::NoSuchTruck) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns the number of the last event, unless other replicas may by `now` have gone beyond it unheard.
    pub(crate) fn revision(&self, now: Instant) -> Option<Point> {
        self.revision.get().known(now)
    }

    /// Returns what tells of every new revision.
    pub(crate) fn news(&self) -> watch::Receiver<Revision> {
        self.revision.subscribe()
    }

    /// Returns how many connections there are to read by, and how many of them nobody uses.
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

    /// Waits for what is under way, though not for a database that is gone, then closes the store for all its clones.
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
        if time::timeout(FAREWELL, closed).await.is_err() {
            // What is still open keeps its lock, until this process ends.
            tracing::warn!("the store could not be closed in time");
        } else if let Backend::Sqlite { file: Some(file), .. } = &*self.backend {
            file.release();
        }
    }
}

/// Opens the tables in the file of a URL, which this process holds from then on.
async fn open_file(url: &str) -> Result<(Tables<Sqlite>, Option<DatabaseFile>), StoreError> {
    let mut file = match DatabaseFile::take(url).await {
        Ok(file) => file,
        Err(Refusal::Refused(error)) => return Err(error),
        Err(Refusal::Unopened(error)) => {
            let opened = Tables::<Sqlite>::open(url).await;
            let unopened = sqlx::Error::Io(error);
            return Err(opened
                .err()
                .unwrap_or_else(|| StoreError::Open { place: url.to_owned(), source: Arc::new(unopened) }));
        }
    };
    let tables = Tables::<Sqlite>::open(url).await?;
    if let Some(file) = &mut file {
        file.note_log();
    }
    Ok((tables, file))
}

#[derive(Debug)]
enum Backend {
    Sqlite {
        tables: Tables<Sqlite>,
        /// Dropped after the tables: see [`database_file`].
        file: Option<DatabaseFile>,
    },
    #[cfg(feature = "postgres")]
    Postgres(Tables<sqlx::Postgres>),
}

impl Backend {
    async fn begin(&self) -> Result<Writing, StoreError> {
        Ok(match self {
            Self::Sqlite { tables, .. } => {
                self.check_and_save().await?;
                Writing::Sqlite(tables.begin().await?)
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(tables) => Writing::Postgres(tables.begin().await?),
        })
    }

    /// Says whether what is written is still there after a restart.
    fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite { file, .. } => file.as_ref().map_or(Ok(()), DatabaseFile::check),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
        }
    }

    /// As [`Backend::check`]. If only the write-ahead log is gone, what it holds is saved in the database.
    async fn check_and_save(&self) -> Result<(), StoreError> {
        let checked = self.check();
        if checked.is_err()
            && let Self::Sqlite { tables, file: Some(file) } = self
            && file.is_in_place()
        {
            tables.save_log().await;
        }
        checked
    }

    async fn revision(&self) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite { tables, .. } => tables.revision().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(tables) => tables.revision().await,
        }
    }

    async fn key_plates(&self) {
        match self {
            Self::Sqlite { tables, .. } => tables.key_plates().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(tables) => tables.key_plates().await,
        }
    }
}

/// A transaction of a backend.
#[derive(Debug)]
enum Writing {
    Sqlite(Begun<Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(Begun<sqlx::Postgres>),
}

impl Writing {
    async fn write(self, changes: &[Change], author: &Author<'_>) -> Result<Written, StoreError> {
        match self {
            Self::Sqlite(begun) => begun.write(changes, author).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(begun) => begun.write(changes, author).await,
        }
    }
}

/// Names a kind of store.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scheme {
    Sqlite,
    #[cfg(feature = "postgres")]
    Postgres,
}
