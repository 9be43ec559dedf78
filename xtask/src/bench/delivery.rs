//! The image: its size, its time until healthy, and the failures and delays for clients while containers are replaced.

use std::{
    env,
    net::SocketAddr,
    process::{Command, ExitCode},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Instant,
};

use clap::Args;

use super::{
    load::{Measured, drive_while},
    starts::{self, free_port},
};
use crate::{
    command,
    containers::{self, Engine, IMAGE},
    failure::Failure,
    workspace,
};

const POST: &str = "POST /trucks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                    content-length: 33\r\n\r\n{\"make\": \"Scania\", \"model\": \"V8\"}";
const GET: &str = "GET /trucks?limit=1 HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// The number of reading connections, and of writing ones, while containers are replaced.
const CALLERS: usize = 4;

/// The name of the benchmark's containers.
pub(super) const NAME: &str = "hello-bench";

/// Builds the image, starts it many times, and replaces running containers under load.
#[derive(Debug, Args)]
pub(crate) struct Delivery {
    /// The number of starts
    #[arg(long, default_value_t = 21)]
    starts: usize,
}

impl Delivery {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        let engine = containers::provided()?;
        let bytes = engine.stdout(&["image", "inspect", "--format", "{{.Size}}", IMAGE])?;
        println!("image size: {:.1} MiB", bytes.parse().unwrap_or(f64::NAN) / 1024.0 / 1024.0);
        starts::measure(&engine, self.starts)?;
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
}

/// Starts the replicas, replaces them with each strategy while clients read and write, and removes everything.
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
    for volume in engine.stdout(&["volume", "ls", "--format", "{{.Name}}"])?.lines() {
        if volume.starts_with(NAME) {
            engine.stdout(&["volume", "rm", volume])?;
        }
    }
    measured.and(gone)
}

/// Runs `work` while clients read and write.
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
