//! Third-party clients read the sandbox: boto3, and the AWS CLI as a user types it.

#![expect(clippy::print_stderr, reason = "a skipped test prints its reason")]

use std::{
    ffi::OsString,
    process::{Command, Output},
};

use serde_json::Value;

use crate::harness::{GROUP, Stepped, stepped};

/// The interpreter that has boto3; the project's test command provides it.
const PYTHON: &str = "HELLO_THIRD_PARTY_PYTHON";

/// The AWS CLI, version 2; the project's test command provides it.
const AWS_CLI: &str = "HELLO_THIRD_PARTY_AWS_CLI";

/// Returns the third party that a variable names. Without it, the test is skipped, but not under CI.
fn provided(variable: &str) -> Option<OsString> {
    let program = std::env::var_os(variable);
    if program.is_none() {
        let is_ci = std::env::var("CI").as_deref() == Ok("true");
        assert!(!is_ci, "{variable} is not set, but CI must run the third-party tests");
        eprintln!("skipped: {variable} is not set; `cargo xtask test` provides it");
    }
    program
}

/// Runs a client of the sandbox and returns its standard output.
async fn stdout(mut client: Command) -> String {
    let output = tokio::task::spawn_blocking(move || client.output()).await.unwrap().unwrap();
    let Output { status, stdout, stderr } = output;
    let (out, err) = (String::from_utf8_lossy(&stdout).into_owned(), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{out}\n{err}");
    out
}

#[tokio::test]
async fn boto3_walks_through_the_sandbox() {
    let Some(python) = provided(PYTHON) else { return };
    let sandbox = stepped().await;
    let mut walk = Command::new(python);
    walk.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/third_party/boto3_walk.py"));
    walk.envs(sandbox.sandbox.env());
    stdout(walk).await;
}

/// An AWS CLI with settings of its own, whatever the user of this machine has set.
struct AwsCli<'s> {
    program: OsString,
    sandbox: &'s Stepped,
}

impl AwsCli<'_> {
    /// Runs `aws` with these words. An AWS CLI before 2.13 reads no endpoint from the environment.
    async fn run(&self, words: &str) -> String {
        let mut aws = Command::new(&self.program);
        aws.args(["--endpoint-url", &self.sandbox.sandbox.url(), "--no-cli-pager"]).args(words.split(' '));
        aws.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", env!("CARGO_TARGET_TMPDIR"));
        aws.envs(self.sandbox.sandbox.env());
        stdout(aws).await
    }

    async fn json(&self, words: &str) -> Value {
        let out = self.run(&format!("{words} --output json")).await;
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{words}: {error}: {out}"))
    }
}

#[tokio::test]
async fn the_aws_cli_sees_service_stack_and_log() {
    let Some(program) = provided(AWS_CLI) else { return };
    let sandbox = stepped().await;
    let aws = AwsCli { program, sandbox: &sandbox };

    let described = aws.json("ecs describe-services --cluster hello-truck --services hello-server").await;
    let service = &described["services"][0];
    assert_eq!((&service["desiredCount"], &service["status"]), (&3.into(), &"ACTIVE".into()), "{described}");
    assert_eq!(described["failures"], Value::Array(Vec::new()), "{described}");

    let events = aws.json("cloudformation describe-stack-events --stack-name hello-truck").await;
    let events = events["StackEvents"].as_array().unwrap();
    assert!(events.len() > 100, "only {} events: pages are missing", events.len());

    // It asks for the lines since a moment of its own clock, and the sandbox has a Monday of its own.
    let lines = aws.run(&format!("logs tail {GROUP} --since 2026-03-02T08:59:30")).await;
    assert!(lines.lines().count() > 10 && lines.contains("http.status"), "{lines}");
    let errors = format!("logs tail {GROUP} --since 2026-03-02T08:50:00 --filter-pattern ERROR");
    let errors = aws.run(&errors).await;
    assert!(errors.lines().count() > 1 && errors.lines().all(|line| line.contains("ERROR")), "{errors}");
}
