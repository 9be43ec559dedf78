//! The AWS CLI, version 2: it is in no package index, so it comes from the system's packages.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use super::{ThirdParty, missing};
use crate::{apt::Apt, failure::Failure};

/// The variable names the program.
pub(super) const AWS_CLI: ThirdParty =
    ThirdParty { variable: "HELLO_THIRD_PARTY_AWS_CLI", install: |_| provide(&Apt::this()) };

const HINT: &str = "Install the AWS CLI, version 2 (Debian: `sudo apt-get install awscli`), or set \
                    HELLO_THIRD_PARTY_AWS_CLI to the program.";

/// Returns the program. A missing one is installed, but only as root.
fn provide(apt: &Apt) -> Result<PathBuf, Failure> {
    if let Some(program) = installed(apt) {
        return Ok(program);
    }
    apt.install("The AWS CLI", &["awscli"], HINT)?;
    installed(apt).ok_or_else(|| missing("apt-get installed no AWS CLI of version 2".to_owned(), HINT))
}

/// Returns the first program of version 2. Where both versions are there, version 1 may be found first.
fn installed(apt: &Apt) -> Option<PathBuf> {
    let programs = env::split_paths(&apt.path).map(|folder| folder.join("aws"));
    programs.filter(|program| program.is_file()).find(|program| is_version_2(program))
}

fn is_version_2(program: &Path) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| output.stdout.starts_with(b"aws-cli/2."))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    /// Writes a script that prints a version.
    fn program(folder: &Path, name: &str, script: &str) {
        fs::create_dir_all(folder).unwrap();
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn version_2_is_found_behind_version_1() {
        let machine = tempfile::tempdir().unwrap();
        let (one, two) = (machine.path().join("one"), machine.path().join("two"));
        program(&one, "aws", "echo aws-cli/1.46.3 Python/3");
        program(&two, "aws", "echo aws-cli/2.9.19 Python/3");
        let path = env::join_paths([&one, &two]).unwrap();
        assert_eq!(provide(&Apt { is_root: false, path }).unwrap(), two.join("aws"));
    }

    #[test]
    fn a_missing_one_is_installed_by_root_only() {
        let machine = tempfile::tempdir().unwrap();
        let here = machine.path();
        let aws = here.join("aws");
        let script =
            format!("printf '#!/bin/sh\\necho aws-cli/2.9\\n' >{0}; /bin/chmod +x {0}", aws.display());
        program(here, "apt-get", &script);
        // The test machine's own must not be found.
        let apt = |is_root| Apt { is_root, path: here.into() };
        let without_root = provide(&apt(false)).unwrap_err().to_string();
        assert!(without_root.contains("sudo apt-get install awscli"), "{without_root}");
        assert_eq!(provide(&apt(true)).unwrap(), aws);
    }
}
