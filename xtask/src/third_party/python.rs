//! Python packages, in a virtual environment.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{Stamp, ThirdParty, missing, quietly, starts};
use crate::{command, failure::Failure};

/// The variable names the interpreter that has the packages.
pub(super) const PYTHON: ThirdParty = ThirdParty {
    variable: "HELLO_THIRD_PARTY_PYTHON",
    install: |folder| install(folder, concat!(env!("CARGO_MANIFEST_DIR"), "/third_party/requirements.txt")),
};

/// The checkers of templates, workflows, images, scripts and pages. The variable names the folder of their programs.
pub(super) const CHECKERS: ThirdParty = ThirdParty {
    variable: "HELLO_THIRD_PARTY_CHECKERS",
    install: |folder| {
        programs(&folder.join("checkers"), concat!(env!("CARGO_MANIFEST_DIR"), "/third_party/checkers.txt"))
    },
};

/// Checkov, which needs an environment of its own. The variable names the folder of its programs.
pub(super) const CHECKOV: ThirdParty = ThirdParty {
    variable: "HELLO_THIRD_PARTY_CHECKOV",
    install: |folder| {
        programs(&folder.join("checkov"), concat!(env!("CARGO_MANIFEST_DIR"), "/third_party/checkov.txt"))
    },
};

/// AWS emulators on loopback and the AWS CLI. The variable names the folder of their programs.
pub(super) const EMULATORS: ThirdParty = ThirdParty {
    variable: "HELLO_THIRD_PARTY_EMULATORS",
    install: |folder| {
        programs(&folder.join("emulators"), concat!(env!("CARGO_MANIFEST_DIR"), "/third_party/emulators.txt"))
    },
};

/// The peers of the server benchmark. The variable names the interpreter that has the packages.
pub(super) const PEERS: ThirdParty = ThirdParty {
    variable: "HELLO_PEERS_PYTHON",
    install: |folder| {
        install(&folder.join("peers"), concat!(env!("CARGO_MANIFEST_DIR"), "/peers/requirements.txt"))
    },
};

/// Installs an environment, and returns the folder of its programs.
fn programs(folder: &Path, requirements: &str) -> Result<PathBuf, Failure> {
    let python = install(folder, requirements)?;
    Ok(python.parent().unwrap_or(folder).to_owned())
}

fn install(folder: &Path, requirements: &str) -> Result<PathBuf, Failure> {
    fs::create_dir_all(folder).map_err(Failure::file("create", folder))?;
    let wanted = fs::read_to_string(requirements).map_err(Failure::file("read", requirements))?;
    let venv = Venv::at(folder.join("venv"));
    let stamp = Stamp(folder.join("installed.txt"));
    // The system's Python may have been replaced since the installation.
    if !(stamp.matches(&wanted) && starts(venv.python())) {
        venv.fill(requirements)?;
        stamp.write(&wanted)?;
    }
    Ok(venv.python())
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

    fn fill(&self, requirements: &str) -> Result<(), Failure> {
        let python = system_python()?;
        let pip = self.create(python)?;
        command::run(
            Command::from(pip)
                .args(["install", "--quiet", "--no-input", "--disable-pip-version-check", "--requirement"])
                .arg(requirements),
        )
        .map_err(|failure| {
            missing(failure.to_string(), "Is the package index within reach? Try again later.")
        })
    }

    /// Recreates the environment and returns the pip that installs into it.
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

/// A pip, and the environment it installs into if that is not its own.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_third_party_is_pinned_and_names_no_host() {
        let list = [
            include_str!("../../third_party/requirements.txt"),
            include_str!("../../third_party/checkers.txt"),
            include_str!("../../third_party/checkov.txt"),
            include_str!("../../third_party/emulators.txt"),
            include_str!("../../peers/requirements.txt"),
        ]
        .concat();
        let mut pins = list.lines().filter(|line| !line.starts_with('#')).peekable();
        assert!(pins.peek().is_some());
        for pin in pins {
            let (name, version) = pin.split_once("==").unwrap_or_else(|| panic!("{pin} is not pinned"));
            let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "._-[]".contains(c));
            assert!(plain(name) && plain(version), "{pin} contains more than a name and a version");
        }
    }

    #[test]
    fn a_bare_environment_is_filled_by_the_system_s_pip() {
        let pip = Pip { python: "python3".into(), into: Some("v/bin/python".into()) };
        assert_eq!(command::line(&Command::from(pip)), "python3 -m pip --python v/bin/python");
    }
}
