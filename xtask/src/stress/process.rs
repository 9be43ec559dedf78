//! A program under attack, and its output.

use std::{
    fs::{self, File},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use tempfile::TempDir;

use crate::{command, failure::Failure};

/// A running program. Dropping this kills it.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    printed: PathBuf,
}

impl Process {
    /// Starts a program whose output goes to the file `name` in a folder.
    pub(super) fn start(command: &mut Command, folder: &Path, name: &str) -> Result<Self, Failure> {
        let printed = folder.join(name);
        let file = File::create(&printed).map_err(Failure::file("create", &printed))?;
        let again = file.try_clone().map_err(Failure::file("open", &printed))?;
        let child = command.stdin(Stdio::null()).stdout(file).stderr(again).spawn();
        let child = child.map_err(|source| Failure::Start { command: command::line(command), source })?;
        Ok(Self { child, printed })
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the output so far.
    pub(super) fn printed(&self) -> Vec<u8> {
        fs::read(&self.printed).unwrap_or_default()
    }

    /// Returns the output so far as text.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.printed()).into_owned()
    }

    pub(super) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    pub(super) fn signal(&self, signal: Signal) {
        signal_process(self.id(), signal);
    }

    /// Waits for the program's end; returns `None` on timeout.
    pub(super) fn ends(&mut self, limit: Duration) -> Option<ExitStatus> {
        let started = Instant::now();
        while started.elapsed() < limit {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(20));
        }
        None
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns the signs of a crash: a panic in the output, or an end by `SIGABRT`.
pub(super) fn faults(printed: &[u8], status: Option<ExitStatus>) -> Vec<String> {
    let mut faults = Vec::new();
    let text = String::from_utf8_lossy(printed);
    if let Some(line) = text.lines().find(|line| is_panic(line)) {
        faults.push(format!("a panic: {}", line.chars().take(200).collect::<String>()));
    }
    if let Some(signal) = status.and_then(|status| status.signal()).filter(|signal| *signal == 6) {
        faults.push(format!("ended by signal {signal} (SIGABRT)"));
    }
    faults
}

fn is_panic(line: &str) -> bool {
    ["panicked at", "a handler panicked", "The application panicked"].iter().any(|word| line.contains(word))
}

pub(super) fn signal_process(process: u32, signal: Signal) {
    let process = i32::try_from(process).ok().and_then(Pid::from_raw);
    if let Some(process) = process {
        // The process may have ended meanwhile.
        let _ = kill_process(process, signal);
    }
}

/// Raises the limit of open files for this process and its children: an attack opens thousands of sockets.
pub(super) fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

pub(super) fn folder() -> Result<TempDir, Failure> {
    tempfile::tempdir().map_err(Failure::file("create a folder in", std::env::temp_dir()))
}

/// Reports whether a mode grants permissions to the owner only.
pub(super) fn is_private(mode: u32) -> bool {
    mode.trailing_zeros() >= 6
}

/// Waits until a condition holds; returns `false` on timeout.
pub(super) fn eventually(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    loop {
        if holds() {
            return true;
        }
        if started.elapsed() >= limit {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_and_an_abort_are_faults() {
        let folder = folder().unwrap();
        let run = |script: &str| {
            let mut command = Command::new("sh");
            let mut process = Process::start(command.args(["-c", script]), folder.path(), "log").unwrap();
            let status = process.ends(Duration::from_secs(20));
            assert!(status.is_some() && !process.is_running());
            faults(&process.printed(), status)
        };
        assert!(run("echo well; exit 1").is_empty());
        assert_eq!(run("echo \"thread 'main' panicked at x\""), ["a panic: thread 'main' panicked at x"]);
        assert_eq!(run("kill -ABRT $$"), ["ended by signal 6 (SIGABRT)"]);
    }
}
