//! GitHub's CLI, which comes from the system's packages.

use std::{env, path::PathBuf};

use super::{ThirdParty, missing};
use crate::{apt::Apt, failure::Failure};

/// The variable names the program.
pub(super) const GH: ThirdParty =
    ThirdParty { variable: "HELLO_THIRD_PARTY_GH", install: |_| provide(&Apt::this()) };

const HINT: &str =
    "Install GitHub's CLI (Debian: `sudo apt-get install gh`), or set HELLO_THIRD_PARTY_GH to the program.";

/// Returns the program. A missing one is installed, but only as root.
fn provide(apt: &Apt) -> Result<PathBuf, Failure> {
    if let Some(program) = installed(apt) {
        return Ok(program);
    }
    apt.install("GitHub's CLI", &["gh"], HINT)?;
    installed(apt).ok_or_else(|| missing("apt-get installed no gh".to_owned(), HINT))
}

fn installed(apt: &Apt) -> Option<PathBuf> {
    env::split_paths(&apt.path).map(|folder| folder.join("gh")).find(|program| program.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_one_is_named_with_the_command_that_installs_it() {
        let machine = tempfile::tempdir().unwrap();
        let apt = Apt { is_root: false, path: machine.path().into() };
        let why = provide(&apt).unwrap_err().to_string();
        assert!(why.contains("sudo apt-get install gh"), "{why}");
        std::fs::write(machine.path().join("gh"), "").unwrap();
        assert_eq!(provide(&apt).unwrap(), machine.path().join("gh"));
    }
}
