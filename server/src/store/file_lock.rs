//! Locks that let only one process at a time use a database file.
//!
//! SQLite would let a second process write, but the first would not notice and would keep serving cached lists. So the
//! second process waits until the first has ended, for example when a new server takes over.

use std::{
    fs::{File, TryLockError},
    io,
    time::Duration,
};

use tokio::time::{self, Instant};

use super::StoreError;

/// How long to wait for a lock: somewhat longer than a server takes to finish its requests.
const TAKEOVER_TIMEOUT: Duration = Duration::from_secs(30);

/// The interval between attempts to lock.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Acquires locks that another server may hold, within one overall timeout.
#[derive(Debug)]
pub(super) struct Takeover<'u> {
    url: &'u str,
    deadline: Instant,
    is_logged: bool,
}

impl<'u> Takeover<'u> {
    /// Starts the takeover of the database that a URL names.
    pub(super) fn of(url: &'u str) -> Self {
        Self { url, deadline: Instant::now() + TAKEOVER_TIMEOUT, is_logged: false }
    }

    /// Locks a file until it is closed or unlocked.
    ///
    /// # Errors
    ///
    /// When another process does not release the lock in time.
    pub(super) async fn lock(&mut self, file: &File) -> Result<(), StoreError> {
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Interrupted => {
                    tracing::warn!(
                        %error,
                        "this file system knows no locks: nothing keeps a second server from these trucks"
                    );
                    return Ok(());
                }
                Err(_) => self.pause().await?,
            }
        }
    }

    /// Waits for one poll interval.
    ///
    /// # Errors
    ///
    /// When the timeout has passed.
    pub(super) async fn pause(&mut self) -> Result<(), StoreError> {
        if Instant::now() >= self.deadline {
            return Err(StoreError::InUse { place: self.url.to_owned() });
        }
        if !std::mem::replace(&mut self.is_logged, true) {
            tracing::info!("waiting for the server that keeps its trucks in the same file");
        }
        time::sleep(POLL_INTERVAL).await;
        Ok(())
    }
}
