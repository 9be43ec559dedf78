//! Files that appear only once they are complete.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::private::create_folder;

/// How many names are tried until one is free.
const MAX_TRIES: u32 = 1_000;

/// A file that is written under a temporary name and gets its own name at the end. Dropping it before removes it.
///
/// A process that is killed leaves the temporary file, which is hidden and ends with `.part`.
#[derive(Debug)]
pub struct NewFile {
    file: NamedTempFile,
    folder: PathBuf,
}

impl NewFile {
    /// Begins a file in a folder. The file, and folders that are missing, are created for their owner only.
    ///
    /// # Errors
    ///
    /// When the folder or the file cannot be created.
    pub fn create_in(folder: &Path) -> io::Result<Self> {
        create_folder(folder)?;
        let file = tempfile::Builder::new().prefix(".hello-").suffix(".part").tempfile_in(folder)?;
        Ok(Self { file, folder: folder.to_owned() })
    }

    /// Appends bytes.
    ///
    /// # Errors
    ///
    /// When they cannot be written, for example because the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.as_file_mut().write_all(bytes)
    }

    /// Gives the file its name, and returns its path. An existing file is not replaced, nor is a link followed: a number
    /// is added to the name instead, as in `report-2.zip`.
    ///
    /// # Errors
    ///
    /// When `name` is more than a name, or the file cannot be renamed. The temporary file is removed.
    pub fn keep(self, name: &str) -> io::Result<PathBuf> {
        if Path::new(name).file_name().is_none_or(|only| only != name) {
            let why = "the name of a new file must not lead to another folder";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let Self { mut file, folder } = self;
        for number in 1..=MAX_TRIES {
            let path = folder.join(numbered(name, number));
            match file.persist_noclobber(&path) {
                Ok(_) => return Ok(path),
                Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => file = refused.file,
                Err(refused) => return Err(refused.error),
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("there are {MAX_TRIES} files of that name")))
    }
}

/// Adds a number to a name, before its extension. The first file has none.
fn numbered(name: &str, number: u32) -> String {
    match name.rsplit_once('.') {
        _ if number == 1 => name.to_owned(),
        Some((stem, extension)) if !stem.is_empty() => format!("{stem}-{number}.{extension}"),
        _ => format!("{name}-{number}"),
    }
}
