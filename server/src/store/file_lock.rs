//! Locks by which one process at a time keeps its trucks in a file.
//!
//! SQLite would let a second one write, but nothing tells the first of it: it would go on to hand out lists that it
//! prepared before. So the second waits until the first has ended, as when one server takes over from another.

use std::{
    fs::{File, TryLockError},
    io,
    time::Duration,
};

use tokio::time::{self, Instant};

use super::StoreError;

/// How long to wait: somewhat longer than a server takes to finish what was begun.
const TAKEOVER_TIMEOUT: Duration = Duration::from_secs(30);

/// How often to try again meanwhile.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Waits for locks that another server may hold, for a limited time in all.
#[derive(Debug)]
pub(super) struct Takeover<'u> {
    url: &'u str,
    deadline: Instant,
    is_logged: bool,
}

impl<'u> Takeover<'u> {
    /// Begins to take over the trucks of a URL.
    pub(super) fn of(url: &'u str) -> Self {
        Self { url, deadline: Instant::now() + TAKEOVER_TIMEOUT, is_logged: false }
    }

    /// Locks a file until it is closed or unlocked.
    ///
    /// # Errors
    ///
    /// When another process does not let go of it in time.
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

    /// Waits a moment for the other server.
    ///
    /// # Errors
    ///
    /// When it has been waited for long enough.
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
