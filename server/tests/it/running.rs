//! The real binary as a running process.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use serde_json::Value;

/// Logs only start and shutdown. Under load, no test reads the log, and its pipe must not fill up.
pub(crate) const QUIET: (&str, &str) = ("RUST_LOG", "error,hello_server::cli=info");

/// A running `hello-server` whose log the test reads line by line.
pub(crate) struct Server {
    process: Child,
    log: BufReader<ChildStdout>,
    pub(crate) address: String,
}

impl Server {
    /// Starts the server in `folder` on a free port, and waits until it listens.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    /// Starts the server with these settings.
    pub(crate) fn start_with(folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::run(command(folder), settings)
    }

    /// Starts the server through another program, which receives the path of the server as an argument.
    pub(crate) fn start_as(mut program: Command, folder: &Path, settings: &[(&str, &str)]) -> Self {
        program.arg(env!("CARGO_BIN_EXE_hello-server"));
        Self::run(without_own_settings(program, folder), settings)
    }

    fn run(command: Command, settings: &[(&str, &str)]) -> Self {
        Self::begin(command, settings).listening()
    }

    /// Starts a server that may have to wait before it listens. It has no address yet.
    pub(crate) fn begin(mut command: Command, settings: &[(&str, &str)]) -> Self {
        command.env("PORT", "0").envs(settings.iter().copied());
        let mut process = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let log = BufReader::new(process.stdout.take().expect("its log"));
        Self { process, log, address: String::new() }
    }

    /// Waits until it listens.
    pub(crate) fn listening(mut self) -> Self {
        let listening = self.logged("listening");
        listening["address"].as_str().expect("where it listens").clone_into(&mut self.address);
        self
    }

    /// Reads the log up to the next line with this message.
    pub(crate) fn logged(&mut self, message: &str) -> Value {
        next_line(&mut self.log, message)
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().expect("kill").success());
    }

    /// Returns the peak memory of the process, in MiB.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("what it had at most");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
    }

    pub(crate) fn wait(mut self) -> ExitStatus {
        self.process.wait().expect("the server ends")
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The process has already ended unless the test failed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn next_line(log: &mut impl BufRead, message: &str) -> Value {
    loop {
        let mut line = String::new();
        assert!(log.read_line(&mut line).expect("a log of text") > 0, "the log ended before `{message}`");
        let line: Value = serde_json::from_str(&line).expect("every line of the log is JSON");
        if line["message"] == message {
            return line;
        }
    }
}

pub(crate) fn command(folder: &Path) -> Command {
    without_own_settings(Command::new(env!("CARGO_BIN_EXE_hello-server")), folder)
}

/// Removes the service's settings in the test's own environment from a command.
fn without_own_settings(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder);
    for (name, _) in std::env::vars() {
        if ["HOST", "PORT", "DATABASE_URL", "RUST_LOG"].contains(&name.as_str()) || name.starts_with("HELLO_")
        {
            command.env_remove(name);
        }
    }
    command
}
