//! The terminal that supplies keys: standard input, or else the controlling terminal of the process.

use std::{
    fs::File,
    io::{self, IsTerminal, stdin},
    os::fd::{AsFd, OwnedFd},
};

use tokio::io::{Interest, unix::AsyncFd};

/// Checks that there is a terminal to read keys from.
pub fn check() -> io::Result<()> {
    open().map(drop)
}

/// Waits until that terminal is closed.
///
/// The kernel sends a signal only if the terminal controls the process. Otherwise reads just end, as if no key had been
/// pressed.
pub(super) async fn hung_up() {
    // If the system cannot watch a terminal, the next frame that fails to draw reveals the closed terminal.
    let Ok(terminal) = open().and_then(watch) else { return std::future::pending().await };
    closed(&terminal).await;
}

async fn closed(terminal: &AsyncFd<OwnedFd>) {
    while let Ok(mut guard) = terminal.readable().await {
        if guard.ready().is_read_closed() {
            return;
        }
        // The readiness means keys, which are read elsewhere.
        guard.clear_ready();
    }
}

#[expect(
    deprecated,
    reason = "its successor is unsafe because a descriptor may be closed while in use; this one is owned"
)]
fn watch(terminal: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(terminal, Interest::READABLE)
}

/// Opens that terminal.
#[expect(clippy::disallowed_methods, reason = "the terminal is a device, not a user's file")]
pub(super) fn open() -> io::Result<OwnedFd> {
    let stdin = stdin();
    if stdin.is_terminal() {
        return stdin.as_fd().try_clone_to_owned();
    }
    Ok(File::options().read(true).write(true).open("/dev/tty")?.into())
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        path::Path,
        time::Duration,
    };

    use rustix::{
        fs::{Mode, OFlags},
        pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    };

    use super::*;

    #[tokio::test]
    async fn a_closed_window_is_detected() {
        let window = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&window).unwrap();
        unlockpt(&window).unwrap();
        let name = ptsname(&window, Vec::new()).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY;
        let program = rustix::fs::open(Path::new(name.to_str().unwrap()), flags, Mode::empty()).unwrap();
        let watched = watch(program.try_clone().unwrap()).unwrap();
        let closed = tokio::spawn(async move { closed(&watched).await });

        File::from(window.try_clone().unwrap()).write_all(b"key\n").unwrap();
        let mut key = [0; 4];
        File::from(program).read_exact(&mut key).unwrap();
        tokio::task::yield_now().await;
        assert!(!closed.is_finished());

        drop(window);
        tokio::time::timeout(Duration::from_mins(1), closed).await.unwrap().unwrap();
    }
}
