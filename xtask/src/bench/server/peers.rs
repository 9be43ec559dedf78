//! The peers of the benchmark: each is a process on loopback that ends when its value is dropped.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{command, failure::Failure, ports, third_party, workspace};

/// The number of trucks that one request adds: as many as fit into a body.
const BULK: usize = 5_000;

/// The name of the service that ours replaces, as shipped.
const ORIGINAL: &str = "Flask, as shipped";

/// A running service.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) name: String,
    pub(super) address: SocketAddr,
    pub(super) ready_after: Duration,
    process: Child,
    _folder: Option<TempDir>,
}

/// The programs of all peers.
#[derive(Debug)]
pub(super) struct Peers {
    server: PathBuf,
    ceiling: PathBuf,
    python: PathBuf,
}

/// Our server on a PostgreSQL of its own, which ends with it.
#[derive(Debug)]
pub(super) struct OnPostgres {
    pub(super) server: Peer,
    _database: Peer,
}

impl Peers {
    /// Builds and installs all peers.
    pub(super) fn prepare() -> Result<Self, Failure> {
        let build = [
            "build",
            // The profile of releases.
            "--profile",
            "dist",
            "--package",
            "hello-server",
            "--bin",
            "hello-server",
            "--example",
            "ceiling",
        ];
        command::run(&mut command::cargo(&build))?;
        let folder = workspace::target().join("dist");
        let python = third_party::PEERS.provide(&workspace::target())?;
        Ok(Self { server: folder.join("hello-server"), ceiling: folder.join("examples/ceiling"), python })
    }

    /// Starts our server with an empty fleet.
    pub(super) fn server(&self, url: &str) -> Result<Peer, Failure> {
        let folder = folder()?;
        let mut server = Command::new(&self.server);
        let (name, url) = match url {
            "sqlite" => ("hello-server, SQLite", format!("sqlite://{}/trucks.db", folder.path().display())),
            url => ("hello-server, PostgreSQL", url.to_owned()),
        };
        server.env("DATABASE_URL", url).env_remove("RUST_LOG");
        Peer::start(name, server, folder)
    }

    /// Starts our server on a PostgreSQL of its own; returns `None` if PostgreSQL is not installed.
    pub(super) fn postgres(&self) -> Result<Option<OnPostgres>, Failure> {
        let Some(programs) = newest_postgres() else {
            eprintln!("PostgreSQL is not installed (Debian: postgresql): its rows are left out");
            return Ok(None);
        };
        let folder = folder()?;
        let _ = Command::new("chown").arg("postgres").arg(folder.path()).status();
        let data = folder.path().join("data");
        command::run(
            as_postgres(&programs, "initdb")
                .args(["-A", "trust", "-U", "postgres", "-D"])
                .arg(&data)
                .stdout(Stdio::null()),
        )?;
        let mut server = as_postgres(&programs, "postgres");
        let port = free_port()?;
        server.arg("-D").arg(&data).args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
        server.arg("-c").arg(format!("unix_socket_directories={}", folder.path().display()));
        let database = Peer::spawn("PostgreSQL", server.stderr(Stdio::null()), port, Some(folder))?;
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let started = Instant::now();
        // PostgreSQL listens before it accepts sessions.
        while self.migrate(&url).is_err() && started.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(100));
        }
        Ok(Some(OnPostgres { server: self.server(&url)?, _database: database }))
    }

    fn migrate(&self, url: &str) -> Result<(), Failure> {
        command::run(Command::new(&self.server).arg("migrate").env("DATABASE_URL", url).stderr(Stdio::null()))
    }

    /// Starts the bare handler that always responds with these bytes.
    pub(super) fn ceiling(&self, answer: &[u8]) -> Result<Peer, Failure> {
        let folder = folder()?;
        let file = folder.path().join("fleet.json");
        fs::write(&file, answer).map_err(Failure::file("write", &file))?;
        let mut ceiling = Command::new(&self.ceiling);
        ceiling.arg(&file);
        Peer::start("a bare handler (ceiling)", ceiling, folder)
    }

    /// Starts the service that ours replaces: as shipped, and under gunicorn.
    pub(super) fn flasks(&self) -> Result<Vec<Peer>, Failure> {
        let app = workspace::root().join("xtask/peers");
        let shipped = |python: &mut Command| {
            python.arg(app.join("app.py"));
        };
        let gunicorn = |python: &mut Command, port: u16| {
            python.args([
                "-m",
                "gunicorn",
                "--workers",
                "2",
                "--threads",
                "4",
                "--bind",
                &format!("127.0.0.1:{port}"),
            ]);
            python.arg("--chdir").arg(&app).arg("app:app");
        };
        let mut flasks = Vec::new();
        for name in [ORIGINAL, "Flask, gunicorn 2 × 4"] {
            let (folder, port) = (folder()?, free_port()?);
            let mut python = Command::new(&self.python);
            let url = format!("sqlite:///{}/trucks.db", folder.path().display());
            python.env("DATABASE_URL", url).env("PORT", port.to_string());
            if name.contains("gunicorn") {
                gunicorn(&mut python, port);
            } else {
                shipped(&mut python);
            }
            python.stdout(Stdio::null()).stderr(Stdio::null());
            flasks.push(Peer::spawn(name, &mut python, port, Some(folder))?);
        }
        Ok(flasks)
    }
}

impl Peer {
    /// Starts a program of ours on a free port, and waits until it is ready.
    fn start(name: &str, mut program: Command, folder: TempDir) -> Result<Self, Failure> {
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

    fn spawn(name: &str, program: &mut Command, port: u16, folder: Option<TempDir>) -> Result<Self, Failure> {
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

fn folder() -> Result<TempDir, Failure> {
    tempfile::tempdir()
        .map_err(Failure::file("create a folder in", Path::new("the folder of temporary files")))
}

fn free_port() -> Result<u16, Failure> {
    ports::free().map_err(Failure::file("find a free port on", Path::new("127.0.0.1")))
}

fn newest_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut programs: Vec<_> =
        versions.filter_map(|version| Some(version.ok()?.path().join("bin"))).collect();
    programs.sort();
    programs.into_iter().rev().find(|bin| bin.join("postgres").is_file())
}

/// Prepares a command that runs as `postgres` if xtask runs as root, because PostgreSQL refuses to run as root.
fn as_postgres(programs: &Path, name: &str) -> Command {
    let mut command = Command::new("setpriv");
    if fs::metadata("/proc/self").is_ok_and(|us| std::os::unix::fs::MetadataExt::uid(&us) == 0) {
        command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]);
    }
    command.arg("--").arg(programs.join(name)).current_dir("/").env("LC_ALL", "C");
    command
}
