//! Where trucks are kept.
//!
//! Every store answers alike: what callers may rely on is said here, how it is reached in the file of each. The rules
//! of a truck, and anything of HTTP, never belong here.

mod error;
mod sqlite;

use hello_shared::{Truck, TruckId};

use self::sqlite::SqliteStore;

pub use self::error::StoreError;

/// Keeps trucks. What it has acknowledged is on disk.
#[derive(Debug, Clone)]
pub enum Store {
    /// In a file beside the process, or in its memory.
    Sqlite(SqliteStore),
}

impl Store {
    /// The URL of a store that is forgotten when the last of its clones goes.
    pub const IN_MEMORY: &str = "sqlite::memory:";

    /// Opens the store that `url` names, makes it when it is not there, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// When the URL names no store that is known, or the store cannot be opened or brought up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        match Self::scheme(url)? {
            Scheme::Sqlite => SqliteStore::open(url).await.map(Self::Sqlite),
        }
    }

    /// Says which store a URL names, without opening it.
    pub(crate) fn scheme(url: &str) -> Result<Scheme, StoreError> {
        match url.split_once(':') {
            Some(("sqlite", _)) => Ok(Scheme::Sqlite),
            // The rest of a URL may hold a password.
            Some((other, _)) => Err(StoreError::UnknownScheme(other.to_owned())),
            None => Err(StoreError::UnknownScheme(String::new())),
        }
    }

    /// Returns the fleet in the order in which it was inserted.
    pub async fn list(&self) -> Result<Vec<Truck>, StoreError> {
        match self {
            Self::Sqlite(store) => store.list().await,
        }
    }

    /// Returns the truck of this id.
    pub async fn find(&self, id: &TruckId) -> Result<Option<Truck>, StoreError> {
        match self {
            Self::Sqlite(store) => store.find(id).await,
        }
    }

    /// Keeps a truck exactly as given; its moments must be whole microseconds to be read back equal.
    ///
    /// # Errors
    ///
    /// [`StoreError::PlateTaken`] when another truck has its number plate.
    pub async fn insert(&self, truck: &Truck) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => store.insert(truck).await,
        }
    }

    /// Forgets the truck of this id, and returns it as it last was.
    pub async fn delete(&self, id: &TruckId) -> Result<Option<Truck>, StoreError> {
        match self {
            Self::Sqlite(store) => store.delete(id).await,
        }
    }

    /// Waits for what is under way, then closes the store for all its clones.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
        }
    }
}

/// Names a kind of store.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scheme {
    Sqlite,
}
