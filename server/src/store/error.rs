//! What a store can fail at.

/// Tells why a store did not do as it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no store that is known. It holds the scheme alone, because the rest may hold a password.
    #[error("`{0}:` names no store; a URL of trucks is like sqlite://hello-trucks.db")]
    UnknownScheme(String),
    /// The store could not be opened.
    #[error("cannot open the trucks in {place}")]
    Open {
        /// Where the trucks are, without any password.
        place: String,
        /// Why.
        source: sqlx::Error,
    },
    /// The tables could not be brought up to date.
    #[error("cannot bring the tables of the trucks in {place} up to date")]
    Migrate {
        /// Where the trucks are, without any password.
        place: String,
        /// Why.
        source: sqlx::migrate::MigrateError,
    },
    /// Another truck has this number plate.
    #[error("another truck has this number plate")]
    PlateTaken,
    /// The store did not answer, or not in time.
    #[error("the trucks cannot be reached")]
    Away(#[source] sqlx::Error),
    /// The store answered with an error, or with something that is no truck.
    #[error("the trucks cannot be read or written")]
    Broken(#[source] sqlx::Error),
}

impl StoreError {
    /// Says whether the same may succeed a little later.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Away(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(said)
                if said.is_unique_violation() && said.message().contains("license_plate") =>
            {
                Self::PlateTaken
            }
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_) => Self::Away(error),
            _ => Self::Broken(error),
        }
    }
}
