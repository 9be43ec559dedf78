//! `docker-compose up -d` as typed by a user, with docker's client and with podman's.
use std::{
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::{
    containers::{Engine, Socket, eventually, free_port, unique},
    http,
    load::Load,
    third_party::{CHECKERS, output, provided, root},
};

/// A project with its own name and ports, which is removed with its volumes when dropped.
struct Project {
    engine: Engine,
    name: String,
    port: u16,
    scale_port: u16,
    socket: Socket,
    health_checks: HealthCheckRunner,
}

impl Project {
    fn provided() -> Option<Self> {
        let engine = Engine::provided()?;
        let name = unique("compose");
        let health_checks = HealthCheckRunner::start(&engine, &name);
        let (port, scale_port, socket) = (free_port(), free_port(), engine.socket());
        Some(Self { engine, name, port, scale_port, socket, health_checks })
    }

    /// Runs docker's client: the older program, or else the newer plug-in.
    fn compose(&self, arguments: &[&str]) -> (bool, String) {
        let mut compose = if Command::new("docker-compose").arg("version").output().is_ok() {
            Command::new("docker-compose")
        } else {
            let mut docker = Command::new("docker");
            docker.arg("compose");
            docker
        };
        compose.args(["--project-name", &self.name, "--profile", "scale"]);
        self.run(compose.args(arguments).env("DOCKER_HOST", &self.socket.url))
    }

    /// Runs podman's client; returns `None` if it is not installed.
    fn podman_compose(&self, arguments: &[&str]) -> Option<(bool, String)> {
        let mut compose = Command::new("podman-compose");
        Command::new("podman-compose").arg("version").output().ok()?;
        compose.args(["--project-name", &self.name]).args(arguments);
        Some(self.run(&mut compose))
    }

    fn run(&self, compose: &mut Command) -> (bool, String) {
        compose.current_dir(root()).env("PATH", self.engine.path());
        compose.env("HELLO_PORT", self.port.to_string()).env("HELLO_IMAGE", self.engine.image());
        output(compose.env("HELLO_SCALE_PORT", self.scale_port.to_string()))
    }

    fn done(&self, arguments: &[&str]) {
        let (succeeded, output) = self.compose(arguments);
        assert!(succeeded, "{arguments:?}: {output}");
    }

    /// Returns the container of a service.
    fn container(&self, service: &str) -> String {
        let project = format!("label=com.docker.compose.project={}", self.name);
        let service = format!("label=com.docker.compose.service={service}");
        self.engine.stdout(&["ps", "--quiet", "--filter", &project, "--filter", &service])
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        self.compose(&["down", "--volumes"]);
        self.health_checks.end();
    }
}

/// Runs the containers' health checks, for an engine that cannot schedule them itself.
struct HealthCheckRunner {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl HealthCheckRunner {
    fn start(engine: &Engine, project: &str) -> Self {
        let over = Arc::new(AtomicBool::new(engine.name() == "docker"));
        let (stop, engine) = (over.clone(), engine.clone());
        let project = format!("label=com.docker.compose.project={project}");
        let round = move || {
            while !stop.load(Ordering::Relaxed) {
                for container in engine.stdout(&["ps", "--quiet", "--filter", &project]).lines() {
                    engine.succeeds(&["healthcheck", "run", container]);
                }
                thread::sleep(Duration::from_millis(200));
            }
        };
        Self { over, thread: Some(thread::spawn(round)) }
    }

    fn end(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answers(port: u16) -> bool {
    http::get(port, "/readyz").is_some_and(|answer| answer.status == 200)
}

#[test]
fn trucks_are_there_again_after_down_and_up() {
    let Some(project) = Project::provided() else { return };
    for trucks in 1..=2 {
        project.done(&["up", "-d", "server"]);
        eventually("the service answers", || answers(project.port));
        assert_eq!(http::add_truck(project.port).unwrap().status, 201);
        assert_eq!(http::trucks(project.port), Some(trucks));
        project.done(&["down"]);
        assert!(http::get(project.port, "/trucks").is_none());
    }
}

#[test]
fn containers_have_a_read_only_root_and_no_capability() {
    let Some(project) = Project::provided() else { return };
    project.done(&["up", "-d"]);
    for service in ["server", "replica-1", "replica-2", "replica-3", "proxy", "db"] {
        let container = project.container(service);
        let host = project.engine.stdout(&[
            "inspect",
            "--format",
            "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.SecurityOpt}} {{.HostConfig.PortBindings}}",
            &container,
        ]);
        assert!(host.starts_with("true ") && host.contains("no-new-privileges"), "{service}: {host}");
        assert!(!host.contains("0.0.0.0"), "{service}: {host}");
        let status = project.engine.command(&["exec", &container, "cat", "/proc/1/status"]).output().unwrap();
        let status = String::from_utf8_lossy(&status.stdout).into_owned();
        // Our image has no `cat`; its own test checks it from outside.
        assert!(status.is_empty() || status.contains("CapEff:\t0000000000000000"), "{service}: {status}");
        assert!(!status.contains("Uid:\t0"), "{service}: {status}");
    }
}

#[test]
fn three_replicas_share_trucks_and_survive_a_kill() {
    let Some(project) = Project::provided() else { return };
    project.done(&["up", "-d"]);
    eventually("the replicas answer", || answers(project.scale_port));
    for trucks in 1..=6 {
        assert_eq!(http::add_truck(project.scale_port).unwrap().status, 201);
        assert_eq!(http::trucks(project.scale_port), Some(trucks));
    }
    eventually("the other service answers", || answers(project.port));
    assert_eq!(http::trucks(project.port), Some(0), "the service with SQLite has its own trucks");

    let load = Load::of_readers(project.scale_port);
    project.engine.stdout(&["kill", "--signal", "KILL", &project.container("replica-2")]);
    eventually("the replica is gone", || project.container("replica-2").is_empty());
    assert_eq!(http::add_truck(project.scale_port).unwrap().status, 201);
    let answers = load.end();
    assert!(answers.right > 0 && answers.failures.is_empty(), "{:?}", answers.failures);
}

#[test]
fn replicas_are_replaced_one_by_one_by_compose_itself() {
    let Some(project) = Project::provided() else { return };
    project.done(&["up", "-d"]);
    eventually("the replicas answer", || answers(project.scale_port));
    let load = Load::of_everything(project.scale_port);
    for replica in ["replica-1", "replica-2", "replica-3"] {
        project.done(&["up", "-d", "--no-deps", "--force-recreate", replica]);
        let container = project.container(replica);
        let healthcheck = ["exec", &container, "/hello-server", "healthcheck"];
        eventually("the new replica is ready", || project.engine.succeeds(&healthcheck));
    }
    let answers = load.end();
    assert!(answers.failures.is_empty(), "{:?} of {}", answers.failures, answers.right);
    assert_eq!(http::trucks(project.scale_port), Some(answers.added));
}

#[test]
fn podman_compose_serves_the_trucks_too() {
    let Some(project) = Project::provided() else { return };
    if project.engine.name() != "podman" {
        return;
    }
    let Some((succeeded, output)) = project.podman_compose(&["up", "-d", "server"]) else { return };
    assert!(succeeded, "{output}");
    eventually("the service answers", || answers(project.port));
    assert_eq!(http::add_truck(project.port).unwrap().status, 201);
    project.podman_compose(&["down"]);
    project.podman_compose(&["up", "-d", "server"]);
    eventually("the service answers again", || answers(project.port));
    assert_eq!(http::trucks(project.port), Some(1));
    project.podman_compose(&["down", "--volumes"]);
}

#[test]
fn the_compose_file_is_as_its_specification_says() {
    let Some(programs) = provided(CHECKERS) else { return };
    let mut check = Command::new(programs.join("check-jsonschema"));
    check.args(["--builtin-schema", "vendor.compose-spec", "docker-compose.yaml"]).current_dir(root());
    let (succeeded, output) = output(&mut check);
    assert!(succeeded, "{output}");
}
