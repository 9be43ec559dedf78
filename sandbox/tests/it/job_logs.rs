//! Logs, annotations and artifacts: redirects to the storage, what it refuses, and what it has.

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{REPO, Stepped, id, stepped};

/// Returns a failed run of the tests, and its failed job.
async fn failed(sandbox: &Stepped) -> Value {
    let run = sandbox.runs("status=failure&event=push").await[0].clone();
    let jobs = sandbox.github(&format!("/actions/runs/{}/jobs", run["id"])).await;
    jobs["jobs"].as_array().unwrap().iter().find(|job| job["conclusion"] == "failure").unwrap().clone()
}

async fn get(sandbox: &Stepped, path: &str) -> Response {
    sandbox.request(Method::GET, &format!("{REPO}{path}"), None).await
}

/// Returns the address that a request is redirected to.
async fn link(sandbox: &Stepped, path: &str) -> String {
    let redirect = get(sandbox, path).await;
    assert_eq!(redirect.status(), StatusCode::FOUND, "{path}");
    redirect.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_storage_is_another_host_and_takes_no_token() {
    let sandbox = stepped().await;
    let link = link(&sandbox, &format!("/actions/jobs/{}/logs", failed(&sandbox).await["id"])).await;
    assert!(!link.starts_with(&sandbox.sandbox.url()), "{link}");
    let refused = sandbox.client.get(&link).bearer_auth("sandbox").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert!(refused.text().await.unwrap().contains("<Code>InvalidAuthenticationInfo</Code>"));
    let forged = sandbox.client.get(link.replace("sig=", "sig=0")).send().await.unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    assert_eq!(sandbox.client.get(&link).send().await.unwrap().status(), StatusCode::OK);
    sandbox.advance(61);
    let expired = sandbox.client.get(&link).send().await.unwrap();
    assert_eq!(expired.status(), StatusCode::FORBIDDEN);
    assert!(expired.text().await.unwrap().contains("<Code>AuthenticationFailed</Code>"));
}

#[tokio::test]
async fn a_log_shows_the_error_within_the_time_of_its_step() {
    let sandbox = stepped().await;
    let job = failed(&sandbox).await;
    let link = link(&sandbox, &format!("/actions/jobs/{}/logs", job["id"])).await;
    let log = sandbox.client.get(&link).send().await.unwrap().text().await.unwrap();
    let steps = job["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["conclusion"] == "failure").unwrap();
    let errors = log.lines().filter(|line| line.contains("##[error]")).collect::<Vec<_>>();
    assert_eq!(errors.len(), 2, "{log}");
    for error in errors {
        let at = &error[..19];
        assert!(step["started_at"].as_str().unwrap()[..19] <= *at, "{error}");
        assert!(*at <= step["completed_at"].as_str().unwrap()[..19], "{error}");
    }
    for mark in ["##[group]Run the tests", "##[endgroup]", "##[command]", "\r", "%0A"] {
        assert!(log.contains(mark), "{mark}: {log}");
    }
    let annotations = sandbox.github(&format!("/check-runs/{}/annotations", job["id"])).await;
    assert!(annotations[0]["message"].as_str().unwrap().starts_with("trucks::a_taken_plate_is_409 failed\n"));
}

#[tokio::test]
async fn a_log_is_stored_some_seconds_after_its_job() {
    let sandbox = stepped().await;
    let run = id(&sandbox.runs("status=in_progress&event=pull_request").await[0]);
    let jobs = async || sandbox.github(&format!("/actions/runs/{run}/jobs")).await["jobs"].clone();
    let path = format!("/actions/jobs/{}/logs", jobs().await[0]["id"]);
    assert_eq!(get(&sandbox, &path).await.status(), StatusCode::NOT_FOUND, "it runs");
    sandbox.until("the job ends", 300, 1, async |_| jobs().await[0]["status"] == "completed").await;
    let missing = sandbox.client.get(link(&sandbox, &path).await).send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    assert!(missing.text().await.unwrap().contains("<Code>BlobNotFound</Code>"));
    sandbox.advance(6);
    let stored = sandbox.client.get(link(&sandbox, &path).await).send().await.unwrap();
    assert_eq!(stored.status(), StatusCode::OK);
}

#[tokio::test]
async fn annotations_say_who_cancelled_and_which_limit_was_exceeded() {
    let sandbox = stepped().await;
    for (status, sentence) in [
        ("cancelled&event=schedule", "The run was canceled by @tomasz-k."),
        ("timed_out", "has exceeded the maximum execution time of 60 minutes."),
    ] {
        let run = sandbox.runs(&format!("status={status}")).await[0].clone();
        let jobs = sandbox.github(&format!("/actions/runs/{}/jobs", run["id"])).await;
        let ended = jobs["jobs"].as_array().unwrap().iter().rfind(|job| job["conclusion"] != "success");
        let path = format!("/check-runs/{}/annotations", ended.unwrap()["id"]);
        let annotations = sandbox.github(&path).await;
        assert!(annotations[0]["message"].as_str().unwrap().contains(sentence), "{annotations}");
    }
}

#[tokio::test]
async fn expired_logs_and_artifacts_are_gone() {
    let sandbox = stepped().await;
    let old = id(&sandbox.runs("branch=v1.3.0").await[0]);
    let jobs = sandbox.github(&format!("/actions/runs/{old}/jobs")).await;
    let log = get(&sandbox, &format!("/actions/jobs/{}/logs", jobs["jobs"][0]["id"])).await;
    assert_eq!(log.status(), StatusCode::GONE);
    let artifacts = sandbox.github(&format!("/actions/runs/{old}/artifacts")).await;
    assert_eq!(artifacts["artifacts"][0]["expired"], true);
    let path = format!("/actions/artifacts/{}/zip", artifacts["artifacts"][0]["id"]);
    assert_eq!(get(&sandbox, &path).await.status(), StatusCode::GONE);
}

#[tokio::test]
async fn artifacts_are_archives_with_names_that_must_not_be_trusted() {
    let sandbox = stepped().await;
    let run = id(&sandbox.runs("branch=v1.4.0").await[0]);
    let listed = sandbox.github(&format!("/actions/runs/{run}/artifacts")).await;
    assert_eq!(listed["total_count"], 4);
    assert_eq!(listed["artifacts"][3]["name"], "../../.ssh/authorized_keys");
    for artifact in listed["artifacts"].as_array().unwrap() {
        let shown = sandbox.github(&format!("/actions/artifacts/{}", artifact["id"])).await;
        assert_eq!(&shown, artifact);
        let link = link(&sandbox, &format!("/actions/artifacts/{}/zip", artifact["id"])).await;
        let zip = sandbox.client.get(link).send().await.unwrap().bytes().await.unwrap();
        assert_eq!(artifact["size_in_bytes"], zip.len());
        assert!(zip.starts_with(b"PK\x03\x04"));
    }
    let logs = link(&sandbox, &format!("/actions/runs/{run}/logs")).await;
    assert!(sandbox.client.get(logs).send().await.unwrap().bytes().await.unwrap().starts_with(b"PK\x03\x04"));
}

#[tokio::test]
async fn a_large_log_is_streamed_on_request() {
    let sandbox = stepped().await;
    let settings = json!({"log_bytes": 5_000_000});
    assert_eq!(sandbox.request(Method::POST, "/_sandbox/github", Some(settings)).await.status(), 204);
    let link = link(&sandbox, &format!("/actions/jobs/{}/logs", failed(&sandbox).await["id"])).await;
    let log = sandbox.client.get(&link).send().await.unwrap();
    let length = log.headers()["content-length"].to_str().unwrap().parse::<usize>().unwrap();
    let text = log.text().await.unwrap();
    assert!(length >= 5_000_000 && text.len() == length);
    assert!(text.contains("##[error]Process completed with exit code 1."));
}
