//! PostgreSQL from the system's packages: it is not installed under the target folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{ThirdParty, missing};
use crate::{apt::Apt, failure::Failure};

/// The variable names the folder that contains `postgres` and `initdb`.
pub(super) const POSTGRESQL: ThirdParty =
    ThirdParty { variable: "HELLO_THIRD_PARTY_POSTGRESQL", install: |_| System::this().provide() };

const HINT: &str = "Type `sudo apt-get install postgresql`, or set HELLO_THIRD_PARTY_POSTGRESQL to the folder that \
                    holds `postgres` and `initdb`.";

/// A system: its PostgreSQL folder and its apt-get.
struct System {
    /// Debian's folder with one subfolder per version.
    versions: PathBuf,
    apt: Apt,
}

impl System {
    fn this() -> Self {
        Self { versions: "/usr/lib/postgresql".into(), apt: Apt::this() }
    }

    /// Returns the folder of the programs. Missing programs are installed, but only as root.
    fn provide(&self) -> Result<PathBuf, Failure> {
        if let Some(programs) = self.programs() {
            return Ok(programs);
        }
        self.apt.install("PostgreSQL", &["postgresql"], HINT)?;
        let nowhere = || format!("apt-get put no PostgreSQL into {}", self.versions.display());
        self.programs().ok_or_else(|| missing(nowhere(), HINT))
    }

    /// Returns the programs of the newest version that is complete.
    fn programs(&self) -> Option<PathBuf> {
        let versions = fs::read_dir(&self.versions).ok()?.filter_map(Result::ok);
        let complete =
            |bin: &Path| ["postgres", "initdb", "psql"].iter().all(|program| bin.join(program).is_file());
        versions
            .filter_map(|version| Some((version.file_name().to_str()?.parse::<u32>().ok()?, version.path())))
            .map(|(number, folder)| (number, folder.join("bin")))
            .filter(|(_, bin)| complete(bin))
            .max()
            .map(|(_, bin)| bin)
    }
}

#[cfg(test)]
mod tests {
    use std::{env, os::unix::fs::PermissionsExt};

    use tempfile::TempDir;

    use super::*;

    /// A machine with a folder for PostgreSQL, and an `apt-get` stub that records its arguments.
    struct Machine(TempDir);

    impl Machine {
        fn new() -> Self {
            Self(TempDir::new().unwrap())
        }

        /// Adds an `apt-get` stub that runs `then` for each command.
        fn with_apt_get(self, then: &str) -> Self {
            let folder = self.0.path().display();
            let script = format!("#!/bin/sh\ncd {folder}\necho \"$@\" >>calls\n{then}\n");
            let apt = self.0.path().join("apt-get");
            fs::write(&apt, script).unwrap();
            fs::set_permissions(&apt, fs::Permissions::from_mode(0o755)).unwrap();
            self
        }

        fn with_version(self, version: &str, programs: &[&str]) -> Self {
            let bin = self.0.path().join("versions").join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            for program in programs {
                fs::write(bin.join(program), "").unwrap();
            }
            self
        }

        fn provide(&self, is_root: bool) -> Result<PathBuf, String> {
            let here = self.0.path();
            let path = env::join_paths([here, Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
            // Without a stub, the real apt-get of the test machine must not be found either.
            let path = if here.join("apt-get").exists() { path } else { here.into() };
            let system = System { versions: here.join("versions"), apt: Apt { is_root, path } };
            let provided = system.provide().map_err(|failure| failure.to_string())?;
            Ok(provided.strip_prefix(here).unwrap().to_owned())
        }

        fn calls(&self) -> Vec<String> {
            let calls = fs::read_to_string(self.0.path().join("calls")).unwrap_or_default();
            calls.lines().map(|line| line.rsplit_once("=300 ").unwrap().1.to_owned()).collect()
        }
    }

    const ALL: &[&str] = &["postgres", "initdb", "psql"];
    const INSTALL: &str = "install --yes --no-install-recommends postgresql";
    const CREATES_PROGRAMS: &str =
        "mkdir -p versions/17/bin && cd versions/17/bin && touch postgres initdb psql";

    #[test]
    fn the_newest_installed_version_is_used() {
        let machine = Machine::new().with_apt_get("exit 1");
        let machine = machine.with_version("9", ALL).with_version("15", ALL).with_version("17", &["psql"]);
        assert_eq!(machine.provide(true), Ok("versions/15/bin".into()));
        assert!(machine.calls().is_empty());
    }

    #[test]
    fn root_installs_what_is_missing() {
        let machine = Machine::new().with_apt_get(CREATES_PROGRAMS);
        assert_eq!(machine.provide(true), Ok("versions/17/bin".into()));
        assert_eq!(machine.calls(), [INSTALL]);
    }

    #[test]
    fn an_empty_package_list_is_updated_first() {
        let machine = Machine::new();
        let script = format!(
            "[ -e updated ] || [ \"$4\" = update ] || exit 100\n: >updated\n[ \"$4\" = update ] || {{ {CREATES_PROGRAMS}; }}"
        );
        let machine = machine.with_apt_get(&script);
        assert_eq!(machine.provide(true), Ok("versions/17/bin".into()));
        assert_eq!(machine.calls(), [INSTALL, "update", INSTALL]);
    }

    #[test]
    fn a_user_other_than_root_gets_the_command() {
        let machine = Machine::new().with_apt_get(CREATES_PROGRAMS);
        let message = machine.provide(false).unwrap_err();
        assert!(message.contains("sudo apt-get install postgresql"), "{message}");
        assert!(machine.calls().is_empty());
    }

    #[test]
    fn a_system_without_apt_get_is_told_what_to_type() {
        let message = Machine::new().provide(true).unwrap_err();
        assert!(message.contains("cannot start `apt-get") && message.ends_with(HINT), "{message}");
    }

    #[test]
    fn an_installation_that_leaves_nothing_behind_is_a_failure() {
        let message = Machine::new().with_apt_get("exit 0").provide(true).unwrap_err();
        assert!(message.contains("apt-get put no PostgreSQL into"), "{message}");
    }
}
