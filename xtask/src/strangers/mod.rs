//! Strangers: programs that nobody here wrote, which tests check our idea of the outside world against.
//!
//! They are packages at exact versions, installed once into a folder under the target folder; PostgreSQL and
//! what runs containers are the system's. What the strangers are asked belongs to the tests of each crate, never here.

mod node;
mod postgresql;
mod python;

use std::{
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{command, containers, failure::Failure};

/// Strangers that are installed together, by the tool of their language.
#[derive(Debug)]
pub(crate) struct Strangers {
    /// The environment variable by which tests find them.
    pub(crate) variable: &'static str,
    pub(crate) install: fn(&Path) -> Result<PathBuf, Failure>,
}

/// All strangers. The absence of some is no reason to do without the others.
pub(crate) const ALL: &[Strangers] = &[
    postgresql::STRANGERS,
    python::STRANGERS,
    python::CHECKERS,
    python::CHECKOV,
    python::EMULATORS,
    node::BACKSTAGE,
    node::REDOCLY,
    node::DELIVERY,
    containers::STRANGERS,
];

/// What the server is measured beside: no test needs it.
pub(crate) const PEERS: Strangers = python::PEERS;

impl Strangers {
    /// Returns what the variable shall say, installing under `target` unless that was done before.
    ///
    /// A developer who set the variable has chosen, and keeps, an installation of their own.
    pub(crate) fn provide(&self, target: &Path) -> Result<PathBuf, Failure> {
        if let Some(chosen) = env::var_os(self.variable) {
            return Ok(chosen.into());
        }
        let folder = target.join("strangers");
        fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
        let _alone = lock(&folder.join("lock"))?;
        (self.install)(&folder)
    }
}

/// Waits until no other run installs into the same folder; held until dropped.
fn lock(path: &Path) -> Result<fs::File, Failure> {
    let file = fs::File::create(path).map_err(Failure::file("create", path))?;
    file.lock().map_err(Failure::file("lock", path))?;
    Ok(file)
}

/// A list of what was installed. Written last, so that an installation cut short is made again.
pub(crate) struct Stamp(pub(crate) PathBuf);

impl Stamp {
    pub(crate) fn says(&self, wanted: &str) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|installed| installed == wanted)
    }

    pub(crate) fn write(&self, installed: &str) -> Result<(), Failure> {
        fs::write(&self.0, installed).map_err(Failure::file("write", &self.0))
    }
}

/// Tells whether a program is there and starts.
fn starts(program: impl AsRef<OsStr>) -> bool {
    quietly(Command::new(program).arg("--version")).is_ok()
}

/// Runs a command without showing it; on failure returns what it said.
pub(crate) fn quietly(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command::line(command)))?;
    if output.status.success() {
        Ok(())
    } else {
        let said = [output.stdout, output.stderr].concat();
        Err(format!("{}: {}", command::line(command), String::from_utf8_lossy(&said).trim()))
    }
}

pub(crate) fn missing(why: String, hint: &'static str) -> Failure {
    Failure::Strangers { why, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_knows_what_was_installed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let stamp = Stamp(folder.path().join("installed.txt"));
        assert!(!stamp.says("moto==1"));
        stamp.write("moto==1").unwrap();
        assert!(stamp.says("moto==1"));
        assert!(!stamp.says("moto==2"));
    }

    #[test]
    fn a_failing_command_tells_what_it_said() {
        let said = quietly(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"])).unwrap_err();
        assert!(said.ends_with("out\nerr"), "{said}");
    }
}
