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
    open_and_check(path, options, links)
}

/// Opens a file whatever was at its path before, and refuses anything but a regular file.
fn open_and_check(path: &Path, options: &mut OpenOptions, links: Links) -> io::Result<File> {
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

/// The path as it is when another process replaces the file just before it is opened: nothing was checked before.
#[cfg(all(test, unix))]
mod tests {
    use std::{os::unix::fs::symlink, path::PathBuf, sync::mpsc, thread, time::Duration};

    use rustix::fs::{CWD, FileType, Mode, mknodat};
    use tempfile::TempDir;

    use super::*;

    /// Opens a path in all ways. Returns what the errors say, each of which must come without another process.
    fn refusals(path: PathBuf, links: Links) -> Vec<String> {
        let (sender, refused) = mpsc::channel();
        thread::spawn(move || {
            for (read, write) in [(true, false), (true, true), (false, true)] {
                let opened = open_and_check(&path, OpenOptions::new().read(read).write(write), links);
                // Opening a pipe to write fails if nothing reads it.
                let _ = sender.send(opened.expect_err("it is opened").to_string());
            }
        });
        let next = || refused.recv_timeout(Duration::from_secs(20)).expect("it waits for another process");
        (0..3).map(|_| next()).collect()
    }

    #[test]
    fn a_file_that_is_replaced_by_a_pipe_is_refused_at_once() {
        let folder = TempDir::new().unwrap();
        let pipe = folder.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::from(0o600), 0).unwrap();
        for links in [Links::Follow, Links::Refuse] {
            let said = refusals(pipe.clone(), links);
            assert!(said[..2].iter().all(|why| why == "is a named pipe, not a regular file"), "{said:?}");
        }
    }

    #[test]
    fn a_file_that_is_replaced_by_a_link_or_a_device_is_refused() {
        let folder = TempDir::new().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "kept").unwrap();
        symlink(&target, &link).unwrap();
        for why in refusals(link, Links::Refuse) {
            assert!(why.contains("symbolic link"), "{why}");
        }
        for why in refusals("/dev/null".into(), Links::Follow) {
            assert_eq!(why, "is a device, not a regular file");
        }
    }
}
