//! Whether the tests with containers must run again.
//!
//! They take most of the time of a full run, and most changes cannot affect them. A run in which they passed leaves the
//! hashes of everything that they depend on in the target folder. As long as these are the same, a developer's next run
//! leaves them out. A CI run never does.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::workspace;

/// The tests with containers, as a filter of nextest. `.config/nextest.toml` has the same one.
pub(crate) const FILTER: &str =
    "binary(delivery) and test(/^(compose|image|crash_recovery|local|machine|service|containers)::/)";

/// Everything that these tests depend on: the service, its image, what deploys it, and the tests themselves.
const INPUTS: [&str; 15] = [
    ".cargo",
    ".config",
    ".dockerignore",
    "Cargo.lock",
    "Cargo.toml",
    "Dockerfile",
    "backstage",
    "deploy-local.sh",
    "docker-compose.yaml",
    "files",
    "infrastructure",
    "server",
    "shared",
    "xtask/src",
    "xtask/tests/delivery",
];

/// The hashes of the inputs, and the file with those of the last run that passed.
#[derive(Debug)]
pub(crate) struct Inputs {
    /// One line with hash and path for each file; `None` if git cannot tell.
    hashes: Option<String>,
    passed: PathBuf,
}

impl Inputs {
    /// Reads the inputs as they are now.
    pub(crate) fn now(target: &Path) -> Self {
        Self { hashes: hashes().ok(), passed: target.join("container-tests-passed") }
    }

    /// Reports whether the tests have passed with the same inputs.
    pub(crate) fn have_passed(&self) -> bool {
        self.hashes.is_some() && fs::read_to_string(&self.passed).ok() == self.hashes
    }

    /// Records that the tests passed. If that cannot be written, they run once more.
    pub(crate) fn record(&self) {
        if let Some(hashes) = &self.hashes {
            let _ = fs::write(&self.passed, hashes);
        }
    }
}

/// Returns a line for each input file, changed and new files included. A deleted file is an error.
fn hashes() -> io::Result<String> {
    let listed = git(&["ls-files", "--cached", "--others", "--exclude-standard", "--"], &INPUTS, "")?;
    let hashes = git(&["hash-object", "--stdin-paths"], &[], &listed)?;
    let lines: Vec<_> =
        hashes.lines().zip(listed.lines()).map(|(hash, path)| format!("{hash} {path}")).collect();
    Ok(lines.join("\n"))
}

fn git(arguments: &[&str], paths: &[&str], input: &str) -> io::Result<String> {
    let mut git = Command::new("git");
    git.current_dir(workspace::root()).args(arguments).args(paths);
    let mut git = git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut stdin = git.stdin.take().expect("it is piped");
    let input = input.to_owned();
    // Beside reading: git answers while it reads, and each side would wait for the other.
    let written = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let Output { status, stdout, .. } = git.wait_with_output()?;
    written.join().map_err(|_| io::Error::other("git was not written to"))??;
    if !status.success() {
        return Err(io::Error::other(status.to_string()));
    }
    String::from_utf8(stdout).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runner_s_settings_name_the_same_tests() {
        let settings = fs::read_to_string(workspace::root().join(".config/nextest.toml")).unwrap();
        assert!(settings.contains(&format!("filter = \"{FILTER}\"\n")), "{settings}");
    }

    #[test]
    fn every_input_exists_and_has_a_hash() {
        let hashes = hashes().unwrap();
        for input in INPUTS {
            assert!(hashes.lines().any(|line| line[41..].starts_with(input)), "{input}: {hashes}");
        }
    }

    #[test]
    fn tests_run_again_after_any_change_of_an_input() {
        let folder = tempfile::tempdir().unwrap();
        let inputs = Inputs::now(folder.path());
        assert!(!inputs.have_passed());
        inputs.record();
        assert!(Inputs::now(folder.path()).have_passed());
        let changed = Inputs { hashes: inputs.hashes.map(|hashes| hashes.replacen('a', "b", 1)), ..inputs };
        assert!(!changed.have_passed());
        assert!(!Inputs { hashes: None, ..changed }.have_passed());
    }
}
