//! Strangers: programs that nobody here wrote, which tests check our idea of the outside world against.
//!
//! They are Python packages at exact versions, installed once into a virtual environment under the target folder.
//! What the strangers are asked belongs to the tests of each crate, never here.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{command, failure::Failure};

/// Names the interpreter that the tests start strangers with.
pub(crate) const PYTHON: &str = "HELLO_STRANGERS_PYTHON";

const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/strangers/requirements.txt");

/// Returns a Python interpreter that has every stranger, installing them under `target` unless they are there.
///
/// A developer who set `HELLO_STRANGERS_PYTHON` has chosen, and keeps, an interpreter of their own.
pub(crate) fn install(target: &Path) -> Result<PathBuf, Failure> {
    if let Some(chosen) = env::var_os(PYTHON) {
        return Ok(chosen.into());
    }
    let folder = target.join("strangers");
    fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
    let _alone = lock(&folder.join("lock"))?;
    let wanted = fs::read_to_string(REQUIREMENTS).map_err(Failure::file("read", REQUIREMENTS))?;
    let venv = Venv::at(folder.join("venv"));
    // The whole list is the stamp: written last, so that an installation cut short is made again.
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && venv.starts() {
        return Ok(venv.python());
    }
    venv.fill()?;
    fs::write(&stamp, wanted).map_err(Failure::file("write", &stamp))?;
    Ok(venv.python())
}

/// Waits until no other run installs into the same folder; held until dropped.
fn lock(path: &Path) -> Result<fs::File, Failure> {
    let file = fs::File::create(path).map_err(Failure::file("create", path))?;
    file.lock().map_err(Failure::file("lock", path))?;
    Ok(file)
}

struct Venv {
    folder: PathBuf,
}

impl Venv {
    fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn python(&self) -> PathBuf {
        self.folder.join("bin").join("python")
    }

    /// Tells whether the interpreter is still there: the system's Python may have been replaced since.
    fn starts(&self) -> bool {
        quietly(Command::new(self.python()).arg("--version")).is_ok()
    }

    fn fill(&self) -> Result<(), Failure> {
        let python = system_python()?;
        let pip = self.create(python)?;
        command::run(
            Command::from(pip)
                .args(["install", "--quiet", "--no-input", "--disable-pip-version-check", "--requirement"])
                .arg(REQUIREMENTS),
        )
        .map_err(|failure| {
            missing(failure.to_string(), "Is the package index within reach? Try again later.")
        })
    }

    /// Makes the environment anew and returns the pip to fill it with.
    ///
    /// Debian ships Python without `ensurepip`; there, the system's own pip can install into a bare environment.
    fn create(&self, system: &str) -> Result<Pip, Failure> {
        let venv = |flag: &str| quietly(Command::new(system).args(["-m", "venv", flag]).arg(&self.folder));
        if venv("--clear").is_ok() {
            return Ok(Pip { python: self.python(), into: None });
        }
        let pip = Pip { python: system.into(), into: Some(self.python()) };
        fs::remove_dir_all(&self.folder)
            .or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
            .map_err(Failure::file("remove", &self.folder))?;
        venv("--without-pip")
            .and_then(|()| quietly(Command::from(pip.clone()).arg("--version")))
            .map_err(|why| missing(why, "Install pip and venv for Python 3 (Debian: python3-venv)."))?;
        Ok(pip)
    }
}

/// A pip, and the environment it installs into when that is not its own.
#[derive(Clone)]
struct Pip {
    python: PathBuf,
    into: Option<PathBuf>,
}

impl From<Pip> for Command {
    fn from(pip: Pip) -> Self {
        let mut command = Self::new(pip.python);
        command.args(["-m", "pip"]);
        if let Some(environment) = pip.into {
            command.arg("--python").arg(environment);
        }
        command
    }
}

fn system_python() -> Result<&'static str, Failure> {
    ["python3", "python"]
        .into_iter()
        .find(|python| {
            quietly(Command::new(python).args(["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]))
                .is_ok()
        })
        .ok_or_else(|| {
            missing("no Python 3.11 or newer was found".into(), "Install python3 with pip and venv.")
        })
}

/// Runs a command without showing it; on failure returns what it said.
fn quietly(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{}: {error}", command::line(command)))?;
    if output.status.success() {
        Ok(())
    } else {
        let said = [output.stdout, output.stderr].concat();
        Err(format!("{}: {}", command::line(command), String::from_utf8_lossy(&said).trim()))
    }
}

fn missing(why: String, hint: &'static str) -> Failure {
    Failure::Strangers { why, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stranger_is_pinned_to_one_version_and_no_host_is_named() {
        let list = fs::read_to_string(REQUIREMENTS).unwrap();
        let mut pins = list.lines().filter(|line| !line.starts_with('#')).peekable();
        assert!(pins.peek().is_some());
        for pin in pins {
            let (name, version) = pin.split_once("==").unwrap_or_else(|| panic!("{pin} is not pinned"));
            let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
            assert!(plain(name) && plain(version), "{pin} says more than a name and a version");
        }
    }

    #[test]
    fn a_failing_command_tells_what_it_said() {
        let said = quietly(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"])).unwrap_err();
        assert!(said.ends_with("out\nerr"), "{said}");
    }

    #[test]
    fn a_bare_environment_is_filled_by_the_system_s_pip() {
        let pip = Pip { python: "python3".into(), into: Some("v/bin/python".into()) };
        assert_eq!(command::line(&Command::from(pip)), "python3 -m pip --python v/bin/python");
    }
}
