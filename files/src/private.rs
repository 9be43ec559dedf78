//! Files that a program keeps for its user: only their owner may read them, and a link never leads a write elsewhere.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io,
    path::Path,
};

use crate::open::{Links, regular};

/// Opens a file to add to its end. A file and folders that are missing are created for their owner alone, and a file
/// that others could read is closed to them.
///
/// # Errors
///
/// When the path is a symbolic link or anything else but a regular file, or cannot be opened or created.
pub fn append(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let file = regular(path, private(OpenOptions::new().create(true).append(true)), Links::Refuse)?;
    close_to_others(&file)?;
    Ok(file)
}

/// Opens a file to read and to write it. A file that is missing is created for its owner alone; one that exists keeps
/// what it holds. Symbolic links are followed.
///
/// # Errors
///
/// When the path leads to anything but a regular file, or cannot be opened or created; the folder must exist.
pub fn open_or_create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    regular(path, private(options.create(true).truncate(false).read(true).write(true)), Links::Follow)
}

/// Closes a file to all but its owner, when that is the user of this process; a file of another user stays as it is.
/// Returns whether that changed anything.
///
/// # Errors
///
/// When the path is a symbolic link or anything else but a regular file, or cannot be opened or changed.
pub fn make_private(path: &Path) -> io::Result<bool> {
    let file = regular(path, OpenOptions::new().read(true), Links::Refuse)?;
    if is_ours(&file)? { close_to_others(&file) } else { Ok(false) }
}

/// Creates a folder and those above it, for their owner alone. One that exists stays as it is.
///
/// # Errors
///
/// When a part of the path is no folder, or cannot be created.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Has a file that is created readable by its owner alone.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Takes away what others may do with a file that an earlier version created. Returns whether there was anything.
#[cfg(unix)]
fn close_to_others(file: &File) -> io::Result<bool> {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    let mode = file.metadata()?.permissions().mode() & 0o777;
    let private = mode & 0o700;
    if mode == private {
        return Ok(false);
    }
    file.set_permissions(Permissions::from_mode(private))?;
    Ok(true)
}

#[cfg(not(unix))]
fn close_to_others(_: &File) -> io::Result<bool> {
    Ok(false)
}

#[cfg(unix)]
fn is_ours(file: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;

    Ok(file.metadata()?.uid() == rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn is_ours(_: &File) -> io::Result<bool> {
    Ok(true)
}
