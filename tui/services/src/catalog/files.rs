//! Finds and reads single descriptor files. Blocking; file size is limited.

use std::{
    io,
    path::{Path, PathBuf},
};

use hello_catalog::MAX_SOURCE_BYTES;

/// The file names of a descriptor. By default, Backstage discovers the first alone.
pub(super) const NAMES: [&str; 2] = ["catalog-info.yaml", "catalog-info.yml"];

/// Returns the descriptor in `folder` or in the nearest folder above it.
pub(super) fn nearest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().flat_map(|folder| NAMES.map(|name| folder.join(name))).find(|path| path.is_file())
}

/// Reads a regular file.
///
/// # Errors
///
/// Returns the reason, as the predicate of a sentence about the file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    hello_files::read(path, MAX_SOURCE_BYTES as u64).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => format!("is larger than {} MiB", MAX_SOURCE_BYTES / 1024 / 1024),
        _ => format!("cannot be read: {error}"),
    })
}
