//! The images that ours need: pulled, or built from Debian packages if no registry is reachable.

use std::{env, fs, path::Path, path::PathBuf, process::Command};

use super::Engine;
use crate::{apt::Apt, command, failure::Failure, third_party::quietly};

/// An image of Docker Hub, and the recipe of its substitute.
struct BaseImage {
    name: &'static str,
    recipe: &'static str,
    /// Returns the folder of the build context.
    context: fn() -> Result<PathBuf, Failure>,
}

const ALL: &[BaseImage] = &[
    BaseImage {
        name: "docker.io/library/rust:1.95-slim-bookworm",
        recipe: "rust.Dockerfile",
        context: compiler,
    },
    BaseImage {
        name: "docker.io/library/haproxy:2.6-bookworm",
        recipe: "haproxy.Dockerfile",
        context: recipes,
    },
    BaseImage {
        name: "docker.io/library/postgres:15-bookworm",
        recipe: "postgres.Dockerfile",
        context: recipes,
    },
];

/// The base image of all of them: Debian with every package that one of them needs.
const DEBIAN: &str = "localhost/hello-truck-debian";
const PACKAGES: &str = "ca-certificates,gcc,haproxy,libc6-dev,postgresql-15";

const RECIPES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/containers");
const HINT: &str = "Is Debian's mirror within reach? Or log in to a registry that has Docker Hub's images.";

/// Makes sure that every image exists: pulls or builds the missing ones for podman; docker pulls them itself.
pub(super) fn provide(engine: &Engine) -> Result<(), Failure> {
    if !engine.is_podman() {
        return Ok(());
    }
    for image in ALL {
        let is_there = || quietly(&mut engine.command(&["image", "exists", image.name])).is_ok();
        let is_pulled = || quietly(&mut engine.command(&["pull", "--quiet", image.name])).is_ok();
        if !(is_there() || is_pulled()) {
            image.make(engine)?;
        }
    }
    Ok(())
}

impl BaseImage {
    fn make(&self, engine: &Engine) -> Result<(), Failure> {
        debian(engine)?;
        let recipe = Path::new(RECIPES).join(self.recipe);
        let mut build = engine.command(&["build", "--quiet", "--pull=never", "--format", "docker"]);
        build.args(["--tag", self.name, "--build-context", "host=/etc/ssl/certs", "--file"]);
        command::run(build.arg(recipe).arg((self.context)()?))
    }
}

fn debian(engine: &Engine) -> Result<(), Failure> {
    if quietly(&mut engine.command(&["image", "exists", DEBIAN])).is_ok() {
        return Ok(());
    }
    Apt::this().install("mmdebstrap", &["mmdebstrap"], HINT)?;
    let folder = tempfile::tempdir().map_err(Failure::file("create a folder in", env::temp_dir()))?;
    let archive = folder.path().join("debian.tar");
    let mut bootstrap = Command::new("mmdebstrap");
    bootstrap.args(["--quiet", "--variant=minbase", "--include", PACKAGES]);
    for nobody_reads in ["man", "doc", "locale"] {
        bootstrap.arg(format!("--dpkgopt=path-exclude=/usr/share/{nobody_reads}/*"));
    }
    quietly(bootstrap.arg("bookworm").arg(&archive))
        .map_err(|why| Failure::ThirdParty { why, hint: HINT })?;
    command::run(engine.command(&["import", "--quiet"]).arg(&archive).arg(DEBIAN))
}

/// Returns the folder of the workspace's compiler.
fn compiler() -> Result<PathBuf, Failure> {
    let mut rustc = command::rustc(&["--print", "sysroot"]);
    let output =
        rustc.output().map_err(|source| Failure::Start { command: command::line(&rustc), source })?;
    let sysroot = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    fs::metadata(sysroot.join("bin/rustc")).map_err(Failure::file("find", sysroot.join("bin/rustc")))?;
    Ok(sysroot)
}

#[expect(clippy::unnecessary_wraps, reason = "has the signature of `compiler`, which can fail")]
fn recipes() -> Result<PathBuf, Failure> {
    Ok(RECIPES.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_has_the_version_of_the_image() {
        let named = format!("rust:{}-", env!("CARGO_PKG_RUST_VERSION"));
        assert!(ALL[0].name.contains(&named), "{}", ALL[0].name);
        let dockerfile = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../Dockerfile")).unwrap();
        assert!(dockerfile.contains(ALL[0].name), "the Dockerfile is made of another image");
    }
}
