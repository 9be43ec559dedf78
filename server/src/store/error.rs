//! What a store can fail at.

use std::sync::Arc;

/// Tells why a store did not do as it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The URL names no store that is known. It holds the scheme alone, because the rest may hold a password.
    #[error("`{0}:` names no store; a URL of trucks is like sqlite://hello-trucks.db")]
    UnknownScheme(String),
    /// The URL names a store, in a way that cannot be read.
    #[error("the URL of the trucks cannot be read: {0}")]
    BadUrl(String),
    /// The store could not be opened.
    #[error("cannot open the trucks in {place}")]
    Open {
        /// Where the trucks are, without any password.
        place: String,
        /// Why.
        source: Arc<sqlx::Error>,
    },
    /// The tables could not be brought up to date.
    #[error("cannot bring the tables of the trucks in {place} up to date")]
    Migrate {
        /// Where the trucks are, without any password.
        place: String,
        /// Why.
        source: Arc<sqlx::migrate::MigrateError>,
    },
    /// Another process keeps its trucks in the same file.
    #[error("another server keeps its trucks in {place}")]
    InUse {
        /// Where the trucks are.
        place: String,
    },
    /// A file of the store is not one that may be used, as a link or a named pipe where a file must be.
    #[error("{path} {why}")]
    BadFile {
        /// Which.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file of the store was removed, renamed or replaced while this process had it open.
    #[error("{path} is not the file any more that this server has open")]
    FileGone {
        /// Which.
        path: String,
    },
    /// There is no such truck.
    #[error("no truck has this id")]
    NoSuchTruck,
    /// The truck was changed since the caller saw it.
    #[error("the truck is of version {version} by now")]
    OtherVersion {
        /// What it is of now.
        version: u64,
    },
    /// Another truck has this number plate.
    #[error("another truck has this number plate")]
    PlateTaken {
        /// Which of the trucks that were to be added, from 0.
        row: usize,
    },
    /// Another request was made under this idempotency key.
    #[error("another request was made under this idempotency key")]
    KeyReused,
    /// The store did not answer, or not in time, or takes no writes.
    #[error("the trucks cannot be reached")]
    Unavailable(#[source] Arc<sqlx::Error>),
    /// The store answered with an error, or with something that is no truck.
    #[error("the trucks cannot be read or written")]
    Broken(#[source] Arc<sqlx::Error>),
}

impl StoreError {
    /// Says whether the same may succeed a little later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::FileGone { .. })
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let away = match &error {
            sqlx::Error::Database(said) => said.code().is_some_and(|code| stands_for_away(&code)),
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_) => true,
            _ => false,
        };
        let error = Arc::new(error);
        if away { Self::Unavailable(error) } else { Self::Broken(error) }
    }
}

/// Says whether a database's code stands for something that an operator can end without a change of the program.
fn stands_for_away(code: &str) -> bool {
    // PostgreSQL's are of five characters: connection lost, another password, no resources, shut down, read only, no
    // such database (it is being restored), lock or time out.
    if code.len() == 5 {
        return ["08", "28", "53", "57", "58"].iter().any(|class| code.starts_with(class))
            || ["25006", "25P03", "3D000", "40001", "40P01", "55P03"].contains(&code);
    }
    // SQLite's are numbers whose lowest byte is the sort: busy, locked, read only, I/O, full, cannot open.
    code.parse::<i32>().is_ok_and(|code| [5, 6, 8, 10, 13, 14].contains(&(code & 0xff)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_read_only_or_stopped_database_are_away_and_a_broken_rule_is_not() {
        for code in
            ["13", "8", "1032", "778", "5", "57P01", "57014", "53100", "25006", "08006", "28P01", "3D000"]
        {
            assert!(stands_for_away(code), "{code}");
        }
        for code in ["1", "19", "2067", "23505", "42P01", "22P02", "nonsense"] {
            assert!(!stands_for_away(code), "{code}");
        }
    }
}
