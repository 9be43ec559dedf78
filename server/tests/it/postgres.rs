//! PostgreSQL, started for one test from system packages and stopped with it.
#![expect(clippy::print_stderr, reason = "a skipped test prints its reason")]

use std::{
    env, fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// A running PostgreSQL with its own data folder.
pub(crate) struct Postgres {
    process: Option<Child>,
    folder: TempDir,
    programs: PathBuf,
    pub(crate) port: u16,
    databases: AtomicU32,
}

impl Postgres {
    /// Starts a server. If PostgreSQL is not installed, prints the reason and returns `None`; on CI, fails.
    pub(crate) fn start() -> Option<Self> {
        let mut server = Self::prepare()?;
        server.start_again();
        Some(server)
    }

    /// Starts a server as `localhost` that accepts only TLS. Returns it with its self-signed certificate.
    pub(crate) fn start_with_tls() -> Option<(Self, PathBuf)> {
        let mut server = Self::prepare()?;
        let [certificate, key] = ["server.crt", "server.key"].map(|name| server.data().join(name));
        let mut openssl = Command::new("openssl");
        openssl.args("req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 2".split(' '));
        for extension in ["subjectAltName=DNS:localhost", "basicConstraints=critical,CA:FALSE"] {
            openssl.args(["-addext", extension]);
        }
        openssl.args(["-subj", "/CN=localhost", "-keyout"]);
        run(openssl.arg(&key).arg("-out").arg(&certificate));
        if is_root() {
            run(Command::new("chown").arg("postgres").args([&certificate, &key]));
        }
        fs::write(server.data().join("pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n").expect("a file");
        fs::write(server.data().join("postgresql.auto.conf"), "ssl = on\n").expect("a file");
        server.start_again();
        Some((server, certificate))
    }

    fn prepare() -> Option<Self> {
        let Some(programs) = programs() else {
            let missing = "PostgreSQL is not installed: `cargo xtask test` provides it, or `apt-get install postgresql`";
            assert_ne!(env::var("CI").as_deref(), Ok("true"), "{missing}");
            eprintln!("skipped: {missing}");
            return None;
        };
        let folder = TempDir::new().expect("a folder");
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let server = Self { process: None, folder, programs, port, databases: AtomicU32::new(0) };
        run(server.program("initdb").args(["-A", "trust", "-U", "postgres", "-D"]).arg(server.data()));
        Some(server)
    }

    /// Starts the server again after it was stopped.
    pub(crate) fn start_again(&mut self) {
        let folder = self.folder.path().display().to_string();
        let mut command = self.program("postgres");
        command.arg("-D").arg(self.data()).args([
            "-p",
            &self.port.to_string(),
            "-c",
            "listen_addresses=127.0.0.1",
        ]);
        command.args(["-c", &format!("unix_socket_directories={folder}"), "-c", "max_connections=100"]);
        self.process =
            Some(command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("postgres starts"));
        until("PostgreSQL answers", || {
            let ready = self
                .program("pg_isready")
                .args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()])
                .status();
            ready.is_ok_and(|ready| ready.success()) && TcpStream::connect(("127.0.0.1", self.port)).is_ok()
        });
    }

    /// Stops the server at once, as if its machine failed.
    pub(crate) fn stop_at_once(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        // Immediate shutdown: connections are cut, and the next start recovers from the log.
        run(Command::new("kill").args(["-s", "QUIT", &process.id().to_string()]));
        let _ = process.wait();
    }

    /// Creates an empty database and returns its URL.
    pub(crate) fn database(&self, name: &str) -> String {
        let name = format!("d{}_{name}", self.databases.fetch_add(1, Ordering::Relaxed));
        let name: String = name.chars().take(60).collect();
        self.query("postgres", &format!("CREATE DATABASE {name}"));
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// Runs SQL in a database with `psql` and returns the output.
    pub(crate) fn query(&self, database: &str, sql: &str) -> String {
        let mut psql = self.program("psql");
        psql.args(self.client(database)).args(["-qAtc", sql]);
        let said = psql.output().expect("psql");
        assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8_lossy(&said.stdout).trim().to_owned()
    }

    /// Creates a backup of a database and returns the file.
    pub(crate) fn dump(&self, database: &str) -> PathBuf {
        let file = self.folder.path().join("backup.sql");
        run(self.program("pg_dump").args(self.client(database)).arg("-f").arg(&file));
        file
    }

    /// Restores a backup into an empty database.
    pub(crate) fn load(&self, database: &str, backup: &Path) {
        run(self
            .program("psql")
            .args(self.client(database))
            .args(["-q", "-v", "ON_ERROR_STOP=1", "-f"])
            .arg(backup));
    }

    fn client(&self, database: &str) -> Vec<String> {
        let port = self.port.to_string();
        ["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-d", database].map(ToOwned::to_owned).into()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Returns a command for one of its programs. Drops root, which PostgreSQL rejects, and ends the program with the
    /// test.
    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "QUIT"]);
        if is_root() {
            command.args(["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]);
        }
        command.arg("--").arg(path).current_dir("/").env("LC_ALL", "C").env("HOME", self.folder.path());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop_at_once();
    }
}

/// Waits until a condition holds. Fails after 30 seconds.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(30), "in vain: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Returns the folder of PostgreSQL's programs: the configured one, or Debian's newest.
fn programs() -> Option<PathBuf> {
    if let Some(chosen) = env::var_os("HELLO_THIRD_PARTY_POSTGRESQL") {
        return Some(chosen.into());
    }
    let debian = Path::new("/usr/lib/postgresql").read_dir().ok()?;
    let mut versions: Vec<_> = debian.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    versions.sort();
    versions.into_iter().rev().find(|bin| bin.join("postgres").exists())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|of_us| std::os::unix::fs::MetadataExt::uid(&of_us) == 0)
}

fn run(command: &mut Command) {
    let run = command.output().expect("a program that starts");
    assert!(run.status.success(), "{command:?}: {}", String::from_utf8_lossy(&run.stderr));
}
