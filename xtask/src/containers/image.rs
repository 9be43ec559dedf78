//! `cargo xtask image`.

use std::process::{Command, ExitCode};

use super::{Engine, base_images};
use crate::{command, failure::Failure, workspace};

/// The registry path of our images.
const REPOSITORY: &str = "docker.io/hellotruck";

/// The name of the service's image.
pub(crate) const IMAGE: &str = "docker.io/hellotruck/hello-server:latest";

/// Builds the image of the service like `docker build .`, with the commit in its labels.
#[derive(Debug, clap::Args)]
pub(crate) struct Image {
    /// Build the console's image instead
    #[arg(long)]
    tui: bool,
}

impl Image {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        let engine = Engine::chosen_or_prepared()?;
        let target = if self.tui { "hello-tui" } else { "hello-server" };
        let name = build(&engine, target)?;
        println!("{name}\nPATH={}:$PATH has the engine that holds it.", engine.folder().display());
        Ok(ExitCode::SUCCESS)
    }
}

/// Builds one of the Dockerfile's targets and returns the image's name. Unchanged layers are not rebuilt.
pub(super) fn build(engine: &Engine, target: &str) -> Result<String, Failure> {
    base_images::provide(engine)?;
    let name = format!("{REPOSITORY}/{target}:latest");
    let mut build = engine.command(&["build", "--target", target, "--tag", &name]);
    if engine.is_podman() {
        // Docker's format, because the OCI format has no health check.
        build.args(["--pull=never", "--format", "docker"]);
    }
    // Labels instead of the Dockerfile's arguments: older buildah versions reuse a cached layer whatever the arguments.
    for (label, value) in [
        ("version", Some(env!("CARGO_PKG_VERSION").to_owned())),
        ("revision", git(&["rev-parse", "HEAD"])),
        ("created", git(&["log", "-1", "--format=%cI"])),
    ] {
        if let Some(value) = value {
            build.arg("--label").arg(format!("org.opencontainers.image.{label}={value}"));
        }
    }
    command::run(build.arg(workspace::root()))?;
    Ok(name)
}

/// Returns git's output about the commit, or `None` in an archive without history.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).current_dir(workspace::root()).output().ok()?;
    let stdout = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !stdout.is_empty()).then_some(stdout)
}
