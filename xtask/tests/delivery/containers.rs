//! Docker or podman with our image, and containers that end with the test.
#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a container that fails also fails the test, and its log shows why"
)]

use std::{
    env,
    ffi::OsString,
    fs,
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::PathBuf,
    process::{Child, Command},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    ports,
    third_party::{output, provided},
};

/// The variable for the folder whose `bin/` contains `docker` or `podman`.
pub(crate) const CONTAINERS: &str = "HELLO_THIRD_PARTY_CONTAINERS";

/// The timeout of [`eventually`].
const WAIT_TIMEOUT: Duration = Duration::from_mins(1);

/// A program that accepts docker's commands.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    bin: PathBuf,
    name: &'static str,
}

impl Engine {
    /// Returns the engine that has our image. Prints the reason and returns `None` if it is not provided.
    pub(crate) fn provided() -> Option<Self> {
        let bin = provided(CONTAINERS)?.join("bin");
        let name = ["docker", "podman"].into_iter().find(|name| bin.join(name).is_file());
        Some(Self { name: name.unwrap_or_else(|| panic!("no engine in {}", bin.display())), bin })
    }

    /// Returns the name of our image, as last built by `cargo xtask image`.
    #[expect(clippy::unused_self, reason = "without an engine, there is no image")]
    pub(crate) fn image(&self) -> &'static str {
        "docker.io/hellotruck/hello-server:latest"
    }

    /// Returns `docker` or `podman`.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.bin.join(self.name));
        command.args(arguments);
        command
    }

    /// Runs a command that must succeed, and returns its output.
    pub(crate) fn stdout(&self, arguments: &[&str]) -> String {
        let (succeeded, output) = output(&mut self.command(arguments));
        assert!(succeeded, "{arguments:?}: {output}");
        output.trim().to_owned()
    }

    pub(crate) fn succeeds(&self, arguments: &[&str]) -> bool {
        output(&mut self.command(arguments)).0
    }

    /// Returns a `PATH` on which scripts find the engine.
    pub(crate) fn path(&self) -> OsString {
        let path = env::var_os("PATH").unwrap_or_default();
        env::join_paths([self.bin.clone()].into_iter().chain(env::split_paths(&path))).unwrap()
    }

    /// Builds an image from ours, which is removed when dropped.
    pub(crate) fn derive(&self, lines: &str) -> Derived {
        let folder = TempDir::new().unwrap();
        let recipe = folder.path().join("Dockerfile");
        fs::write(&recipe, format!("FROM {}\n{lines}\n", self.image())).unwrap();
        let name = format!("localhost/{}:latest", unique("image"));
        let (path, recipe) = (folder.path().to_str().unwrap(), recipe.to_str().unwrap());
        self.stdout(&["build", "--quiet", "--tag", &name, "--file", recipe, path]);
        Derived { engine: self.clone(), name }
    }

    /// Starts a container of our image with the production settings; it is removed when dropped.
    pub(crate) fn run(&self, options: &[&str]) -> Container {
        self.run_image(self.image(), options)
    }

    pub(crate) fn run_image(&self, image: &str, options: &[&str]) -> Container {
        let container = Container { engine: self.clone(), name: unique("container"), port: free_port() };
        let publish = format!("127.0.0.1:{}:5000", container.port);
        let hardened = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
        let started = ["run", "--detach", "--name", &container.name, "--publish", &publish];
        self.stdout(&[&started[..], &hardened, options, &[image]].concat());
        container
    }

    /// Creates an empty volume, which is removed when dropped.
    pub(crate) fn volume(&self) -> Volume {
        let volume = Volume { engine: self.clone(), name: unique("volume") };
        self.stdout(&["volume", "create", &volume.name]);
        volume
    }

    /// Returns the volumes without a name that no container uses. In docker, those of other programs would be among them, so
    /// there are none.
    pub(crate) fn unused_volumes(&self) -> Vec<String> {
        if self.name == "docker" {
            return Vec::new();
        }
        let unused = self.stdout(&["volume", "ls", "--quiet", "--filter", "dangling=true"]);
        let is_anonymous =
            |name: &&str| name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        unused.lines().filter(is_anonymous).map(str::to_owned).collect()
    }

    /// Returns the socket of the Docker API: docker's own, or podman's, which is served until dropped.
    pub(crate) fn socket(&self) -> Socket {
        if self.name == "docker" {
            let url = env::var("DOCKER_HOST").unwrap_or_else(|_| "unix:///var/run/docker.sock".into());
            return Socket { url, service: None, _folder: None };
        }
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("podman.sock");
        let url = format!("unix://{}", file.display());
        let service = self.command(&["system", "service", "-t", "0", &url]).spawn().unwrap();
        let socket = Socket { url, service: Some(service), _folder: Some(folder) };
        eventually("podman serves its API", || file.exists());
        socket
    }
}

/// A running container.
#[derive(Debug)]
pub(crate) struct Container {
    engine: Engine,
    pub(crate) name: String,
    /// The port on this machine that is mapped to its port 5000.
    pub(crate) port: u16,
}

impl Container {
    /// Runs a program in the container; returns whether it succeeded, and its output.
    pub(crate) fn exec(&self, arguments: &[&str]) -> (bool, String) {
        output(&mut self.engine.command(&[&["exec", &self.name], arguments].concat()))
    }

    /// Inspects the container with a Go template.
    pub(crate) fn inspect(&self, template: &str) -> String {
        self.engine.stdout(&["inspect", "--format", template, &self.name])
    }

    pub(crate) fn is_healthy(&self) -> bool {
        self.exec(&["/hello-server", "healthcheck"]).0
    }

    pub(crate) fn until_healthy(self) -> Self {
        eventually("the container is healthy", || self.is_healthy());
        self
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        if thread::panicking() {
            let (_, log) = output(&mut self.engine.command(&["logs", "--tail", "30", &self.name]));
            eprintln!("{}: {log}", self.name);
        }
        self.engine.succeeds(&["rm", "--force", "--volumes", &self.name]);
    }
}

/// A named volume.
#[derive(Debug)]
pub(crate) struct Volume {
    engine: Engine,
    pub(crate) name: String,
}

impl Drop for Volume {
    fn drop(&mut self) {
        self.engine.succeeds(&["volume", "rm", "--force", &self.name]);
    }
}

/// An image that is derived from ours.
#[derive(Debug)]
pub(crate) struct Derived {
    engine: Engine,
    pub(crate) name: String,
}

impl Drop for Derived {
    fn drop(&mut self) {
        self.engine.succeeds(&["image", "rm", "--force", &self.name]);
    }
}

/// The address of the engine for docker's clients: `DOCKER_HOST`.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) url: String,
    service: Option<Child>,
    _folder: Option<TempDir>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if let Some(service) = &mut self.service {
            let _ = service.kill();
            let _ = service.wait();
        }
    }
}

/// Waits until a condition holds; on timeout, the test fails.
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < WAIT_TIMEOUT, "timeout while waiting until {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// Returns a name that no other test uses.
pub(crate) fn unique(what: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("hello-test-{what}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn free_port() -> u16 {
    ports::free().unwrap()
}

#[test]
fn the_engine_serves_docker_clients() {
    let Some(engine) = Engine::provided() else { return };
    let socket = engine.socket();
    let Some(path) = socket.url.strip_prefix("unix://") else { return };
    let mut connection = UnixStream::connect(path).unwrap();
    connection.write_all(b"GET /_ping HTTP/1.0\r\nhost: docker\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.contains(" 200 OK"), "{answer}");
}
