//! The peers of the benchmark: which there are, and how each is installed and started.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::peer::{ORIGINAL, Peer, free_port};
use crate::{command, failure::Failure, third_party, workspace};

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

fn folder() -> Result<TempDir, Failure> {
    tempfile::tempdir()
        .map_err(Failure::file("create a folder in", Path::new("the folder of temporary files")))
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
