//! Docker or podman, and podman's storage.
//!
//! A developer's engine is used as it is. As root without an engine (a build machine, a container), xtask installs
//! podman with apt-get and gives it a storage under the target folder, so that the machine's own storage is untouched.

use std::{
    collections::hash_map::DefaultHasher,
    env,
    fmt::Write as _,
    fs,
    hash::{Hash, Hasher},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use super::CONTAINERS;
use crate::{
    apt::Apt,
    command,
    failure::Failure,
    third_party::{missing, quietly},
    workspace,
};

const HINT: &str = "Install docker or podman, and start it: `docker info` or `podman info` must succeed.";

/// The packages of podman: the engine without a daemon, and its name resolution and networks.
const PODMAN: &[&str] = &["podman", "runc", "netavark", "aardvark-dns", "iptables"];

/// The packages of Docker Compose.
const COMPOSE: &[&str] = &["docker-compose", "podman-compose"];

/// A program that accepts docker's commands.
#[derive(Debug)]
pub(crate) struct Engine {
    /// `docker` or `podman`, in the folder that the tests' variable names.
    program: PathBuf,
}

impl Engine {
    /// Returns the engine that the environment variable names, or else the one of this machine.
    pub(super) fn chosen_or_prepared() -> Result<Self, Failure> {
        match env::var_os(CONTAINERS.variable) {
            Some(chosen) => Self::of(Path::new(&chosen)),
            None => Self::prepare(&workspace::target().join("third-party/containers")),
        }
    }

    /// Finds a working engine, installs one if possible, and writes a wrapper for it into `folder`.
    pub(super) fn prepare(folder: &Path) -> Result<Self, Failure> {
        let apt = Apt::this();
        let bin = folder.join("bin");
        fs::create_dir_all(&bin).map_err(Failure::file("create", &bin))?;
        if let Some(docker) = on_path("docker").filter(|docker| works(docker)) {
            return Self::wrap(&bin, "docker", &docker, &[]);
        }
        if apt.is_root && on_path("apt-get").is_some() {
            Self::install(&apt)?;
            let podman = on_path("podman").ok_or_else(|| missing("podman did not come".into(), HINT))?;
            return Self::wrap(&bin, "podman", &podman, &settings(folder)?);
        }
        let podman = on_path("podman").filter(|podman| works(podman));
        let podman = podman.ok_or_else(|| missing("neither docker nor podman answers".into(), HINT))?;
        Self::wrap(&bin, "podman", &podman, &[])
    }

    /// Returns the engine in a folder.
    pub(super) fn of(folder: &Path) -> Result<Self, Failure> {
        let named = ["docker", "podman"].map(|name| folder.join("bin").join(name));
        let program = named.into_iter().find(|program| program.is_file());
        let none = || missing(format!("{} holds neither docker nor podman", folder.display()), HINT);
        Ok(Self { program: program.ok_or_else(none)? })
    }

    pub(crate) fn is_podman(&self) -> bool {
        self.program.ends_with("podman")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments);
        command
    }

    /// Runs a command that must succeed, and returns its stdout.
    pub(crate) fn stdout(&self, arguments: &[&str]) -> Result<String, Failure> {
        let mut command = self.command(arguments);
        let start = |source| Failure::Start { command: command::line(&self.command(arguments)), source };
        let output = command.output().map_err(start)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        eprintln!("{}", String::from_utf8_lossy(&output.stderr).trim());
        Err(Failure::Command { command: command::line(&command), status: output.status })
    }

    /// Returns the engine's folder, for a `PATH`.
    pub(crate) fn folder(&self) -> &Path {
        self.program.parent().expect("a program lies in a folder")
    }

    fn install(apt: &Apt) -> Result<(), Failure> {
        let absent = |programs: &[&'static str]| {
            programs.iter().copied().filter(|program| on_path(program).is_none()).collect::<Vec<_>>()
        };
        let wanted =
            if absent(&["podman", "runc", "iptables"]).is_empty() { Vec::new() } else { PODMAN.to_vec() };
        let wanted = [wanted, absent(COMPOSE)].concat();
        if wanted.is_empty() { Ok(()) } else { apt.install("podman", &wanted, HINT) }
    }

    /// Writes the wrapper that tests and scripts start: the engine with its settings.
    fn wrap(bin: &Path, name: &str, engine: &Path, settings: &[(&str, PathBuf)]) -> Result<Self, Failure> {
        for other in ["docker", "podman"].iter().filter(|other| **other != name) {
            let _ = fs::remove_file(bin.join(other));
        }
        let mut script =
            "#!/bin/sh\n# Written by `cargo xtask`: the engine of this machine, as the tests use it.\n"
                .to_owned();
        for (variable, path) in settings {
            let _ = writeln!(script, "export {variable}='{}'", path.display());
        }
        let _ = writeln!(script, "exec '{}' \"$@\"", engine.display());
        let program = bin.join(name);
        fs::write(&program, script).map_err(Failure::file("write", &program))?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))
            .map_err(Failure::file("make executable", &program))?;
        Ok(Self { program })
    }
}

/// Writes podman's settings for a machine without systemd, and returns the variables that name them.
fn settings(folder: &Path) -> Result<[(&'static str, PathBuf); 3], Failure> {
    // The state of running containers must not survive a reboot, so it is under /run.
    let mut hash = DefaultHasher::new();
    folder.hash(&mut hash);
    let run = format!("/run/hello-truck-{:x}", hash.finish());
    let folder = folder.display();
    let containers = format!(
        "[containers]\ndefault_ulimits = [\"nofile=20000:20000\", \"nproc=4096:4096\"]\n\n\
         [engine]\nruntime = \"runc\"\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n\n\
         [network]\nnetwork_backend = \"netavark\"\nnetwork_config_dir = \"{folder}/networks\"\n"
    );
    let storage =
        format!("[storage]\ndriver = \"overlay\"\ngraphroot = \"{folder}/storage\"\nrunroot = \"{run}\"\n");
    let written = |name: &str, text: &str| {
        let path = PathBuf::from(format!("{folder}/{name}"));
        fs::write(&path, text).map_err(Failure::file("write", &path)).map(|()| path)
    };
    Ok([
        ("CONTAINERS_CONF", written("containers.conf", &containers)?),
        ("CONTAINERS_STORAGE_CONF", written("storage.conf", &storage)?),
        ("BUILDAH_ISOLATION", "chroot".into()),
    ])
}

fn works(engine: &Path) -> bool {
    quietly(Command::new(engine).arg("info")).is_ok()
}

fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_found_with_its_settings() {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        Engine::wrap(&bin, "docker", Path::new("/bin/false"), &[]).unwrap();
        let podman = folder.path().join("real");
        fs::write(&podman, "#!/bin/sh\necho \"$CONTAINERS_CONF $*\"\n").unwrap();
        fs::set_permissions(&podman, fs::Permissions::from_mode(0o755)).unwrap();
        Engine::wrap(&bin, "podman", &podman, &[("CONTAINERS_CONF", "a folder/c".into())]).unwrap();

        let engine = Engine::of(folder.path()).unwrap();
        assert!(engine.is_podman());
        assert_eq!(engine.stdout(&["ps", "a b"]).unwrap(), "a folder/c ps a b");
    }

    #[test]
    fn a_folder_without_an_engine_is_told_what_to_install() {
        let folder = tempfile::tempdir().unwrap();
        let message = Engine::of(folder.path()).unwrap_err().to_string();
        assert!(message.contains("neither docker nor podman") && message.ends_with(HINT), "{message}");
    }
}
