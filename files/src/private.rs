//! Files that a program keeps for its user: only their owner may read them. Except where noted, links are refused.

use std::{
    fs::{DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

use tempfile::NamedTempFile;

use crate::open::{Links, regular};

/// Opens a file for appending. Missing files and folders are created for their owner only, and other users lose their
/// access to an existing file.
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

/// Opens a file for reading and writing. A missing file is created for its owner only; an existing one keeps its
/// content. Symbolic links are followed.
///
/// # Errors
///
/// When the path leads to anything but a regular file, or cannot be opened or created; the folder must exist.
pub fn open_or_create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    regular(path, private(options.create(true).truncate(false).read(true).write(true)), Links::Follow)
}

/// Makes a file private to its owner, if that is the user of this process. A file of another user stays as it is.
/// Returns whether anything changed.
///
/// # Errors
///
/// When the path is a symbolic link or anything else but a regular file, or cannot be opened or changed.
pub fn make_private(path: &Path) -> io::Result<bool> {
    let file = regular(path, OpenOptions::new().read(true), Links::Refuse)?;
    if is_ours(&file)? { close_to_others(&file) } else { Ok(false) }
}

/// Creates a folder and those above it, for their owner only. An existing folder stays as it is.
///
/// # Errors
///
/// When a part of the path is not a folder, or cannot be created.
pub fn create_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes a created file readable for its owner only.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Removes the access of other users to a file that an earlier version created. Returns whether they had any.
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

/// Replaces a file as a whole. Other processes see the old content or the new one, also those that replace it at the
/// same time. Missing folders are created for their owner only. A link in place of the file is replaced, not followed.
///
/// # Errors
///
/// When a file cannot be created or written in the folder, or the path is a folder.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Err(io::ErrorKind::IsADirectory.into()) };
    create_folder(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_data()?;
    file.persist(path)?;
    Ok(())
}
