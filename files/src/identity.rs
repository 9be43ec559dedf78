//! The identity of files.

use std::{
    fs::{self, File, Metadata},
    io,
    path::Path,
};

/// Identifies a file among all that exist at the same time, whatever its path: by its device and inode number.
///
/// A number is reused when the file is removed and no process has it open, so compare only with a file that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileId {
    #[cfg(unix)]
    device: u64,
    #[cfg(unix)]
    number: u64,
}

impl FileId {
    /// Returns the id of a file that is open.
    ///
    /// # Errors
    ///
    /// When the operating system does not report it.
    pub fn of(file: &File) -> io::Result<Self> {
        Ok(Self::from(&file.metadata()?))
    }

    /// Returns the id of the file that a path leads to now. Symbolic links are followed.
    ///
    /// # Errors
    ///
    /// When there is no file, or a folder above it may not be searched.
    pub fn at(path: &Path) -> io::Result<Self> {
        Ok(Self::from(&fs::metadata(path)?))
    }

    #[cfg(unix)]
    fn from(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;

        Self { device: found.dev(), number: found.ino() }
    }

    #[cfg(not(unix))]
    fn from(_: &Metadata) -> Self {
        Self {}
    }
}
