//! GitHub's API: pages, conditional requests, rate limit, and commands for a run.

use std::collections::HashSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{REPO, Stepped, id, stepped};

#[tokio::test]
async fn links_lead_through_all_runs_once() {
    let sandbox = stepped().await;
    let mut next = Some(format!("{}{REPO}/actions/runs?per_page=20", sandbox.sandbox.url()));
    let (mut seen, mut total) = (HashSet::new(), 0);
    while let Some(url) = next {
        let response = sandbox.client.get(url).send().await.unwrap();
        let link = response.headers().get("link").unwrap().to_str().unwrap().to_owned();
        let page = response.json::<Value>().await.unwrap();
        total = page["total_count"].as_u64().unwrap();
        for run in page["workflow_runs"].as_array().unwrap() {
            assert!(seen.insert(id(run)), "twice: {}", run["id"]);
        }
        let rel = link.split(", ").find(|part| part.ends_with("rel=\"next\""));
        next = rel.map(|part| part[1..part.find('>').unwrap()].to_owned());
    }
    assert!(total >= 30 && seen.len() as u64 == total);
}

#[tokio::test]
async fn an_unchanged_answer_is_304_and_costs_nothing() {
    let sandbox = stepped().await;
    let url = format!("{}{REPO}/actions/runs", sandbox.sandbox.url());
    let first = sandbox.client.get(&url).send().await.unwrap();
    let tag = first.headers()["etag"].clone();
    let again = sandbox.client.get(&url).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers()["x-ratelimit-used"], first.headers()["x-ratelimit-used"]);
    sandbox.advance(30);
    let changed = sandbox.client.get(&url).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(changed.status(), StatusCode::OK);
    assert_eq!(changed.headers()["x-ratelimit-used"], "2");
}

#[tokio::test]
async fn steps_advance_with_the_clock() {
    let sandbox = stepped().await;
    let run = id(&sandbox.runs("status=in_progress&event=pull_request").await[0]);
    let done = async |sandbox: &Stepped| {
        let jobs = sandbox.github(&format!("/actions/runs/{run}/jobs")).await;
        let steps = jobs["jobs"][1]["steps"].as_array().unwrap().clone();
        steps.iter().filter(|step| step["status"] == "completed").count()
    };
    let before = done(&sandbox).await;
    sandbox.advance(100);
    assert!(done(&sandbox).await > before);
    assert_eq!(sandbox.run(run).await["status"], "completed");
}

#[tokio::test]
async fn failed_jobs_run_again_and_the_release_follows() {
    let sandbox = stepped().await;
    let failed = id(&sandbox.runs("status=failure&event=push").await[0]);
    let releases = sandbox.runs("event=workflow_run").await.len();
    let path = format!("/actions/runs/{failed}/rerun-failed-jobs");
    assert_eq!(sandbox.post(&path, json!({})).await.status(), StatusCode::CREATED);
    assert_eq!(sandbox.post(&path, json!({})).await.status(), StatusCode::FORBIDDEN, "it runs already");
    let run = sandbox.run(failed).await;
    assert_eq!((&run["run_attempt"], &run["status"]), (&json!(2), &json!("in_progress")));
    sandbox.advance(120);
    let run = sandbox.run(failed).await;
    assert_eq!(
        (&run["conclusion"], &run["triggering_actor"]["login"]),
        (&json!("success"), &json!("noor-operator"))
    );
    let first = sandbox.github(&format!("/actions/runs/{failed}/attempts/1")).await;
    assert_eq!(first["conclusion"], "failure");
    assert_eq!(sandbox.runs("event=workflow_run").await.len(), releases + 1);
}

#[tokio::test]
async fn a_cancelled_run_stops_and_cannot_be_cancelled_twice() {
    let sandbox = stepped().await;
    let run = id(&sandbox.runs("status=in_progress&event=pull_request").await[0]);
    let path = format!("/actions/runs/{run}/cancel");
    assert_eq!(sandbox.post(&path, json!({})).await.status(), StatusCode::ACCEPTED);
    assert_eq!(sandbox.run(run).await["status"], "in_progress", "cancelling takes a moment");
    sandbox.advance(5);
    assert_eq!(sandbox.run(run).await["conclusion"], "cancelled");
    assert_eq!(sandbox.post(&path, json!({})).await.status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn unknown_repositories_and_paths_are_404_in_githubs_words() {
    let sandbox = stepped().await;
    for path in ["/repos/nobody/nothing", "/repos/hello-truck/hello-truck/actions/runs/1", "/users/x/repos"] {
        let response = sandbox.request(Method::GET, path, None).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.json::<Value>().await.unwrap()["message"], "Not Found", "{path}");
    }
}

#[tokio::test]
async fn enterprise_paths_lead_to_the_same_and_name_themselves() {
    let sandbox = stepped().await;
    let response = sandbox.request(Method::GET, &format!("/api/v3{REPO}"), None).await;
    let repo = response.json::<Value>().await.unwrap();
    assert_eq!(repo["url"], format!("{}/api/v3{REPO}", sandbox.sandbox.url()));
}
