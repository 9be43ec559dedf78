//! The SQLite database file: locked for this process, private, and checked to still be the one at its path.
//!
//! # Locks
//!
//! The file itself is locked (`flock`), so another name of the file does not bypass the lock: a hard link, a symbolic
//! link, another relative path. On Linux this lock is independent of SQLite's own locks. The file stays open until
//! SQLite has closed it, because closing any descriptor of a file releases all of SQLite's locks on it.
//!
//! A lock file beside it, `…-lock`, is locked first. Earlier versions use only that lock. It is also the only lock on
//! macOS and the BSDs, and on network file systems, where locking the database file would block SQLite itself. There, a
//! hard link to the database or a removed lock file lets a second server start.
//!
//! # File identity
//!
//! SQLite keeps writing to a database file that was removed, renamed or replaced, and to a write-ahead log that was
//! removed. Those writes would be lost after a restart. So the paths are checked before a batch begins and before its
//! writes are acknowledged: they must still lead to the open files. A file that is overwritten in place is not
//! detected.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    str::FromStr,
    sync::atomic::{AtomicBool, Ordering},
};

use hello_files::FileId;
use sqlx::sqlite::SqliteConnectOptions;

use super::{StoreError, file_lock::Takeover};

/// The suffixes of the files that SQLite keeps beside a database: the write-ahead log and its index.
const SIDE_FILE_SUFFIXES: [&str; 2] = ["-wal", "-shm"];

/// The database file, held by this process until it is released or dropped.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    /// Open and locked.
    file: File,
    /// Open and locked; `None` if the lock file cannot be created.
    lock: Option<File>,
    /// Without symbolic links, as SQLite opens it.
    path: PathBuf,
    id: FileId,
    /// The id of the write-ahead log, once SQLite has it open.
    log: Option<FileId>,
    is_lost: AtomicBool,
}

/// The reason why a database file cannot be used.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The file cannot be opened. SQLite reports a better error when it tries to.
    Unopened(io::Error),
    Refused(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

impl DatabaseFile {
    /// Opens and locks the file that a URL names. Creates a missing file, and waits while another server holds it.
    /// Returns `None` for a store in memory.
    pub(super) async fn open_locked(url: &str) -> Result<Option<Self>, Refusal> {
        let Some(name) = name_of(url) else { return Ok(None) };
        let mut takeover = Takeover::of(url);
        let lock = open_lock(&lock_of(&name))?;
        if let Some(lock) = &lock {
            takeover.lock(lock).await?;
        }
        loop {
            let file = open(&name, is_read_only(url))?;
            if hello_files::locks_leave_records_alone(&file) {
                takeover.lock(&file).await?;
            }
            let path = name.canonicalize().map_err(Refusal::Unopened)?;
            let id = FileId::of(&file).map_err(Refusal::Unopened)?;
            // Another process may have replaced the file before it was locked.
            if FileId::at(&path).is_ok_and(|found| found == id) {
                make_private(&path);
                return Ok(Some(Self { file, lock, path, id, log: None, is_lost: AtomicBool::new(false) }));
            }
            takeover.pause().await?;
        }
    }

    /// Records the id of the write-ahead log, after SQLite has opened it. A read-only database has no log.
    pub(super) fn record_log(&mut self) {
        self.log = FileId::at(&self.log_path()).ok();
    }

    /// Checks that the paths still lead to the open files.
    ///
    /// # Errors
    ///
    /// [`StoreError::FileGone`] when one of them does not.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let leads_to = |path: &Path, id| FileId::at(path).is_ok_and(|found| found == id);
        let gone = if leads_to(&self.path, self.id) {
            self.log.and_then(|id| Some(self.log_path()).filter(|path| !leads_to(path, id)))
        } else {
            Some(self.path.clone())
        };
        let was_lost = self.is_lost.swap(gone.is_some(), Ordering::Relaxed);
        match gone {
            None if was_lost => tracing::info!(path = %self.path.display(), "the file of the trucks is back"),
            None => {}
            Some(path) => {
                let error = StoreError::FileGone { path: path.display().to_string() };
                if !was_lost {
                    tracing::error!(%error, "no write is taken: put the file back, or restart the server");
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Reports whether the database file is still at its path, so that data that is only in memory or in the log can be
    /// saved in it.
    pub(super) fn is_in_place(&self) -> bool {
        FileId::at(&self.path).is_ok_and(|found| found == self.id)
    }

    /// Unlocks the file for other processes. Call this after SQLite has closed it.
    pub(super) fn release(&self) {
        for file in [Some(&self.file), self.lock.as_ref()].into_iter().flatten() {
            // If unlocking fails, the lock ends with the process.
            let _ = file.unlock();
        }
    }

    fn log_path(&self) -> PathBuf {
        beside(&self.path, SIDE_FILE_SUFFIXES[0])
    }
}

/// Returns the file path in a URL; `None` for a store in memory.
fn name_of(url: &str) -> Option<PathBuf> {
    if is_in_memory(url) {
        return None;
    }
    let options = SqliteConnectOptions::from_str(url).ok()?;
    let name: &Path = options.get_filename();
    name.file_name()?;
    Some(name.to_owned())
}

/// Reports whether a URL names a store in memory.
pub(super) fn is_in_memory(url: &str) -> bool {
    url.contains(":memory:") || url.contains("mode=memory")
}

fn is_read_only(url: &str) -> bool {
    url.split_once('?').is_some_and(|(_, query)| query.split('&').any(|pair| pair == "mode=ro"))
}

/// Returns the path of the lock file: beside the database file itself, also if `name` is a symbolic link.
fn lock_of(name: &Path) -> PathBuf {
    beside(&name.canonicalize().unwrap_or_else(|_| name.to_owned()), "-lock")
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Opens the lock file. Returns `None` if it cannot be created, for example in a read-only folder.
fn open_lock(path: &Path) -> Result<Option<File>, Refusal> {
    match hello_files::open_lock(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if cannot_write(&error) || error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(refused(path, &error)),
    }
}

/// Opens the database for writing, or for reading if writing is not possible.
fn open(name: &Path, read_only: bool) -> Result<File, Refusal> {
    let opened = if read_only { hello_files::open(name) } else { hello_files::open_or_create(name) };
    match opened {
        Err(error) if !read_only && cannot_write(&error) => hello_files::open(name),
        other => other,
    }
    .map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => refused(name, &error),
        _ => Refusal::Unopened(error),
    })
}

fn cannot_write(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

fn refused(path: &Path, error: &io::Error) -> Refusal {
    let (path, why) = (path.display().to_string(), error.to_string());
    Refusal::Refused(StoreError::BadFile { path, why })
}

/// Makes files that an earlier version created private to their owner.
///
/// Call this only before SQLite opens them: closing a descriptor releases SQLite's locks.
fn make_private(path: &Path) {
    let files = SIDE_FILE_SUFFIXES.into_iter().chain(["-lock"]).map(|suffix| beside(path, suffix));
    for file in files.chain([path.to_owned()]) {
        match hello_files::make_private(&file) {
            Ok(true) => tracing::info!(file = %file.display(), "now only its owner may read it"),
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, file = %file.display(), "others may be able to read it");
            }
            Ok(false) | Err(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
