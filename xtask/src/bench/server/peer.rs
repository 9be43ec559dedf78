//! A peer of the benchmark: a process on loopback that ends when its value is dropped.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{command, failure::Failure, ports};

/// The number of trucks that one request adds: as many as fit into a body.
const BULK: usize = 5_000;

/// The name of the service that ours replaces, as shipped.
pub(super) const ORIGINAL: &str = "Flask, as shipped";

/// A running service.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) name: String,
    pub(super) address: SocketAddr,
    pub(super) ready_after: Duration,
    process: Child,
    _folder: Option<TempDir>,
}

impl Peer {
    /// Starts a program of ours on a free port, and waits until it is ready.
    pub(super) fn start(name: &str, mut program: Command, folder: TempDir) -> Result<Self, Failure> {
        if name.contains("ceiling") {
            return Self::start_and_read_address(name, program, folder);
        }
        let port = free_port()?;
        let log = folder.path().join("log");
        let log = File::create(&log).map_err(Failure::file("create", &log))?;
        program.env("PORT", port.to_string()).stdout(log);
        let started = Instant::now();
        let mut peer = Self::spawn(name, &mut program, port, Some(folder))?;
        // The server accepts connections before it has opened its store.
        while !peer.is_ready() && started.elapsed() < Duration::from_secs(30) {
            thread::sleep(Duration::from_millis(1));
        }
        peer.ready_after = started.elapsed();
        Ok(peer)
    }

    /// Starts a program that prints its address on its first line.
    fn start_and_read_address(name: &str, mut program: Command, folder: TempDir) -> Result<Self, Failure> {
        let started = Instant::now();
        let mut process = program
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|source| Failure::Start { command: command::line(&program), source })?;
        let mut line = String::new();
        if let Some(out) = process.stdout.take() {
            BufReader::new(out)
                .read_line(&mut line)
                .map_err(Failure::file("read", Path::new("its output")))?;
        }
        let address = line.trim().parse().unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 0)));
        Ok(Self {
            name: name.to_owned(),
            address,
            ready_after: started.elapsed(),
            process,
            _folder: Some(folder),
        })
    }

    pub(super) fn spawn(
        name: &str,
        program: &mut Command,
        port: u16,
        folder: Option<TempDir>,
    ) -> Result<Self, Failure> {
        let started = Instant::now();
        let process =
            program.spawn().map_err(|source| Failure::Start { command: command::line(program), source })?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        while TcpStream::connect(address).is_err() && started.elapsed() < Duration::from_secs(30) {
            thread::sleep(Duration::from_millis(1));
        }
        Ok(Self { name: name.to_owned(), address, ready_after: started.elapsed(), process, _folder: folder })
    }

    /// Reports whether this is the replaced service as shipped.
    pub(super) fn is_original(&self) -> bool {
        self.name == ORIGINAL
    }

    /// Adds this many trucks.
    pub(super) fn fill(&self, trucks: usize) -> Result<(), Failure> {
        let mut left = trucks;
        while left > 0 {
            let rows = left.min(BULK);
            let row = |n| format!(r#"{{"make":"Scania","model":"V{n}"}}"#);
            let body = format!("[{}]", (0..rows).map(row).collect::<Vec<_>>().join(","));
            self.ask("POST", "/trucks", &body)?;
            left -= rows;
        }
        Ok(())
    }

    /// Adds this many trucks, one per request.
    pub(super) fn fill_slowly(&self, trucks: usize) -> Result<(), Failure> {
        (0..trucks)
            .try_for_each(|_| self.ask("POST", "/trucks", r#"{"make":"Scania","model":"V8"}"#).map(drop))
    }

    pub(super) fn get(&self, path: &str) -> Result<Vec<u8>, Failure> {
        self.ask("GET", path, "")
    }

    fn is_ready(&self) -> bool {
        self.get("/readyz").is_ok_and(|answer| answer.starts_with(br#"{"status":"ok""#))
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Result<Vec<u8>, Failure> {
        let failed = || Failure::file("talk to", Path::new(&self.name));
        let mut connection = TcpStream::connect(self.address).map_err(failed())?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.write_all(head.as_bytes()).map_err(failed())?;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).map_err(failed())?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
        Ok(answer.split_off(end))
    }

    /// Returns the resident memory of the process, in MiB.
    pub(super) fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default()
            / 1024
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Its data is deleted with its folder. Gunicorn and PostgreSQL end their own child processes on SIGINT.
        let _ = Command::new("kill").args(["-s", "INT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

pub(super) fn free_port() -> Result<u16, Failure> {
    ports::free().map_err(Failure::file("find a free port on", Path::new("127.0.0.1")))
}
