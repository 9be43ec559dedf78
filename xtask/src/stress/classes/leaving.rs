//! S17, S26: ways to end the console. It must end without an abort and restore the terminal.

use std::{
    fs::File,
    io::Read,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use portable_pty::{PtySize, native_pty_system};
use rustix::{
    process::Signal,
    termios::{LocalModes, tcgetattr},
};

use super::super::{
    class::{Class, Round},
    console::{self, Console, ServiceUrls},
    judgement::Judgement,
    process::{eventually, folder, signal_process},
};
use crate::failure::Failure;

const ENDS: Duration = Duration::from_secs(20);

pub(super) const LEAVING: Class = Class {
    name: "leaving",
    does: "signals, a terminal that is closed, an error output that is full",
    is_random: false,
    attack: leaving,
};

fn leaving(round: &Round) -> Result<Judgement, Failure> {
    let mut judgement = Judgement::of("six signals, a closed terminal, a full error output");
    for (name, signal) in [
        ("SIGTERM", Signal::TERM),
        ("SIGHUP", Signal::HUP),
        ("SIGINT", Signal::INT),
        ("SIGQUIT", Signal::QUIT),
        ("SIGUSR1", Signal::USR1),
        ("SIGALRM", Signal::ALARM),
    ] {
        signalled(round, name, signal, &mut judgement)?;
    }
    closed(round, &mut judgement)?;
    full(round, &mut judgement)?;
    Ok(judgement)
}

/// Checks that a signal is ignored, or ends the console with the terminal restored.
fn signalled(round: &Round, name: &str, signal: Signal, judgement: &mut Judgement) -> Result<(), Failure> {
    let home = folder()?;
    let mut command = console::command(round, home.path(), &ServiceUrls::default());
    command.args(["dashboard", "--sandbox"]);
    let mut console = Console::start(command, home)?;
    // Kept open, because the terminal is reset when its last file descriptor is closed.
    let tty = console.terminal.tty().and_then(|path| File::open(path).ok());
    signal_process(console.process, signal);
    if console.terminal.ends(Duration::from_secs(5)).is_none() {
        console.end(round, judgement);
        return Ok(());
    }
    let _ = console.terminal.wait_until_still(Duration::from_millis(50), ENDS);
    let is_raw = tty.is_some_and(|tty| {
        tcgetattr(tty).is_ok_and(|mode| !mode.local_modes.contains(LocalModes::ICANON | LocalModes::ECHO))
    });
    judgement
        .expect(!is_raw && !console.terminal.is_full_screen(), || format!("{name} leaves the terminal raw"));
    Ok(())
}

/// Closes the terminal of a running console; the console must end by itself and without an abort.
fn closed(round: &Round, judgement: &mut Judgement) -> Result<(), Failure> {
    let home = folder()?;
    let failure = |error| Failure::Terminal { program: "the console".into(), why: format!("{error:#}") };
    let size = PtySize { rows: 40, cols: 120, ..PtySize::default() };
    let pty = native_pty_system().openpty(size).map_err(failure)?;
    let mut command = console::command(round, home.path(), &ServiceUrls::default());
    command.args(["dashboard", "--sandbox"]);
    let mut child = pty.slave.spawn_command(command).map_err(failure)?;
    drop(pty.slave);
    let mut reader = pty.master.try_clone_reader().map_err(failure)?;
    let (drawn, over) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (seen, stop) = (Arc::clone(&drawn), Arc::clone(&over));
    let reading = thread::spawn(move || {
        let mut buffer = [0; 4096];
        while !stop.load(Ordering::Relaxed) && reader.read(&mut buffer).is_ok_and(|read| read > 0) {
            seen.store(true, Ordering::Relaxed);
        }
    });
    eventually(ENDS, || drawn.load(Ordering::Relaxed));
    over.store(true, Ordering::Relaxed);
    // Causes more output, so that the blocked reader returns and ends.
    if let Ok(mut writer) = pty.master.take_writer() {
        let _ = std::io::Write::write_all(&mut writer, b"?");
    }
    let _ = reading.join();
    drop(pty.master);
    let mut ended = None;
    eventually(ENDS, || {
        ended = child.try_wait().ok().flatten();
        ended.is_some()
    });
    match &ended {
        None => judgement.broken.push("the console goes on without its terminal".to_owned()),
        Some(status) => judgement
            .expect(status.signal().is_none_or(|signal| !signal.contains("Abort")), || {
                format!("closing the terminal ended the console with {status:?}")
            }),
    }
    let _ = child.kill();
    Ok(())
}

/// Runs a failing command that cannot print its error.
fn full(round: &Round, judgement: &mut Judgement) -> Result<(), Failure> {
    let home = folder()?;
    for redirection in ["2>/dev/full", ">/dev/full", ">/dev/full 2>&1", "2>&-", ">&- 2>&-"] {
        let program = round.programs.console().display().to_string();
        let mut shell = Command::new("sh");
        let script = format!("'{program}' trucks list --trucks-url http://127.0.0.1:1 {redirection}");
        shell.args(["-c", &script]).current_dir(home.path()).env_clear();
        shell.envs(console::environment(round, home.path(), &ServiceUrls::default()));
        shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = shell.status().map_err(|source| Failure::Start { command: script.clone(), source })?;
        judgement.expect(status.code().is_some_and(|code| code < 128 && code != 101), || {
            format!("a failing command with {redirection} ends with {status}")
        });
    }
    Ok(())
}
