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

/// The repository that it has.
const REPO: &str = "/repos/hello-truck/hello-truck";

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

    /// Sets the speed of its clock, as a multiple of real time.
    pub(super) fn set_speed(&self, speed: u32) -> Result<(), Failure> {
        self.post("/_sandbox/clock", &format!(r#"{{"speed": {speed}}}"#))
    }

    /// Moves its clock forward.
    pub(super) fn advance(&self, step: Duration) -> Result<(), Failure> {
        self.post("/_sandbox/clock", &format!(r#"{{"advance": "{}s"}}"#, step.as_secs()))
    }

    /// Moves its clock to the start of an hour, at which the rate limit begins anew.
    pub(super) fn start_hour(&self) -> Result<(), Failure> {
        let answer = self.request("GET", "/_sandbox/clock", "")?;
        let minute = minute(&answer).ok_or_else(|| unreadable("/_sandbox/clock", answer))?;
        self.advance(Duration::from_mins(60 - minute))
    }

    /// Starts a run of twelve jobs that takes about ten minutes, and returns its id.
    pub(super) fn dispatch(&self) -> Result<u64, Failure> {
        let path = format!("{REPO}/actions/workflows/fleet-checks.yaml/dispatches");
        let body = r#"{"ref": "main", "inputs": {"region": "eu-west-1"}, "return_run_details": true}"#;
        let answer = self.request("POST", &path, body)?;
        number(&answer, "workflow_run_id").ok_or_else(|| unreadable(&path, answer))
    }

    /// Returns the words for the states of a run's jobs and steps, in their order.
    pub(super) fn states(&self, run: u64) -> Result<Vec<String>, Failure> {
        let answer = self.request("GET", &format!("{REPO}/actions/runs/{run}/jobs?per_page=100"), "")?;
        let words = answer.split("\"status\":\"").skip(1).filter_map(|rest| rest.split('"').next());
        Ok(words.map(str::to_owned).collect())
    }

    /// Returns how many requests of a token have counted against the rate limit in this hour.
    pub(super) fn counted_requests(&self, token: &str) -> Result<u64, Failure> {
        let answer = self.send("GET", "/rate_limit", &format!("authorization: Bearer {token}\r\n"), "")?;
        number(&answer, "used").ok_or_else(|| unreadable("/rate_limit", answer))
    }

    /// Returns its address.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
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
        let runs = self.request("GET", &format!("{REPO}/actions/runs?per_page=30"), "")?;
        Ok(!["in_progress", "queued"].iter().any(|word| runs.contains(&format!("\"{word}\""))))
    }

    fn post(&self, path: &str, body: &str) -> Result<(), Failure> {
        self.request("POST", path, body).map(drop)
    }

    /// Sends a request, which must succeed, and returns the whole answer.
    fn request(&self, method: &str, path: &str, body: &str) -> Result<String, Failure> {
        self.send(method, path, "", body)
    }

    /// Sends a request with these lines of headers.
    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> Result<String, Failure> {
        let failure = |line| unreadable(path, line);
        let connection = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        let mut connection = connection.map_err(|error| failure(error.to_string()))?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
             {headers}content-length: {}\r\n\r\n{body}",
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

fn unreadable(path: &str, line: String) -> Failure {
    Failure::Measurement { program: format!("the sandbox at {path}"), line }
}

/// Reads the minute of the clock in its JSON text, in which the time has the form of `2026-11-23T10:05:00.000Z`.
fn minute(json: &str) -> Option<u64> {
    let (_, now) = json.split_once("\"now\":")?;
    now.split_once('T')?.1.get(3..5)?.parse().ok()
}

/// Reads the first number of this name in a JSON text.
fn number(json: &str, name: &str) -> Option<u64> {
    let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
    let digits = rest.trim_start();
    digits.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
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
    fn a_number_is_found_by_its_name() {
        let json = r#"{"limit": 5000, "used":17,"reset":3600}"#;
        assert_eq!((number(json, "used"), number(json, "limit")), (Some(17), Some(5_000)));
        assert_eq!(number(json, "remaining"), None);
        assert_eq!(minute(r#"HTTP/1.1 200 OK {"now":"2026-11-23T10:05:00.000Z","speed":0.0}"#), Some(5));
    }

    #[test]
    fn a_printed_variable_is_read() {
        let region = ("AWS_REGION".to_owned(), "us-east-1".to_owned());
        assert_eq!(variable("export AWS_REGION='us-east-1'"), Some(region));
        assert_eq!(variable("# sandbox on http://127.0.0.1:4510"), None);
    }
}
