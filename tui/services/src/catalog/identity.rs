//! Which file or folder a path leads to, whatever links it goes through.

#[cfg(not(unix))]
use std::path::PathBuf;
use std::{fs, io, path::Path};

/// The same for every path to one file or folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Identity(#[cfg(unix)] (u64, u64), #[cfg(not(unix))] PathBuf);

impl Identity {
    /// Returns the identity of what a path leads to.
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;

        let found = fs::metadata(path)?;
        Ok(Self((found.dev(), found.ino())))
    }

    /// Returns the identity of what a path leads to.
    #[cfg(not(unix))]
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        fs::canonicalize(path).map(Self)
    }
}
