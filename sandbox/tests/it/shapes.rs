//! Snapshots of whole responses at one moment of the simulation.

use serde_json::{Value, json};

use crate::harness::{GROUP, stepped};

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

#[tokio::test]
async fn a_service_deployment_in_the_middle() {
    let sandbox = stepped().await;
    insta::assert_snapshot!(pretty(&sandbox.newest_deployment().await));
}

#[tokio::test]
async fn a_job_with_its_steps() {
    let sandbox = stepped().await;
    let run = sandbox.runs("status=in_progress&event=pull_request").await[0].clone();
    let jobs = sandbox.github(&format!("/actions/runs/{}/jobs", run["id"])).await;
    insta::assert_snapshot!(pretty(&jobs["jobs"][1]).replace(&sandbox.sandbox.url(), "http://sandbox"));
}

#[tokio::test]
async fn a_log_line() {
    let sandbox = stepped().await;
    let requested = json!({"logGroupName": GROUP, "limit": 1, "startTime": 1_772_441_000_000_u64});
    insta::assert_snapshot!(pretty(&sandbox.logs("FilterLogEvents", requested).await));
}

#[tokio::test]
async fn an_error_of_cloudformation() {
    let sandbox = stepped().await;
    let request = sandbox.client.post(sandbox.sandbox.url());
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let response =
        request.body("Action=DescribeStacks&Version=2010-05-15&StackName=no<pe").send().await.unwrap();
    let text = response.text().await.unwrap();
    insta::assert_snapshot!(&text[..text.find("<RequestId>").unwrap()]);
}
