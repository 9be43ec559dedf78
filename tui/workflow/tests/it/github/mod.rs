//! Compares our verdicts with those of GitHub's own parser of workflow files, run by Node, on the same small files.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

mod corpus;

use corpus::{CORPUS, Case};

use crate::is_rejected;

/// Returns the folder with GitHub's parser. If it is not configured, returns `None`; on CI, fails.
#[expect(clippy::print_stdout, reason = "a skipped test prints its reason")]
fn packages() -> Option<PathBuf> {
    let folder = std::env::var_os("HELLO_THIRD_PARTY_WORKFLOW_PARSER").map(PathBuf::from);
    let found = folder.filter(|folder| folder.join("node_modules/@actions/workflow-parser").is_dir());
    if found.is_none() {
        let why =
            "HELLO_THIRD_PARTY_WORKFLOW_PARSER names no folder with node_modules/@actions/workflow-parser";
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
        println!("skipped: {why}");
    }
    found
}

/// Returns the errors that GitHub's parser finds in each text.
fn ask_github(folder: &Path, texts: &[String]) -> Vec<Vec<Value>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/third_party/workflow_parser.mjs");
    let mut node = Command::new("node")
        .args(["--no-warnings", script])
        .env("HELLO_THIRD_PARTY_WORKFLOW_PARSER", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut stdin = node.stdin.take().expect("its input is ours");
    serde_json::to_writer(&mut stdin, texts).expect("it reads to the end");
    drop(stdin);
    let output = node.wait_with_output().expect("it ends");
    assert!(output.status.success(), "workflow_parser.mjs failed");
    serde_json::from_slice(&output.stdout).expect("it answers JSON")
}

#[test]
fn our_verdicts_equal_those_of_the_corpus() {
    for case in CORPUS {
        let text = case.text();
        assert_eq!(is_rejected(&text), case.is_rejected, "{text}{:#?}", crate::problems(&text));
    }
}

#[test]
fn github_s_parser_agrees_with_us_on_every_file() {
    let Some(folder) = packages() else { return };
    let texts: Vec<String> = CORPUS.iter().map(Case::text).collect();
    let answers = ask_github(&folder, &texts);
    assert_eq!(answers.len(), CORPUS.len());
    let mut differences = Vec::new();
    for ((case, text), errors) in CORPUS.iter().zip(&texts).zip(&answers) {
        let agrees = errors.is_empty() != case.is_rejected;
        if agrees == case.deviation.is_some() {
            differences.push(format!("{text}theirs: {errors:?}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}
