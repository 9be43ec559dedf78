//! A terminal of our own, which can be closed as a window is.

use std::{
    fs::File,
    io::Read,
    os::fd::OwnedFd,
    path::Path,
    process::{Command, Stdio},
    thread::{self, JoinHandle},
};

use rustix::{
    fs::{Mode, OFlags, open},
    io::{FdFlags, fcntl_setfd},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize},
};

/// Both ends of a terminal of 80 columns and 24 rows. It controls no process.
pub(crate) struct Pty {
    /// The end that a window draws from, and types into.
    pub(crate) window: File,
    /// The end that programs use.
    program: OwnedFd,
}

impl Pty {
    pub(crate) fn open() -> Self {
        let window = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        // A program that inherited it would keep its own window open.
        fcntl_setfd(&window, FdFlags::CLOEXEC).unwrap();
        grantpt(&window).unwrap();
        unlockpt(&window).unwrap();
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&window, size).unwrap();
        let name = ptsname(&window, Vec::new()).unwrap();
        let path = Path::new(name.to_str().unwrap());
        let program = open(path, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()).unwrap();
        Self { window: window.into(), program }
    }

    /// Returns the terminal as a stream of a program.
    pub(crate) fn stdio(&self) -> Stdio {
        self.program.try_clone().unwrap().into()
    }

    /// Says whether the terminal echoes what is typed, and hands it on by lines.
    pub(crate) fn is_cooked(&self) -> bool {
        tcgetattr(&self.program).unwrap().local_modes.contains(LocalModes::ICANON | LocalModes::ECHO)
    }

    /// Reads in the background what is written to the terminal, until no program has it open any more.
    ///
    /// The command's own copies of the terminal must be dropped, too.
    pub(crate) fn transcript(self) -> JoinHandle<String> {
        let Self { mut window, program } = self;
        drop(program);
        thread::spawn(move || {
            let mut bytes = Vec::new();
            // The end is told as an error.
            let _ = window.read_to_end(&mut bytes);
            String::from_utf8(bytes).unwrap()
        })
    }
}

/// Runs a command whose standard output is a terminal, and returns what that shows.
///
/// A terminal has each line end with a return, too; it is taken away again.
pub(crate) async fn shown_by(mut command: Command) -> String {
    let pty = Pty::open();
    let mut child = command.stdout(pty.stdio()).stderr(Stdio::null()).spawn().unwrap();
    drop(command);
    let transcript = pty.transcript();
    let shown = tokio::task::spawn_blocking(move || {
        child.wait().unwrap();
        transcript.join().unwrap()
    });
    shown.await.unwrap().replace("\r\n", "\n")
}
