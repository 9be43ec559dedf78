//! Third-party tools: schemathesis sends the running service valid and invalid requests derived from its OpenAPI
//! description; redocly lints the description.
#![expect(clippy::print_stderr, reason = "a skipped test prints its reason")]

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::{
    postgres::Postgres,
    running::{QUIET, Server},
};

/// The variable with the path of a Python interpreter that has schemathesis.
const PYTHON: &str = "HELLO_THIRD_PARTY_PYTHON";

/// The variable with the path of a folder whose `node_modules` contain redocly.
const REDOCLY: &str = "HELLO_THIRD_PARTY_REDOCLY";

#[test]
fn schemathesis_finds_nothing_on_sqlite() {
    let Some(python) = provided(PYTHON) else { return };
    let folder = TempDir::new().unwrap();
    let all = "examples,coverage,fuzzing,stateful";
    run_schemathesis(&python, &Server::start_with(folder.path(), &[QUIET]), all);
}

#[test]
fn schemathesis_finds_nothing_on_postgresql() {
    let Some(python) = provided(PYTHON) else { return };
    let Some(postgres) = Postgres::start() else { return };
    let folder = TempDir::new().unwrap();
    let url = postgres.database("schemathesis");
    // The coverage phase takes longest and does not depend on the store.
    let phases = "examples,fuzzing,stateful";
    run_schemathesis(&python, &Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]), phases);
}

#[test]
fn redocly_finds_nothing_in_the_description() {
    let Some(folder) = provided(REDOCLY) else { return };
    let elsewhere = TempDir::new().unwrap();
    let mut redocly = Command::new("node");
    redocly
        .arg(folder.join("node_modules/@redocly/cli/bin/cli.js"))
        .args(["lint", "--format=json", "--max-problems=1000"])
        .arg(in_repository("../api-spec/truck-api.yaml"))
        // An empty folder has no settings to read, and the variables prevent network calls.
        .current_dir(&elsewhere)
        .envs([("REDOCLY_TELEMETRY", "off"), ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"), ("CI", "true")]);
    let output = output_of(&mut redocly);
    let report: serde_json::Value = serde_json::from_str(&output[output.find('{').unwrap()..]).unwrap();
    assert_eq!(report["totals"]["errors"], 0, "{output}");
    assert_eq!(report["totals"]["warnings"], 0, "{output}");
}

/// Runs schemathesis against the service in these phases, with all checks and a fixed seed.
///
/// Excludes the events, whose stream never ends.
fn run_schemathesis(python: &Path, server: &Server, phases: &str) {
    let folder = TempDir::new().unwrap();
    let mut schemathesis = Command::new(python);
    schemathesis
        .args(["-m", "schemathesis.cli", "run", &server.url("/openapi.json")])
        .args(["--checks", "all", "--max-examples", "25", "--seed", "20261123", "--request-timeout", "10"])
        .args(["--exclude-path", "/trucks/events", "--no-color", "--phases", phases])
        // How fast this machine generates requests is not a finding.
        .args(["--suppress-health-check", "all"])
        .env("SCHEMATHESIS_HOOKS", in_repository("tests/third_party/schemathesis_hooks.py"))
        .current_dir(&folder);
    let output = output_of(&mut schemathesis);
    assert!(output.contains("No issues found"), "{output}");
}

/// Runs a program, which must succeed, and returns its output.
fn output_of(program: &mut Command) -> String {
    let output = program.output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}\n{stderr}");
    stdout.into_owned()
}

/// Returns the path of a third-party tool. If it is not configured, prints the reason and returns `None`; on CI, fails.
fn provided(variable: &str) -> Option<PathBuf> {
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

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
