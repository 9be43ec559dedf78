//! A sandbox in a process of its own, and its controls.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use crate::{command, failure::Failure, ports};

/// A running sandbox. Dropping this ends it.
#[derive(Debug)]
pub(super) struct Sandbox {
    process: Child,
    _output: BufReader<ChildStdout>,
    port: u16,
    /// The environment in which a console uses it.
    pub(super) variables: Vec<(String, String)>,
}

/// The number of variables that it prints.
const VARIABLES: usize = 8;

/// The number of steps of the clock in which a quiet moment is looked for.
const QUIET_STEPS: usize = 240;

impl Sandbox {
    pub(super) fn start(program: &Path) -> Result<Self, Failure> {
        let mut sandbox = Command::new(program);
        let start = |source| Failure::Start { command: program.display().to_string(), source };
        let port = ports::free().map_err(start)?;
        sandbox.arg("--listen").arg(format!("127.0.0.1:{port}"));
        sandbox.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let line = command::line(&sandbox);
        let mut process = sandbox.spawn().map_err(start)?;
        let Some(output) = process.stdout.take() else {
            return Err(Failure::Measurement { program: line, line: "nothing".to_owned() });
        };
        let mut output = BufReader::new(output);
        let printed: Vec<_> = output.by_ref().lines().take(VARIABLES).map_while(Result::ok).collect();
        let mut variables: Vec<_> = printed.iter().filter_map(|line| variable(line)).collect();
        variables.push(("HELLO_CATALOG".to_owned(), format!("http://127.0.0.1:{port}/catalog-info.yaml")));
        Ok(Self { process, _output: output, port, variables })
    }

    /// Stops its clock, so that nothing changes any more.
    pub(super) fn stop_clock(&self) -> Result<(), Failure> {
        self.post("/_sandbox/clock", r#"{"speed": 0}"#)
    }

    /// Stops its clock at a time at which no run and no deployment is in progress, if there soon is one. Returns how far
    /// its clock is ahead of ours then.
    pub(super) fn stop_when_quiet(&self) -> Result<Duration, Failure> {
        self.stop_clock()?;
        let mut ahead = Duration::ZERO;
        for _ in 0..QUIET_STEPS {
            if self.is_quiet()? {
                break;
            }
            self.post("/_sandbox/clock", r#"{"advance": "30s"}"#)?;
            ahead += Duration::from_secs(30);
        }
        Ok(ahead)
    }

    /// Makes it write this many log lines per second.
    pub(super) fn load_logs(&self, lines: u32) -> Result<(), Failure> {
        self.post("/_sandbox/logs", &format!(r#"{{"lines_per_second": {lines}}}"#))
    }

    /// Makes all requests to these services fail in a way: `slow` with a delay, or `hang`.
    pub(super) fn fail(&self, services: &[&str], kind: &str, delay: Option<&str>) -> Result<(), Failure> {
        let delay = delay.map(|delay| format!(r#", "delay": "{delay}""#)).unwrap_or_default();
        let faults =
            services.iter().map(|service| format!(r#"{{"service": "{service}", "kind": "{kind}"{delay}}}"#));
        self.post("/_sandbox/faults", &format!("[{}]", faults.collect::<Vec<_>>().join(",")))
    }

    /// Reports whether no run is in progress, and with it no deployment. One may wait for an approval.
    fn is_quiet(&self) -> Result<bool, Failure> {
        let runs = self.request("GET", "/repos/hello-truck/hello-truck/actions/runs?per_page=30", "")?;
        Ok(!["in_progress", "queued"].iter().any(|word| runs.contains(&format!("\"{word}\""))))
    }

    fn post(&self, path: &str, body: &str) -> Result<(), Failure> {
        self.request("POST", path, body).map(drop)
    }

    /// Sends a request, which must succeed, and returns the whole answer.
    fn request(&self, method: &str, path: &str, body: &str) -> Result<String, Failure> {
        let failure = |line: String| Failure::Measurement { program: format!("the sandbox at {path}"), line };
        let connection = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let mut connection = connection.map_err(|error| failure(error.to_string()))?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut answer = String::new();
        connection
            .write_all(request.as_bytes())
            .and_then(|()| connection.read_to_string(&mut answer))
            .map_err(|error| failure(error.to_string()))?;
        let is_done = answer.split(' ').nth(1).is_some_and(|status| status.starts_with('2'));
        if is_done { Ok(answer) } else { Err(failure(answer)) }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads a line such as `export AWS_REGION='us-east-1'`.
fn variable(line: &str) -> Option<(String, String)> {
    let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
    Some((name.to_owned(), value.trim_matches('\'').to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_variable_is_read() {
        let region = ("AWS_REGION".to_owned(), "us-east-1".to_owned());
        assert_eq!(variable("export AWS_REGION='us-east-1'"), Some(region));
        assert_eq!(variable("# sandbox on http://127.0.0.1:4510"), None);
    }
}
