//! Finds and reads descriptor files. Blocks; bounded in depth, count and size.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

use crate::catalog::LARGEST_SOURCE;

/// The names that a descriptor goes by.
const NAMES: [&str; 2] = ["catalog-info.yaml", "catalog-info.yml"];

/// Folders that hold other people's code or build results.
const PASSED_OVER: [&str; 3] = ["node_modules", "target", "vendor"];

/// How deep a folder is searched.
const DEEPEST: usize = 8;

/// How many entries of a folder are looked at.
const MOST_ENTRIES: usize = 100_000;

/// Returns the descriptor in `folder` or in the nearest folder above it.
pub(super) fn nearest(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().flat_map(|folder| NAMES.map(|name| folder.join(name))).find(|path| path.is_file())
}

/// Says whether the text is a pattern for several files.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Returns the descriptors beneath a folder, those nearer to it first.
pub(super) fn beneath(folder: &Path) -> Vec<PathBuf> {
    WalkDir::new(folder)
        .max_depth(DEEPEST)
        .sort_by(|one, other| order(one).cmp(&order(other)))
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_passed_over(entry))
        .take(MOST_ENTRIES)
        .filter_map(Result::ok)
        .filter(|entry| NAMES.iter().any(|name| entry.file_name() == *name))
        .map(DirEntry::into_path)
        .collect()
}

/// Files come before folders, so that a folder's own descriptor comes before those beneath it.
fn order(entry: &DirEntry) -> (bool, &std::ffi::OsStr) {
    (entry.file_type().is_dir(), entry.file_name())
}

fn is_passed_over(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.file_type().is_dir() && (name.starts_with('.') || PASSED_OVER.contains(&&*name))
}

/// Returns at most `most` files that match a pattern, which is relative to `folder`.
pub(super) fn matching(pattern: &str, folder: &Path, most: usize) -> Result<Vec<PathBuf>, String> {
    let whole = if Path::new(pattern).is_absolute() {
        pattern.to_owned()
    } else {
        let folder = glob::Pattern::escape(&folder.to_string_lossy());
        format!("{folder}/{pattern}")
    };
    let paths = glob::glob(&whole).map_err(|error| format!("is no glob: {error}"))?;
    Ok(paths.filter_map(Result::ok).filter(|path| path.is_file()).take(most).collect())
}

/// Reads a file; of one that is too large just enough to see that it is.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    let why = |error: std::io::Error| format!("cannot be read: {error}");
    // Asked before it is opened: opening a pipe would wait for somebody to write.
    if !fs::metadata(path).map_err(why)?.is_file() {
        return Err("cannot be read: it is not a file".to_owned());
    }
    let mut text = Vec::new();
    let most = LARGEST_SOURCE as u64 + 1;
    File::open(path).map_err(why)?.take(most).read_to_end(&mut text).map_err(why)?;
    Ok(text)
}
