//! The errors of a store.

use std::sync::Arc;

/// The reason why a store operation failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The scheme of the URL is not supported. Only the scheme is kept, because the rest may contain a password.
    #[error("`{0}:` names no store; a URL of trucks is like sqlite://hello-trucks.db")]
    UnknownScheme(String),
    /// The scheme is supported, but the URL cannot be parsed.
    #[error("the URL of the trucks cannot be read: {0}")]
    BadUrl(String),
    /// The store could not be opened.
    #[error("cannot open the trucks in {place}")]
    Open {
        /// Where the trucks are, without any password.
        place: String,
        /// The cause.
        source: Arc<sqlx::Error>,
    },
    /// The schema migrations failed.
    #[error("cannot bring the tables of the trucks in {place} up to date")]
    Migrate {
        /// Where the trucks are, without any password.
        place: String,
        /// The cause.
        source: Arc<sqlx::migrate::MigrateError>,
    },
    /// Another process uses the same file.
    #[error("another server keeps its trucks in {place}")]
    InUse {
        /// Where the trucks are.
        place: String,
    },
    /// A file of the store is not a regular file, but for example a symbolic link or a named pipe.
    #[error("{path} {why}")]
    BadFile {
        /// The path of the file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file of the store was removed, renamed or replaced while this process had it open.
    #[error("{path} is not the file any more that this server has open")]
    FileGone {
        /// The path of the file.
        path: String,
    },
    /// No truck has this id.
    #[error("no truck has this id")]
    NoSuchTruck,
    /// The truck was changed since the caller saw it.
    #[error("the truck is of version {version} by now")]
    OtherVersion {
        /// The current version of the truck.
        version: u64,
    },
    /// Another truck has this number plate.
    #[error("another truck has this number plate")]
    PlateTaken {
        /// The index of that truck among the trucks to add, from 0.
        row: usize,
    },
    /// Another request was made under this idempotency key.
    #[error("another request was made under this idempotency key")]
    KeyReused,
    /// The store does not respond, times out, or does not accept writes.
    #[error("the trucks cannot be reached")]
    Unavailable(#[source] Arc<sqlx::Error>),
    /// The store returned an error, or a row that is not a valid truck.
    #[error("the trucks cannot be read or written")]
    Broken(#[source] Arc<sqlx::Error>),
}

impl StoreError {
    /// Reports whether a retry may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::FileGone { .. })
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let is_unavailable = match &error {
            sqlx::Error::Database(error) => error.code().is_some_and(|code| is_unavailable_code(&code)),
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_) => true,
            _ => false,
        };
        let error = Arc::new(error);
        if is_unavailable { Self::Unavailable(error) } else { Self::Broken(error) }
    }
}

/// Reports whether an error code of a database means a condition that an operator can resolve without changing the
/// program.
fn is_unavailable_code(code: &str) -> bool {
    // PostgreSQL codes have five characters. These mean: connection lost, wrong password, no resources, shutdown, read
    // only, no such database (while it is restored), lock conflict or timeout.
    if code.len() == 5 {
        return ["08", "28", "53", "57", "58"].iter().any(|class| code.starts_with(class))
            || ["25006", "25P03", "3D000", "40001", "40P01", "55P03"].contains(&code);
    }
    // SQLite codes are numbers whose lowest byte is the primary code: busy, locked, read only, I/O, full, cannot open.
    code.parse::<i32>().is_ok_and(|code| [5, 6, 8, 10, 13, 14].contains(&(code & 0xff)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_failures_are_unavailable_and_constraint_violations_are_not() {
        for code in
            ["13", "8", "1032", "778", "5", "57P01", "57014", "53100", "25006", "08006", "28P01", "3D000"]
        {
            assert!(is_unavailable_code(code), "{code}");
        }
        for code in ["1", "19", "2067", "23505", "42P01", "22P02", "nonsense"] {
            assert!(!is_unavailable_code(code), "{code}");
        }
    }
}
