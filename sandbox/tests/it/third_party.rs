//! boto3, a third-party client, reads the sandbox.

use std::process::Command;

use crate::harness::stepped;

/// The interpreter that has boto3; the project's test command provides it.
const PYTHON: &str = "HELLO_THIRD_PARTY_PYTHON";

#[tokio::test]
async fn boto3_walks_through_the_sandbox() {
    let Some(python) = std::env::var_os(PYTHON) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "{PYTHON} is not set, but CI must run the third-party tests"
        );
        eprintln!("skipped: {PYTHON} is not set; `cargo xtask test` provides it");
        return;
    };
    let sandbox = stepped().await;
    let env = sandbox.sandbox.env();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/third_party/boto3_walk.py");
    let output = tokio::task::spawn_blocking(move || Command::new(python).arg(script).envs(env).output());
    let output = output.await.unwrap().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
}
