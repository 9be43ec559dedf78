//! The repository's files: workflow files at a branch or commit, in both forms that GitHub offers.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::harness::{REPO, Stepped, stepped};

const FLEET: &str = ".github/workflows/fleet-checks.yaml";

async fn raw(sandbox: &Stepped, path: &str) -> (StatusCode, String) {
    let url = format!("{}{REPO}/contents/{path}", sandbox.sandbox.url());
    let request = sandbox.client.get(url).header("accept", "application/vnd.github.raw+json");
    let response = request.send().await.unwrap();
    (response.status(), response.text().await.unwrap())
}

#[tokio::test]
async fn every_workflow_has_its_file_on_the_default_branch() {
    let sandbox = stepped().await;
    let branch = sandbox.github("").await["default_branch"].as_str().unwrap().to_owned();
    let listed = sandbox.github("/actions/workflows").await;
    let workflows = listed["workflows"].as_array().unwrap();
    assert_eq!(listed["total_count"], workflows.len());
    for workflow in workflows {
        let path = workflow["path"].as_str().unwrap();
        let (status, text) = raw(&sandbox, &format!("{path}?ref={branch}")).await;
        let name = workflow["name"].as_str().unwrap();
        assert!(status == StatusCode::OK && text.contains(&format!("\nname: {name}\n")), "{path}: {text}");
        let file = sandbox.github(&format!("/contents/{path}")).await;
        assert_eq!((&file["encoding"], &file["size"]), (&"base64".into(), &text.len().into()));
        let lines = file["content"].as_str().unwrap().lines().map(str::len).collect::<Vec<_>>();
        assert!(lines.iter().all(|length| *length <= 60), "{lines:?}");
    }
    let folder = sandbox.github("/contents/.github/workflows").await;
    assert_eq!(folder.as_array().unwrap().len(), workflows.len());
    assert_eq!(sandbox.github("/contents").await[0]["type"], "dir");
}

#[tokio::test]
async fn a_ref_is_a_branch_or_a_commit() {
    let sandbox = stepped().await;
    for branch in sandbox.github("/branches").await.as_array().unwrap() {
        let (name, sha) = (branch["name"].as_str().unwrap(), branch["commit"]["sha"].as_str().unwrap());
        for reference in [name.replace('/', "%2F"), sha.to_owned(), sha[..7].to_owned()] {
            let (status, _) = raw(&sandbox, &format!("{FLEET}?ref={reference}")).await;
            assert_eq!(status, StatusCode::OK, "{reference}");
        }
    }
    for missing in ["nothing.yaml", ".github/workflows/nothing.yaml", &format!("{FLEET}?ref=nowhere")] {
        let path = format!("{REPO}/contents/{missing}");
        let response = sandbox.request(Method::GET, &path, None).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{missing}");
        let message = response.json::<Value>().await.unwrap()["message"].clone();
        let expected =
            if missing.contains("ref=") { "No commit found for the ref nowhere" } else { "Not Found" };
        assert_eq!(message, expected);
    }
}
