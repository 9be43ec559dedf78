//! The only place where a path is opened. The type of its file is checked before and after.

use std::{
    fs::{self, File, FileType, OpenOptions},
    io,
    path::Path,
};

/// How to treat a symbolic link in the last part of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    Follow,
    Refuse,
}

/// Opens a regular file without blocking; `options` may create it.
///
/// The check before keeps devices from being opened at all, because opening some has side effects. The check after is
/// the decisive one: another process may have replaced the file in between.
pub(crate) fn regular(path: &Path, options: &mut OpenOptions, links: Links) -> io::Result<File> {
    let found = match links {
        Links::Follow => fs::metadata(path),
        Links::Refuse => fs::symlink_metadata(path),
    };
    match found {
        Ok(found) => check(found.file_type())?,
        // Opening decides whether that is an error.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    set_flags(options, links);
    let file = options.open(path)?;
    check(file.metadata()?.file_type())?;
    Ok(file)
}

fn check(kind: FileType) -> io::Result<()> {
    if kind.is_file() {
        return Ok(());
    }
    let why = format!("is {}, not a regular file", name(kind));
    Err(io::Error::new(io::ErrorKind::InvalidInput, why))
}

/// Opening a pipe must not wait for its other end, and opening a terminal must not make it the controlling terminal.
#[cfg(unix)]
fn set_flags(options: &mut OpenOptions, links: Links) {
    use std::os::unix::fs::OpenOptionsExt;

    use rustix::fs::OFlags;

    let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    flags.set(OFlags::NOFOLLOW, links == Links::Refuse);
    options.custom_flags(flags.bits().cast_signed());
}

#[cfg(not(unix))]
fn set_flags(_: &mut OpenOptions, _: Links) {}

#[cfg(unix)]
fn name(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;

    match () {
        () if kind.is_dir() => "a folder",
        () if kind.is_symlink() => "a symbolic link",
        () if kind.is_fifo() => "a named pipe",
        () if kind.is_socket() => "a socket",
        () if kind.is_char_device() || kind.is_block_device() => "a device",
        () => "something else",
    }
}

#[cfg(not(unix))]
fn name(kind: FileType) -> &'static str {
    if kind.is_dir() { "a folder" } else { "something else" }
}
