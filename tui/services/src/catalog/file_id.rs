//! The identity of a file or folder, independent of links in the path.

#[cfg(not(unix))]
use std::path::PathBuf;
use std::{fs, io, path::Path};

/// Equal for all paths to the same file or folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct FileId(#[cfg(unix)] (u64, u64), #[cfg(not(unix))] PathBuf);

impl FileId {
    /// Returns the identity of the file or folder at a path.
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt;

        let found = fs::metadata(path)?;
        Ok(Self((found.dev(), found.ino())))
    }

    /// Returns the identity of the file or folder at a path.
    #[cfg(not(unix))]
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        fs::canonicalize(path).map(Self)
    }
}
