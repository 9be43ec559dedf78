//! Attempts of a run: rerun of all, failed and single jobs, cancellation, and every refusal of GitHub.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Stepped, id, stepped};

/// Starts fleet checks and returns the run's id.
async fn fleet(sandbox: &Stepped) -> u64 {
    let path = "/actions/workflows/fleet-checks.yaml/dispatches";
    let body = json!({"ref": "main", "inputs": {"region": "x"}, "return_run_details": true});
    let details = sandbox.post(path, body).await.json::<Value>().await.unwrap();
    details["workflow_run_id"].as_u64().unwrap()
}

async fn jobs(sandbox: &Stepped, run: u64, which: &str) -> Vec<Value> {
    let jobs = sandbox.github(&format!("/actions/runs/{run}/{which}")).await;
    jobs["jobs"].as_array().unwrap().clone()
}

async fn refusal(sandbox: &Stepped, path: &str) -> (u16, String) {
    let response = sandbox.post(path, json!({})).await;
    let status = response.status().as_u16();
    (status, response.json::<Value>().await.unwrap()["message"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn fleet_checks_have_twelve_jobs_and_take_ten_minutes() {
    let sandbox = stepped().await;
    let run = fleet(&sandbox).await;
    sandbox.advance(130);
    let running = jobs(&sandbox, run, "jobs").await;
    assert_eq!(running.len(), 10, "jobs that wait for others do not exist yet");
    let build = running.iter().find(|job| job["name"] == "build").unwrap();
    assert_eq!(
        (&build["labels"], &build["runner_name"]),
        (&json!(["self-hosted", "arm64"]), &json!("forge-2"))
    );
    let current = build["steps"].as_array().unwrap().iter().filter(|step| step["status"] == "in_progress");
    let current = current.map(|step| step["name"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(current, ["Start database (bg)", "Parallel group", "Unit tests"]);
    assert_eq!(sandbox.run(run).await["status"], "in_progress");
    sandbox.advance(520);
    let run_object = sandbox.run(run).await;
    assert_eq!(run_object["conclusion"], "success", "{run_object}");
    let names = jobs(&sandbox, run, "jobs").await;
    let names = names.iter().map(|job| job["name"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(names.len(), 12);
    assert!(names.contains(&"test (ubuntu-latest, 1)") && names.contains(&"deploy / Deploy to staging"));
}

#[tokio::test]
async fn failed_jobs_run_again_in_a_new_attempt() {
    let sandbox = stepped().await;
    let failed = sandbox.runs("status=failure&event=schedule").await[0].clone();
    let run = id(&failed);
    let before = jobs(&sandbox, run, "jobs").await;
    let of =
        |jobs: &[Value], conclusion: &str| jobs.iter().filter(|job| job["conclusion"] == conclusion).count();
    assert_eq!((of(&before, "failure"), of(&before, "skipped")), (2, 2));
    let answer = sandbox.post(&format!("/actions/runs/{run}/rerun-failed-jobs"), json!({})).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let again = sandbox.run(run).await;
    assert_eq!((&again["run_attempt"], &again["id"]), (&json!(2), &failed["id"]));
    assert!(again["previous_attempt_url"].as_str().unwrap().ends_with("/attempts/1"));
    sandbox.advance(900);
    assert_eq!(sandbox.run(run).await["conclusion"], "success");
    assert_eq!(of(&jobs(&sandbox, run, "attempts/1/jobs").await, "failure"), 2);
    assert_eq!(of(&jobs(&sandbox, run, "attempts/2/jobs").await, "success"), 12);
    assert_eq!(jobs(&sandbox, run, "jobs?filter=all&per_page=100").await.len(), 24);
    assert_eq!(sandbox.github(&format!("/actions/runs/{run}/attempts/1")).await["conclusion"], "failure");
}

#[tokio::test]
async fn one_job_runs_again_with_those_that_need_it() {
    let sandbox = stepped().await;
    let run = id(&sandbox.runs("status=success&event=push").await[0]);
    let before = jobs(&sandbox, run, "jobs").await;
    let path = format!("/actions/jobs/{}/rerun", before[1]["id"]);
    let answer = sandbox.post(&path, json!({"enable_debug_logging": true})).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let now = jobs(&sandbox, run, "jobs").await;
    assert_eq!((&now[0]["status"], &now[1]["status"]), (&json!("completed"), &json!("queued")));
    assert_eq!(
        refusal(&sandbox, &path).await,
        (403, "Only jobs from the current attempt can be re-run".to_owned())
    );
}

#[tokio::test]
async fn refused_reruns_say_githubs_reason() {
    let sandbox = stepped().await;
    let release = id(sandbox.runs("branch=v1.4.0").await.first().unwrap());
    let called = jobs(&sandbox, release, "jobs").await;
    let called = called.iter().find(|job| job["name"] == "Image / Build for amd64").unwrap();
    let old = id(sandbox.runs("branch=v1.3.0").await.first().unwrap());
    let running = id(sandbox.runs("status=in_progress").await.first().unwrap());
    let refusals = [
        (
            format!("/actions/jobs/{}/rerun", called["id"]),
            "This job cannot be re-run individually because it belongs to a reusable workflow.",
        ),
        (format!("/actions/runs/{running}/rerun-failed-jobs"), "This workflow is already running"),
        (
            format!("/actions/runs/{old}/rerun"),
            "Unable to retry this workflow run because it was created over a month ago",
        ),
        (
            format!("/actions/runs/{release}/rerun-failed-jobs"),
            "This workflow run cannot be retried because it has no failed jobs",
        ),
    ];
    for (path, sentence) in refusals {
        assert_eq!(refusal(&sandbox, &path).await, (403, sentence.to_owned()));
    }
    for _ in 1..50 {
        let answer = sandbox.post(&format!("/actions/runs/{release}/rerun"), json!({})).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        sandbox.advance(700);
    }
    let (status, sentence) = refusal(&sandbox, &format!("/actions/runs/{release}/rerun")).await;
    assert_eq!(
        (status, sentence.as_str()),
        (403, "This workflow run has been re-run too many times (limit 50)")
    );
}

#[tokio::test]
async fn a_run_is_cancelled_by_force_and_only_while_it_runs() {
    let sandbox = stepped().await;
    let run = fleet(&sandbox).await;
    sandbox.advance(90);
    let path = format!("/actions/runs/{run}/force-cancel");
    assert_eq!(sandbox.post(&path, json!({})).await.status(), StatusCode::ACCEPTED);
    sandbox.advance(5);
    assert_eq!(sandbox.run(run).await["conclusion"], "cancelled");
    let (status, sentence) = refusal(&sandbox, &path).await;
    assert_eq!((status, sentence.as_str()), (409, "Cannot cancel a workflow run that is completed."));
}
