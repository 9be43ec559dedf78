//! boto3, which nobody here wrote, reads the sandbox.

use std::process::Command;

use crate::harness::stepped;

/// The interpreter that has boto3; the project's test command provides it.
const PYTHON: &str = "HELLO_STRANGERS_PYTHON";

#[tokio::test]
async fn boto3_walks_the_whole_story() {
    let Some(python) = std::env::var_os(PYTHON) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "{PYTHON} is not set, and CI tests with strangers"
        );
        eprintln!("skipped: {PYTHON} is not set; `cargo xtask test` provides it");
        return;
    };
    let sandbox = stepped().await;
    let env = sandbox.sandbox.env();
    let story = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/strangers/boto3_story.py");
    let told = tokio::task::spawn_blocking(move || Command::new(python).arg(story).envs(env).output());
    let told = told.await.unwrap().unwrap();
    let (out, err) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    assert!(told.status.success(), "{out}\n{err}");
}
