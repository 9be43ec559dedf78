//! One process at a time keeps its trucks in a file.
//!
//! SQLite would let a second one write, but nothing tells the first of it: it would go on to hand out lists that it
//! prepared before. So the second waits until the first is gone, as when one server takes over from another.

use std::{
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use sqlx::sqlite::SqliteConnectOptions;
use tokio::time::{self, Instant};

use super::StoreError;

/// How long to wait: somewhat longer than a server takes to finish what was begun.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often to look.
const GLANCE: Duration = Duration::from_millis(20);

/// Holds a file for this process, until it is closed or goes. A store in memory is nobody else's anyway.
#[derive(Debug, Clone, Default)]
pub(super) struct Alone(Option<Arc<File>>);

impl Alone {
    /// Takes the file of a URL, waiting for whoever has it.
    pub(super) async fn with(url: &str) -> Result<Self, StoreError> {
        match lock_of(url).and_then(|path| File::create(path).ok()) {
            Some(file) => Self::waiting(file, url).await,
            // A folder that takes no file is told of by the database, and better.
            None => Ok(Self::default()),
        }
    }

    async fn waiting(file: File, url: &str) -> Result<Self, StoreError> {
        let started = Instant::now();
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(Some(Arc::new(file)))),
                // Not every file system knows locks; there, nobody is kept out.
                Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Interrupted => {
                    return Ok(Self::default());
                }
                Err(_) if started.elapsed() > PATIENCE => {
                    return Err(StoreError::InUse { place: url.to_owned() });
                }
                Err(_) if !told => {
                    told = true;
                    tracing::info!("waiting for the server that keeps its trucks in the same file");
                }
                Err(_) => {}
            }
            time::sleep(GLANCE).await;
        }
    }

    /// Lets others have the file.
    pub(super) fn end(&self) {
        if let Some(file) = &self.0 {
            // When that fails, it is let go with the process.
            let _ = file.unlock();
        }
    }
}

/// Returns the file that is locked: one beside the database, for SQLite's own locks on that end when any handle of it
/// is closed.
fn lock_of(url: &str) -> Option<PathBuf> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return None;
    }
    let options = SqliteConnectOptions::from_str(url).ok()?;
    let database: &Path = options.get_filename();
    let mut name = database.file_name()?.to_owned();
    name.push("-lock");
    Some(database.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_lies_beside_the_file() {
        assert_eq!(lock_of("sqlite:///data/trucks.db?mode=rwc"), Some("/data/trucks.db-lock".into()));
        assert_eq!(lock_of("sqlite://hello-trucks.db"), Some("hello-trucks.db-lock".into()));
        assert_eq!(lock_of("sqlite::memory:"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_second_waits_and_in_the_end_is_told_why() {
        let folder = tempfile::TempDir::new().unwrap();
        let url = format!("sqlite://{}/trucks.db", folder.path().display());
        let first = Alone::with(&url).await.unwrap();
        let refusal = Alone::with(&url).await.unwrap_err();
        assert!(matches!(refusal, StoreError::InUse { .. }), "{refusal}");

        let (second, ()) = tokio::join!(Alone::with(&url), async {
            time::sleep(Duration::from_secs(5)).await;
            first.end();
        });
        assert!(second.unwrap().0.is_some());
    }
}
