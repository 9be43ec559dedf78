//! Which file a path leads to.

use std::{
    fs::{self, File, Metadata},
    io,
    path::Path,
};

/// Tells a file from every other one that exists at the same time, whatever it is called: its device and its number.
///
/// A number is free again when the file is removed and no process has it open, so compare with a file that is open.
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
    /// When the operating system does not tell.
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
