//! A connection that returns to its pool only after its operation has finished or was rolled back.
//!
//! A database can become unreachable without closing its connections. Requests then time out, and the connection is
//! discarded: the pool would first test it, and wait in vain.

use std::ops::{Deref, DerefMut};

use sqlx::{Pool, pool::PoolConnection};
use tokio::time::{self, Instant};

use super::Dialect;

#[derive(Debug)]
pub(super) struct Borrowed<DB: Dialect> {
    /// `Some` until the connection is given back or discarded.
    connection: Option<PoolConnection<DB>>,
}

impl<DB: Dialect> Borrowed<DB> {
    pub(super) async fn of(pool: &Pool<DB>) -> Result<Self, sqlx::Error> {
        Ok(Self { connection: Some(pool.acquire().await?) })
    }

    /// Returns the connection to its pool.
    pub(super) fn release(mut self) {
        self.connection = None;
    }

    /// Closes the connection.
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

/// Returns the deadline for a response to a request that is sent now.
pub(super) fn deadline<DB: Dialect>() -> Option<Instant> {
    DB::RESPONSE_TIMEOUT.map(|timeout| Instant::now() + timeout)
}

/// Waits for a response of the database, at most as long as an available database takes.
pub(super) async fn await_response<DB: Dialect, T, E: From<sqlx::Error>>(
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    await_response_by(deadline::<DB>(), answer).await
}

/// Waits for a response of the database until a deadline.
pub(super) async fn await_response_by<T, E: From<sqlx::Error>>(
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
