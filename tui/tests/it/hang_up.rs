//! The dashboard when its terminal is missing, or goes away.

use std::{
    fs::OpenOptions,
    io::{Read, Write},
    num::NonZero,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::{places::mode, pty::Pty};

/// How long a person waits on a busy machine before something counts as broken.
const LIMIT: Duration = Duration::from_mins(1);

/// Waits for the end of a program that nothing else would end.
fn end(mut child: Child) -> ExitStatus {
    let (sender, ended) = mpsc::channel();
    let pid = child.id();
    thread::spawn(move || sender.send(child.wait().unwrap()));
    ended.recv_timeout(LIMIT).unwrap_or_else(|_| panic!("process {pid} goes on without a terminal"))
}

/// Returns a command that runs in a session of its own, so that no terminal controls it; or the one that is its standard
/// input, if `is_controlled`.
fn in_session(is_controlled: bool, program: &Path, home: &Path) -> Command {
    let mut command = Command::new("setsid");
    command.args(is_controlled.then_some("--ctty")).arg("--wait").arg(program);
    command.current_dir(home).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", home).env("TERM", "xterm-256color");
    command
}

fn dashboard(is_controlled: bool, home: &Path) -> Command {
    let mut command = in_session(is_controlled, Path::new(env!("CARGO_BIN_EXE_hello-tui")), home);
    command.args(["dashboard", "--sandbox"]);
    command
}

/// Reads from a window until it shows a text.
fn read_until(pty: &mut Pty, text: &str) {
    let mut parser = vt100::Parser::new(NonZero::new(24).unwrap(), NonZero::new(80).unwrap(), 0);
    let mut bytes = [0; 4096];
    while !parser.screen().contents().contains(text) {
        let count = pty.window.read(&mut bytes).unwrap();
        parser.process(&bytes[..count]);
    }
}

#[test]
fn closing_the_window_ends_the_dashboard() {
    // The kernel sends a signal only to the programs that the terminal controls.
    for is_controlled in [true, false] {
        let home = tempfile::tempdir().unwrap();
        let mut pty = Pty::open();
        let mut command = dashboard(is_controlled, home.path());
        let child = command.stdin(pty.stdio()).stdout(pty.stdio()).stderr(pty.stdio()).spawn().unwrap();
        drop(command);
        read_until(&mut pty, "tasks running");
        drop(pty);
        let status = end(child);
        assert_eq!(status.code(), Some(129), "{status:?}, signal {:?}", status.signal());
        let state = home.path().join(".local/state/hello-tui");
        assert_eq!((mode(&state), mode(&state.join("hello-tui.log"))), (0o700, 0o600));
    }
}

#[test]
fn a_panic_without_output_restores_the_terminal() {
    let home = tempfile::tempdir().unwrap();
    let example: PathBuf = std::env::current_exe().unwrap().with_file_name("../examples/panicking");
    let mut pty = Pty::open();
    let mut command = in_session(false, &example, home.path());
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let child = command.stdin(pty.stdio()).stdout(pty.stdio()).stderr(full).spawn().unwrap();
    read_until(&mut pty, "Trucks");
    pty.window.write_all(b"r").unwrap();
    let status = end(child);
    assert_eq!(status.code(), Some(1), "{status:?}, signal {:?}", status.signal());
    assert!(pty.is_cooked());
}

#[test]
fn without_a_terminal_the_dashboard_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let pty = Pty::open();
    // Each stream is a terminal or not; without one that controls the process, standard input must be one.
    for case in 0..8 {
        let stream = |bit: u8| if case & bit == 0 { Stdio::null() } else { pty.stdio() };
        let (has_input, has_output) = (case & 1 != 0, case & 2 != 0);
        if has_input && has_output {
            continue;
        }
        let mut command = dashboard(false, home.path());
        command.stdin(stream(1)).stdout(stream(2));
        command.stderr(if case & 4 == 0 { Stdio::piped() } else { pty.stdio() });
        let output = command.spawn().unwrap().wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(2), "case {case}: {output:?}");
        if case & 4 == 0 {
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(said.lines().count(), 3, "case {case}: {said}");
            assert!(said.contains("is not a terminal"), "case {case}: {said}");
        }
        assert!(pty.is_cooked(), "case {case}");
    }
}
