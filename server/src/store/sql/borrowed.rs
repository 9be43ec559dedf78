//! A connection that goes back to its pool only when what was asked over it is over, or has been undone.
//!
//! A database can go without a word. Whoever waits for it gives up in time, and the connection is thrown away: a pool
//! would ask it first whether it is still there, and wait for that in vain.

use std::ops::{Deref, DerefMut};

use sqlx::{Pool, pool::PoolConnection};
use tokio::time::{self, Instant};

use super::Dialect;

#[derive(Debug)]
pub(super) struct Borrowed<DB: Dialect> {
    /// It is there until it is given back or thrown away.
    connection: Option<PoolConnection<DB>>,
}

impl<DB: Dialect> Borrowed<DB> {
    pub(super) async fn of(pool: &Pool<DB>) -> Result<Self, sqlx::Error> {
        Ok(Self { connection: Some(pool.acquire().await?) })
    }

    /// Lets others have it.
    pub(super) fn give_back(mut self) {
        self.connection = None;
    }

    /// Closes it.
    pub(super) fn discard(mut self) {
        if let Some(mut connection) = self.connection.take() {
            connection.close_on_drop();
        }
    }
}

impl<DB: Dialect> Deref for Borrowed<DB> {
    type Target = DB::Connection;

    fn deref(&self) -> &DB::Connection {
        self.connection.as_ref().expect("a connection is there while it is borrowed")
    }
}

impl<DB: Dialect> DerefMut for Borrowed<DB> {
    fn deref_mut(&mut self) -> &mut DB::Connection {
        self.connection.as_mut().expect("a connection is there while it is borrowed")
    }
}

impl<DB: Dialect> Drop for Borrowed<DB> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            DB::abandon(connection);
        }
    }
}

/// Returns until when a database may answer that is asked now.
pub(super) fn deadline<DB: Dialect>() -> Option<Instant> {
    DB::PATIENCE.map(|patience| Instant::now() + patience)
}

/// Waits for an answer of the database, for as long as that can take when it is there.
pub(super) async fn answered<DB: Dialect, T, E: From<sqlx::Error>>(
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    answered_by(deadline::<DB>(), answer).await
}

/// Waits for an answer of the database, until a deadline.
pub(super) async fn answered_by<T, E: From<sqlx::Error>>(
    deadline: Option<Instant>,
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    match deadline {
        Some(deadline) => {
            time::timeout_at(deadline, answer).await.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut.into()))
        }
        None => answer.await,
    }
}
