//! Opens the files of a user: those the user names, and those that our programs keep for the user.
//!
//! A path may lead anywhere: to a named pipe, a device, a socket, or through a symbolic link that came with a cloned
//! repository. Every function here accepts regular files only, never waits for another process, reads at most as much
//! as its caller allows, and creates files and folders that only their owner may read.
//!
//! This crate does not interpret what the files contain. Errors are [`io::Error`]s whose text says what is wrong with
//! the file; the caller adds the path and what to do next.

mod identity;
mod lock;
mod new_file;
mod open;
mod private;

use std::{
    fs::{File, OpenOptions},
    io::{self, Read},
    path::Path,
};

use self::open::{Links, regular};
pub use self::{
    identity::FileId,
    lock::{locks_leave_records_alone, open_lock},
    new_file::NewFile,
    private::{append, create_folder, make_private, open_or_create, replace},
};

/// Opens a regular file to read it. Symbolic links are followed.
///
/// # Errors
///
/// When the path leads to anything but a regular file, or the file cannot be opened.
pub fn open(path: &Path) -> io::Result<File> {
    regular(path, OpenOptions::new().read(true), Links::Follow)
}

/// Reads a regular file of at most `limit` bytes.
///
/// # Errors
///
/// As [`open`]; also when the file is larger ([`io::ErrorKind::FileTooLarge`]), or has nothing to read at the moment,
/// like some files of `/proc`.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_all(open(path)?, limit)
}

/// Reads a stream of at most `limit` bytes to its end, for example standard input.
///
/// # Errors
///
/// When there is more to read ([`io::ErrorKind::FileTooLarge`]), or reading fails.
pub fn read_all(stream: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("is larger than {limit} bytes")));
    }
    Ok(bytes)
}

/// Reads a regular file of at most `limit` bytes of UTF-8.
///
/// # Errors
///
/// As [`read`]; also when the bytes are not UTF-8 ([`io::ErrorKind::InvalidData`]).
pub fn read_to_string(path: &Path, limit: u64) -> io::Result<String> {
    String::from_utf8(read(path, limit)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("is not UTF-8: {error}")))
}
