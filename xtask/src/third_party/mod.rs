//! Third-party programs against which tests verify our assumptions about external systems.
//!
//! They are packages at exact versions, installed once into a folder under the target folder; PostgreSQL, the AWS CLI,
//! `gh` and the container engine are system packages. The tests that use them belong to each crate, never here.

mod aws_cli;
mod gh;
mod node;
mod postgresql;
mod python;
mod rust;

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{command, containers, failure::Failure};

/// Third-party programs that are installed together by one package manager.
#[derive(Debug)]
pub(crate) struct ThirdParty {
    /// The environment variable through which tests find them.
    pub(crate) variable: &'static str,
    pub(crate) install: fn(&Path) -> Result<PathBuf, Failure>,
}

/// All third parties. If some cannot be installed, the tests still use the others.
pub(crate) const ALL: &[ThirdParty] = &[
    postgresql::POSTGRESQL,
    aws_cli::AWS_CLI,
    GH,
    python::PYTHON,
    python::CHECKERS,
    python::CHECKOV,
    python::EMULATORS,
    node::BACKSTAGE,
    node::REDOCLY,
    node::GITHUB,
    node::DELIVERY,
    node::WORKFLOW_PARSER,
    containers::CONTAINERS,
];

/// GitHub's CLI, which the benchmark of runs compares the console with.
pub(crate) const GH: ThirdParty = gh::GH;

/// The peers of the server benchmark; no test needs them.
pub(crate) const PEERS: ThirdParty = python::PEERS;

/// The peers of the console benchmark, by name; no test needs them.
pub(crate) const CONSOLE_PEERS: [(&str, ThirdParty); 2] = [("bottom", rust::BOTTOM), ("gitui", rust::GITUI)];

impl ThirdParty {
    /// Returns the value of the variable, and installs under `target` if that has not been done before.
    ///
    /// If the variable is already set, its value is used and nothing is installed.
    pub(crate) fn provide(&self, target: &Path) -> Result<PathBuf, Failure> {
        if let Some(chosen) = env::var_os(self.variable) {
            return Ok(chosen.into());
        }
        let folder = target.join("third-party");
        fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
        let _alone = lock(&folder.join("lock"))?;
        (self.install)(&folder)
    }
}

/// Locks the folder against installations by other runs; the lock is held until dropped.
fn lock(path: &Path) -> Result<fs::File, Failure> {
    let file = fs::File::create(path).map_err(Failure::file("create", path))?;
    file.lock().map_err(Failure::file("lock", path))?;
    Ok(file)
}

/// A list of the installed packages. It is written last, so that an interrupted installation is repeated.
pub(crate) struct Stamp(pub(crate) PathBuf);

impl Stamp {
    pub(crate) fn matches(&self, wanted: &str) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|installed| installed == wanted)
    }

    pub(crate) fn write(&self, installed: &str) -> Result<(), Failure> {
        fs::write(&self.0, installed).map_err(Failure::file("write", &self.0))
    }
}

/// Reports whether a program exists and starts.
fn starts(program: impl AsRef<OsStr>) -> bool {
    quietly(Command::new(program).arg("--version")).is_ok()
}

/// Runs a command without showing its output; an error contains the output.
pub(crate) fn quietly(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command::line(command)))?;
    if output.status.success() {
        Ok(())
    } else {
        let output = [output.stdout, output.stderr].concat();
        Err(format!("{}: {}", command::line(command), String::from_utf8_lossy(&output).trim()))
    }
}

pub(crate) fn missing(why: String, hint: &'static str) -> Failure {
    Failure::ThirdParty { why, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_knows_what_was_installed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = Stamp(folder.path().join("installed.txt"));
        assert!(!stamp.matches("moto==1"));
        stamp.write("moto==1").unwrap();
        assert!(stamp.matches("moto==1"));
        assert!(!stamp.matches("moto==2"));
    }

    #[test]
    fn a_failing_command_reports_its_output() {
        let output = quietly(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"])).unwrap_err();
        assert!(output.ends_with("out\nerr"), "{output}");
    }
}
