//! The databases behind a store, of which each call reaches the one that is open.

use std::sync::Arc;

use sqlx::Sqlite;

use super::{
    Change, StoreError,
    database_file::{DatabaseFile, Refusal},
    sql::{Author, Tables, Transaction, Written},
};

/// Opens the tables in the file that a URL names. This process holds the file from then on.
pub(super) async fn open_file(url: &str) -> Result<(Tables<Sqlite>, Option<DatabaseFile>), StoreError> {
    let mut file = match DatabaseFile::open_locked(url).await {
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
        file.record_log();
    }
    Ok((tables, file))
}

/// The database of a store.
#[derive(Debug)]
pub(super) enum Backend {
    Sqlite {
        tables: Tables<Sqlite>,
        /// Dropped after the tables: see [`super::database_file`].
        file: Option<DatabaseFile>,
    },
    #[cfg(feature = "postgres")]
    Postgres(Tables<sqlx::Postgres>),
}

impl Backend {
    pub(super) async fn begin(&self) -> Result<WriteTransaction, StoreError> {
        Ok(match self {
            Self::Sqlite { tables, .. } => {
                self.check_and_save().await?;
                WriteTransaction::Sqlite(tables.begin().await?)
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(tables) => WriteTransaction::Postgres(tables.begin().await?),
        })
    }

    /// Checks that writes will survive a restart.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite { file, .. } => file.as_ref().map_or(Ok(()), DatabaseFile::check),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Like [`Backend::check`]. If only the write-ahead log is gone, its content is saved in the database.
    pub(super) async fn check_and_save(&self) -> Result<(), StoreError> {
        let checked = self.check();
        if checked.is_err()
            && let Self::Sqlite { tables, file: Some(file) } = self
            && file.is_in_place()
        {
            tables.save_log().await;
        }
        checked
    }

    pub(super) async fn revision(&self) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite { tables, .. } => tables.revision().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(tables) => tables.revision().await,
        }
    }

    pub(super) async fn key_plates(&self) {
        match self {
            Self::Sqlite { tables, .. } => tables.key_plates().await,
            #[cfg(feature = "postgres")]
            Self::Postgres(tables) => tables.key_plates().await,
        }
    }
}

/// A write transaction of a backend.
#[derive(Debug)]
pub(super) enum WriteTransaction {
    Sqlite(Transaction<Sqlite>),
    #[cfg(feature = "postgres")]
    Postgres(Transaction<sqlx::Postgres>),
}

impl WriteTransaction {
    pub(super) async fn write(self, changes: &[Change], author: &Author<'_>) -> Result<Written, StoreError> {
        match self {
            Self::Sqlite(transaction) => transaction.write(changes, author).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(transaction) => transaction.write(changes, author).await,
        }
    }
}
