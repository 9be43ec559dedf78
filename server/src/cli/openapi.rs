//! `hello-server openapi`.

use std::io::{self, Write};

use super::Failure;

/// Writes the contract to stdout.
pub(super) fn run() -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    // A closed pipe is not an error: its reader has read enough.
    match out.write_all(crate::contract().as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Write(error)),
        _ => Ok(()),
    }
}
