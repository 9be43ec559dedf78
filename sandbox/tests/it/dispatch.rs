//! Manual dispatch: judged by the workflow file at the ref, and answered as each version of GitHub does.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{REPO, Stepped, stepped};

const FLEET: &str = "/actions/workflows/fleet-checks.yaml/dispatches";

async fn refusal(sandbox: &Stepped, workflow: &str, body: Value) -> (u16, String) {
    let response = sandbox.post(&format!("/actions/workflows/{workflow}/dispatches"), body).await;
    let status = response.status().as_u16();
    let error = response.json::<Value>().await.unwrap();
    assert_eq!(error["status"], status.to_string());
    assert!(error["documentation_url"].is_string());
    (status, error["message"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_dispatch_is_refused_in_githubs_words() {
    let sandbox = stepped().await;
    let moon = "Provided value 'moon' for input 'environment' not in the list of allowed values";
    let refusals = [
        ("docker-deploy.yaml", json!({"ref": "nowhere"}), 422, "No ref found for: nowhere"),
        (
            "docker-deploy.yaml",
            json!({"ref": "main", "inputs": {"colour": "red"}}),
            422,
            "Unexpected inputs provided: [\"colour\"]",
        ),
        ("docker-deploy.yaml", json!({"ref": "main", "inputs": {"environment": "moon"}}), 422, moon),
        ("docker-deploy.yaml", json!({}), 422, "Invalid request.\n\n\"ref\" wasn't supplied."),
        ("nothing.yaml", json!({"ref": "main"}), 404, "Not Found"),
        ("fleet-checks.yaml", json!({"ref": "main"}), 422, "Required input 'region' not provided"),
        (
            "linting-testing.yaml",
            json!({"ref": "main"}),
            422,
            "Workflow does not have 'workflow_dispatch' trigger",
        ),
    ];
    for (workflow, body, status, sentence) in refusals {
        assert_eq!(refusal(&sandbox, workflow, body).await, (status, sentence.to_owned()));
    }
}

#[tokio::test]
async fn a_dispatch_starts_a_run_named_by_its_inputs() {
    let sandbox = stepped().await;
    let body = json!({"ref": "refs/heads/main", "inputs": {"region": "eu-west-1", "repair": "false"}});
    assert_eq!(sandbox.post(FLEET, body.clone()).await.status(), StatusCode::NO_CONTENT);
    let mut with_details = body.clone();
    with_details["return_run_details"] = json!(true);
    let details = sandbox.post(FLEET, with_details).await;
    assert_eq!(details.status(), StatusCode::OK);
    let details = details.json::<Value>().await.unwrap();
    let run = sandbox.run(details["workflow_run_id"].as_u64().unwrap()).await;
    assert_eq!((&run["url"], &run["html_url"]), (&details["run_url"], &details["html_url"]));
    assert_eq!(run["display_title"], "Fleet checks of eu-west-1");
    assert_eq!((&run["event"], &run["name"]), (&"workflow_dispatch".into(), &"Fleet checks".into()));

    let request = sandbox.client.post(format!("{}{REPO}{FLEET}", sandbox.sandbox.url()));
    let newer = request.header("x-github-api-version", "2026-03-10").json(&body).send().await.unwrap();
    assert!(newer.json::<Value>().await.unwrap()["workflow_run_id"].is_u64());
    assert_eq!(sandbox.runs("event=workflow_dispatch&status=queued").await.len(), 3);
}

#[tokio::test]
async fn a_disabled_workflow_starts_nothing_until_it_is_enabled() {
    let sandbox = stepped().await;
    let path = format!("{REPO}/actions/workflows/fleet-checks.yaml");
    let state = async || sandbox.github("/actions/workflows/fleet-checks.yaml").await["state"].clone();
    let put = async |what: &str| sandbox.request(Method::PUT, &format!("{path}/{what}"), None).await.status();
    assert_eq!((state().await, put("disable").await), ("active".into(), StatusCode::NO_CONTENT));
    assert_eq!(state().await, "disabled_manually");
    let body = json!({"ref": "main", "inputs": {"region": "x"}});
    let (status, sentence) = refusal(&sandbox, "fleet-checks.yaml", body.clone()).await;
    assert_eq!((status, sentence.contains("disabled workflow")), (422, true));
    assert_eq!((put("enable").await, state().await), (StatusCode::NO_CONTENT, "active".into()));
    assert_eq!(sandbox.post(FLEET, body).await.status(), StatusCode::NO_CONTENT);
}
