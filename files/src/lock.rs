//! File locks, by which one process at a time uses a file.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

use crate::{
    open::{Links, regular},
    private::private,
};

/// Opens a file to lock it: it is created if it is missing, never truncated, and never written.
///
/// # Errors
///
/// When the path is a symbolic link or anything else but a regular file, or cannot be opened or created. The folder
/// must exist.
pub fn open_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    regular(path, private(options.create(true).truncate(false).read(true).write(true)), Links::Refuse)
}

/// Reports whether [`File::lock`] is independent of the record locks (`fcntl`) that a database library takes on a file.
///
/// It is on Linux, for local file systems. On macOS and the BSDs, and over a network, there is only one kind of lock: a
/// process that locks the file would block its own database library.
#[must_use]
pub fn locks_leave_records_alone(file: &File) -> bool {
    is_local(file)
}

#[cfg(target_os = "linux")]
fn is_local(file: &File) -> bool {
    /// `statfs(2)`: NFS, SMB, CIFS, SMB2, 9P, and both implementations of AFS.
    const OVER_A_NETWORK: [u32; 7] =
        [0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x5346_414F, 0x6B41_4653];

    // The type of the field differs from one processor to the next; the numbers have 32 bits.
    rustix::fs::fstatfs(file).is_ok_and(|found| {
        let kind = i128::from(found.f_type) & 0xFFFF_FFFF;
        !OVER_A_NETWORK.iter().any(|of_network| i128::from(*of_network) == kind)
    })
}

#[cfg(not(target_os = "linux"))]
fn is_local(_: &File) -> bool {
    false
}
