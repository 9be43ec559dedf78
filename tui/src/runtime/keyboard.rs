//! The terminal that keys come from: standard input, or else the one that controls the process.

use std::{
    fs::File,
    io::{self, IsTerminal, stdin},
    os::fd::{AsFd, OwnedFd},
};

use tokio::io::{Interest, unix::AsyncFd};

/// Says whether there is a terminal to read keys from, or why not.
pub fn check() -> io::Result<()> {
    open().map(drop)
}

/// Waits until that terminal is gone.
///
/// The kernel tells of it by a signal only if the terminal controls the process, and reading it just ends, as if no key
/// had been pressed.
pub(super) async fn hung_up() {
    let terminal = open().and_then(watch);
    // Where the system cannot watch a terminal, the next frame that cannot be drawn tells.
    let Ok(terminal) = terminal else { return std::future::pending().await };
    while let Ok(mut guard) = terminal.readable().await {
        if guard.ready().is_read_closed() {
            return;
        }
        // Keys, which are read elsewhere.
        guard.clear_ready();
    }
}

#[expect(
    deprecated,
    reason = "its successor is unsafe, for descriptors that may be closed meanwhile; this one is owned"
)]
fn watch(terminal: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(terminal, Interest::READABLE)
}

fn open() -> io::Result<OwnedFd> {
    let stdin = stdin();
    if stdin.is_terminal() {
        return stdin.as_fd().try_clone_to_owned();
    }
    Ok(File::options().read(true).write(true).open("/dev/tty")?.into())
}
