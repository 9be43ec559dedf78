//! Third parties judge the sandbox: boto3, the AWS CLI, `gh`, and GitHub's own description of its API.

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

/// GitHub's CLI; the project's test command provides it.
const GH: &str = "HELLO_THIRD_PARTY_GH";

/// The folder with GitHub's description of its API; the project's test command provides it.
const GITHUB: &str = "HELLO_THIRD_PARTY_GITHUB";

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

#[tokio::test]
async fn every_response_matches_githubs_description() {
    let Some(folder) = provided(GITHUB) else { return };
    let sandbox = stepped().await;
    let mut walk = Command::new("node");
    walk.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/third_party/github_openapi.mjs"));
    walk.arg(folder).arg(sandbox.sandbox.url());
    stdout(walk).await;
}

/// The token of GitHub's CLI.
const TOKEN: &str = "sandbox";

/// GitHub's CLI with settings of its own. It reaches the sandbox as its proxy, because it knows no other port.
struct Gh<'s> {
    program: OsString,
    sandbox: &'s Stepped,
}

impl Gh<'_> {
    async fn run(&self, words: &str) -> String {
        let mut gh = Command::new(&self.program);
        gh.args(words.split(' ')).args(["-R", "github.localhost/hello-truck/hello-truck"]);
        gh.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", env!("CARGO_TARGET_TMPDIR"));
        gh.env("HTTP_PROXY", self.sandbox.sandbox.url()).env("GH_HOST", "github.localhost");
        gh.env("GH_TOKEN", TOKEN).env("GH_NO_UPDATE_NOTIFIER", "1").env("GH_PROMPT_DISABLED", "1");
        stdout(gh).await
    }
}

#[tokio::test]
async fn gh_lists_views_reruns_and_watches_a_run() {
    let Some(program) = provided(GH) else { return };
    let sandbox = stepped().await;
    let gh = Gh { program, sandbox: &sandbox };
    let listed = gh.run("run list --limit 60 --json databaseId,conclusion,workflowName").await;
    let listed = serde_json::from_str::<Vec<Value>>(&listed).unwrap();
    assert_eq!(listed.len(), 60);
    let failed = |run: &&Value| run["conclusion"] == "failure" && run["workflowName"] == "LintAndTest";
    let run = listed.iter().find(failed).unwrap()["databaseId"].as_u64().unwrap();

    let viewed = gh.run(&format!("run view {run}")).await;
    assert!(
        viewed.contains("X Run the tests") && viewed.contains("trucks::a_taken_plate_is_409"),
        "{viewed}"
    );
    let log = gh.run(&format!("run view {run} --log-failed")).await;
    assert!(log.contains("##[error]Process completed with exit code 1."), "{log}");
    assert!(gh.run("workflow list").await.contains("Fleet checks\tactive"));
    gh.run("workflow run fleet-checks.yaml --ref main -f region=eu-west-1").await;

    gh.run(&format!("run rerun {run} --failed")).await;
    assert_eq!(sandbox.run(run).await["run_attempt"], 2);
    sandbox.advance(60);
    let used = async || {
        let limits = sandbox.client.get(format!("{}/rate_limit", sandbox.sandbox.url()));
        let limits = limits.bearer_auth(TOKEN).send().await.unwrap().json::<Value>().await.unwrap();
        limits["resources"]["core"]["used"].as_u64().unwrap()
    };
    let before = used().await;
    let watch = format!("run watch {run} --exit-status --interval 1");
    let watching = gh.run(&watch);
    let finishing = async {
        // The run ends after gh has seen it in progress.
        while used().await < before + 3 {
            tokio::task::yield_now().await;
        }
        sandbox.advance(300);
    };
    let (watched, ()) = tokio::join!(watching, finishing);
    assert!(watched.contains("✓ test in 1m"), "{watched}");
}
