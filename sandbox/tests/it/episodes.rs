//! The runs of the last day that need an explanation: forks, invalid files, time-outs, cancellations, missing runners.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{REPO, Stepped, id, stepped};

async fn jobs(sandbox: &Stepped, run: &Value) -> Vec<Value> {
    let jobs = sandbox.github(&format!("/actions/runs/{}/jobs", run["id"])).await;
    jobs["jobs"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_run_from_a_fork_starts_after_its_approval() {
    let sandbox = stepped().await;
    let held = sandbox.runs("status=action_required").await[0].clone();
    assert_eq!((&held["status"], &held["event"]), (&json!("completed"), &json!("pull_request")));
    assert_eq!(held["head_repository"]["full_name"], "passer-by/hello-truck");
    assert_eq!((&held["head_repository"]["fork"], &held["pull_requests"]), (&json!(true), &json!([])));
    assert!(jobs(&sandbox, &held).await.is_empty());

    let branch = format!("passer-by:{}", held["head_branch"].as_str().unwrap());
    let pulls = sandbox.github(&format!("/pulls?head={branch}")).await;
    let number = &pulls[0]["number"];
    let pull = sandbox.github(&format!("/pulls/{number}")).await;
    assert_eq!((&pull["head"]["sha"], &pull["changed_files"]), (&held["head_sha"], &json!(1)));
    let files = sandbox.github(&format!("/pulls/{number}/files")).await;
    assert_eq!(files[0]["filename"], ".github/workflows/codeql.yaml");
    assert!(files[0]["patch"].as_str().unwrap().contains("+permissions: write-all"), "{files}");

    let approve = format!("/actions/runs/{}/approve", held["id"]);
    assert_eq!(sandbox.post(&approve, json!({})).await.status(), StatusCode::CREATED);
    assert_eq!(sandbox.post(&approve, json!({})).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(sandbox.run(id(&held)).await["status"], "queued");
    sandbox.advance(300);
    assert_eq!(sandbox.run(id(&held)).await["conclusion"], "success");
}

#[tokio::test]
async fn two_commits_are_compared_by_branch_and_by_id() {
    let sandbox = stepped().await;
    let branches = sandbox.github("/branches").await;
    let feature = branches[1]["name"].as_str().unwrap().to_owned();
    let ahead = sandbox.github(&format!("/compare/main...{feature}")).await;
    assert_eq!((&ahead["ahead_by"], &ahead["commits"][0]["sha"]), (&json!(1), &branches[1]["commit"]["sha"]));
    let pushes = sandbox.runs("event=push&branch=main").await;
    let sha = |place: usize| pushes[place]["head_sha"].as_str().unwrap();
    let newer = sandbox.github(&format!("/compare/{}...{}", sha(2), sha(0))).await;
    assert_eq!((&newer["status"], &newer["ahead_by"]), (&json!("ahead"), &json!(2)));
    let older = sandbox.github(&format!("/compare/{}...{}", sha(0), sha(2))).await;
    assert_eq!((&older["status"], &older["behind_by"]), (&json!("behind"), &json!(2)));
    let same = sandbox.github(&format!("/compare/{}...main", sha(0))).await;
    assert_eq!(same["status"], "identical");
}

#[tokio::test]
async fn an_invalid_workflow_file_leaves_a_run_without_jobs() {
    let sandbox = stepped().await;
    let path = ".github/workflows/fleet-checks.yaml";
    for (conclusion, sentence) in
        [("failure", "yaml syntax on line 10"), ("startup_failure", "missing: jobs")]
    {
        let runs = sandbox.runs(&format!("status={conclusion}")).await;
        let run = runs.iter().find(|run| run["name"] == path).unwrap();
        assert_eq!((&run["display_title"], &run["path"]), (&json!(path), &json!(path)));
        assert_eq!(run["created_at"], run["updated_at"], "it takes no time");
        assert!(jobs(&sandbox, run).await.is_empty());
        let logs = format!("{REPO}/actions/runs/{}/logs", run["id"]);
        assert_eq!(sandbox.request(Method::GET, &logs, None).await.status(), StatusCode::NOT_FOUND);
        let sha = run["head_sha"].as_str().unwrap();
        assert_ne!(
            sandbox.github(&format!("/contents/{path}?ref={sha}")).await["sha"],
            sandbox.github(&format!("/contents/{path}")).await["sha"]
        );
        let branch = json!({"ref": run["head_branch"], "inputs": {"region": "x"}});
        let dispatch = sandbox.post("/actions/workflows/fleet-checks.yaml/dispatches", branch).await;
        assert_eq!(dispatch.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let message = dispatch.json::<Value>().await.unwrap()["message"].to_string();
        // Both commits are on one branch, whose head has the first file.
        assert!(message.contains(sentence) || conclusion == "startup_failure", "{message}");
    }
}

#[tokio::test]
async fn an_unregistered_workflow_is_404_though_its_file_exists() {
    let sandbox = stepped().await;
    let file = "/contents/.github/workflows/drill.yaml?ref=experiment%2Fdrill";
    assert_eq!(sandbox.github(file).await["name"], "drill.yaml");
    let body = json!({"ref": "experiment/drill"});
    let drill = sandbox.post("/actions/workflows/drill.yaml/dispatches", body.clone()).await;
    assert_eq!(drill.status(), StatusCode::NOT_FOUND);
    let older = sandbox.post("/actions/workflows/fleet-checks.yaml/dispatches", body).await;
    let message = older.json::<Value>().await.unwrap()["message"].clone();
    assert_eq!(message, "Workflow does not have 'workflow_dispatch' trigger");
}

#[tokio::test]
async fn the_last_day_has_every_kind_of_failure() {
    let sandbox = stepped().await;
    let timed_out = sandbox.runs("status=timed_out").await[0].clone();
    let late = jobs(&sandbox, &timed_out).await;
    let late = late.iter().find(|job| job["conclusion"] == "timed_out").unwrap();
    assert_eq!(late["steps"][3]["conclusion"], "cancelled");

    let cancelled = sandbox.runs("status=cancelled&event=schedule").await[0].clone();
    assert!(jobs(&sandbox, &cancelled).await.iter().any(|job| job["conclusion"] == "cancelled"));

    let stuck = sandbox.runs("status=in_progress&event=workflow_dispatch").await;
    let stuck = stuck.iter().find(|run| run["name"] == "Fleet checks").unwrap();
    let build = jobs(&sandbox, stuck).await;
    let build = build.iter().find(|job| job["name"] == "build").unwrap();
    assert_eq!((&build["status"], &build["runner_name"]), (&json!("queued"), &Value::Null));
    assert!(build["created_at"].as_str().unwrap() < "2026-03-02T05:00:00Z", "queued for hours");

    let failed = sandbox.runs("status=failure&event=schedule").await[0].clone();
    let build = jobs(&sandbox, &failed).await;
    let build = build.iter().find(|job| job["name"] == "build").unwrap();
    let failures = build["steps"].as_array().unwrap().iter().filter(|step| step["conclusion"] == "failure");
    let failures = failures.map(|step| step["name"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(failures, ["Parallel group", "Lint"]);
}

#[tokio::test]
async fn every_kind_of_run_comes_back_a_day_later() {
    let sandbox = stepped().await;
    for _ in 0..2 {
        for status in ["action_required", "startup_failure", "timed_out"] {
            assert_eq!(sandbox.runs(&format!("status={status}")).await.len(), 1, "{status}");
        }
        sandbox.advance(86_400);
    }
}
