//! The image: how large it is, how soon it is healthy, and what callers notice when it is replaced.

use std::{
    env,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Command, ExitCode},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant, SystemTime},
};

use clap::Args;

use super::load::{Measured, drive_while};
use crate::{
    command,
    containers::{self, Engine, IMAGE},
    failure::Failure,
    workspace,
};

const POST: &str = "POST /trucks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                    content-length: 33\r\n\r\n{\"make\": \"Scania\", \"model\": \"V8\"}";
const GET: &str = "GET /trucks?limit=1 HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// How many connections read, and how many write, while containers are replaced.
const CALLERS: usize = 4;

/// How containers of the bench are called.
const NAME: &str = "hello-bench";

/// Builds the image, starts it many times, and replaces running containers under load.
#[derive(Debug, Args)]
pub(crate) struct Delivery {
    /// How often the container is started
    #[arg(long, default_value_t = 21)]
    starts: usize,
}

impl Delivery {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        let engine = containers::provided()?;
        let bytes = engine.said(&["image", "inspect", "--format", "{{.Size}}", IMAGE])?;
        println!("image size: {:.1} MiB", bytes.parse().unwrap_or(f64::NAN) / 1024.0 / 1024.0);
        self.starts(&engine)?;
        println!(
            "\n{:<34} {:>7} {:>7} {:>16} {:>9}",
            "replacement under load", "sent", "failed", "longest answer", "took"
        );
        replacements(&engine, "1", &[("one replica, handed over", "rolling")])?;
        replacements(
            &engine,
            "3",
            &[("three replicas, rolling", "rolling"), ("three replicas, blue/green", "blue-green")],
        )?;
        Ok(ExitCode::SUCCESS)
    }

    fn starts(&self, engine: &Engine) -> Result<(), Failure> {
        let (mut of_container, mut of_all) = (Vec::new(), Vec::new());
        for _ in 0..self.starts.max(1) {
            let port = free_port()?;
            let publish = format!("127.0.0.1:{port}:5000");
            let hardened = ["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];
            let create = ["create", "--name", NAME, "--publish", &publish];
            engine.said(&[&create[..], &hardened, &[IMAGE]].concat())?;
            let asked = Instant::now();
            engine.said(&["start", NAME])?;
            let is_ready = until_ready(port);
            let (took, ready) = (asked.elapsed(), since_the_minute());
            let started = engine.said(&["inspect", "--format", "{{json .State.StartedAt}}", NAME])?;
            engine.said(&["rm", "--force", "--volumes", NAME])?;
            if let Some(started) = seconds_of(&started).filter(|_| is_ready) {
                of_container.push((ready - started).rem_euclid(60.0) * 1000.0);
                of_all.push(took.as_secs_f64() * 1000.0);
            }
        }
        of_container.sort_by(f64::total_cmp);
        of_all.sort_by(f64::total_cmp);
        let count = of_container.len();
        if let (Some(best), Some(worst)) = (of_container.first(), of_container.last()) {
            println!(
                "start to healthy: {:.0} ms from the container's start (median of {count}; {best:.0} to {worst:.0}), \
                 {:.0} ms with the engine's own work",
                of_container[count / 2],
                of_all[count / 2]
            );
        }
        Ok(())
    }
}

/// Starts so many replicas, replaces them in each way while callers read and write, and takes all away.
fn replacements(engine: &Engine, replicas: &str, ways: &[(&str, &str)]) -> Result<(), Failure> {
    let port = free_port()?;
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let deploy = |options: &[&str]| {
        let mut script = Command::new(workspace::root().join("deploy-local.sh"));
        let path = env::var_os("PATH").unwrap_or_default();
        let path = [engine.folder().to_owned()].into_iter().chain(env::split_paths(&path));
        let engine = if engine.is_podman() { "podman" } else { "docker" };
        script.args(options).stdout(std::process::Stdio::null());
        script.env("PATH", env::join_paths(path).unwrap_or_default()).env("HELLO_ENGINE", engine);
        command::run(script.env("HELLO_NAME", NAME).env("HELLO_PORT", port.to_string()))
    };
    let measured = deploy(&["--no-pull", "--replicas", replicas]).and_then(|()| {
        ways.iter().try_for_each(|(what, strategy)| {
            let started = Instant::now();
            let (done, reads, writes) =
                under_load(address, || deploy(&["--no-pull", "--strategy", strategy, "--bake", "2"]));
            done?;
            let failed = reads.failed + writes.failed;
            println!(
                "{what:<34} {:>7} {failed:>7} {:>13} ms {:>7.1} s",
                reads.count() + writes.count() + failed,
                reads.longest().max(writes.longest()).as_millis(),
                started.elapsed().as_secs_f64()
            );
            Ok(())
        })
    });
    let gone = deploy(&["--down"]);
    for volume in engine.said(&["volume", "ls", "--format", "{{.Name}}"])?.lines() {
        if volume.starts_with(NAME) {
            engine.said(&["volume", "rm", volume])?;
        }
    }
    measured.and(gone)
}

/// Does something while callers read and write.
fn under_load<T: Send>(address: SocketAddr, work: impl FnOnce() -> T) -> (T, Measured, Measured) {
    let over = AtomicBool::new(false);
    let goes_on = || !over.load(Ordering::Relaxed);
    thread::scope(|scope| {
        let drive = |request: &'static str, status: &'static str| {
            let goes_on = &goes_on;
            scope.spawn(move || drive_while(address, request.as_bytes(), status, CALLERS, goes_on))
        };
        let (reads, writes) = (drive(GET, "200"), drive(POST, "201"));
        let done = work();
        over.store(true, Ordering::Relaxed);
        (done, reads.join().unwrap_or_default(), writes.join().unwrap_or_default())
    })
}

/// Asks what the health check asks, without an engine between, until the answer is yes.
fn until_ready(port: u16) -> bool {
    let give_up = Instant::now() + Duration::from_secs(30);
    while Instant::now() < give_up {
        if ready(port).is_some_and(|ready| ready) {
            return true;
        }
        thread::sleep(Duration::from_millis(2));
    }
    false
}

fn ready(port: u16) -> Option<bool> {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).ok()?;
    connection.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").ok()?;
    let mut status = [0; 12];
    connection.read_exact(&mut status).ok()?;
    Some(&status == b"HTTP/1.1 200")
}

/// The seconds of `"2026-11-23T23:14:45.606Z"`; the time zone makes no difference to them.
fn seconds_of(time: &str) -> Option<f64> {
    let seconds = time.split(':').nth(2)?;
    let end = seconds.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(seconds.len());
    seconds[..end].parse().ok()
}

/// The seconds of the present time.
fn since_the_minute() -> f64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    now.as_secs_f64().rem_euclid(60.0)
}

fn free_port() -> Result<u16, Failure> {
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    port.map(|address| address.port())
        .map_err(|source| Failure::Start { command: "a listener".into(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seconds_of_a_time_are_read_in_either_engine_s_way() {
        assert_eq!(seconds_of("\"2026-11-23T23:14:45.606Z\""), Some(45.606));
        assert_eq!(seconds_of("\"2026-11-23T23:14:05.5+01:00\""), Some(5.5));
        assert_eq!(seconds_of("\"\""), None);
    }
}
