//! Environments: reviewers, wait timers, the history of reviews, and deployments.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Stepped, id, stepped};

/// Returns the run that waits for two environments, and its pending deployments.
async fn waiting(sandbox: &Stepped) -> (u64, Vec<Value>) {
    let runs = sandbox.runs("status=waiting").await;
    let run = id(runs.iter().find(|run| run["name"] == "Fleet checks").unwrap());
    let pending = sandbox.github(&format!("/actions/runs/{run}/pending_deployments")).await;
    (run, pending.as_array().unwrap().clone())
}

async fn review(sandbox: &Stepped, run: u64, environment: &Value, state: &str) -> StatusCode {
    let body = json!({"environment_ids": [environment["id"]], "state": state, "comment": "looks good"});
    sandbox.post(&format!("/actions/runs/{run}/pending_deployments"), body).await.status()
}

#[tokio::test]
async fn one_environment_may_be_approved_and_another_belongs_to_a_team() {
    let sandbox = stepped().await;
    let (run, pending) = waiting(&sandbox).await;
    let (mine, theirs) = (&pending[0], &pending[1]);
    assert_eq!(mine["environment"]["name"], "staging/eu west");
    assert_eq!((&mine["current_user_can_approve"], &mine["wait_timer"]), (&json!(true), &json!(0)));
    assert_eq!((&theirs["current_user_can_approve"], &theirs["wait_timer"]), (&json!(false), &json!(30)));
    assert_eq!(theirs["reviewers"][0]["reviewer"]["slug"], "release-crew");
    assert!(theirs["wait_timer_started_at"].is_string());

    assert_eq!(review(&sandbox, run, &theirs["environment"], "approved").await, StatusCode::FORBIDDEN);
    assert_eq!(review(&sandbox, run, &mine["environment"], "approved").await, StatusCode::OK);
    assert_eq!(
        review(&sandbox, run, &mine["environment"], "approved").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    sandbox.advance(300);
    let (_, left) = waiting(&sandbox).await;
    assert_eq!(left.len(), 1, "the other environment still waits");
    let history = sandbox.github(&format!("/actions/runs/{run}/approvals")).await;
    assert_eq!((&history[0]["state"], &history[0]["comment"]), (&json!("approved"), &json!("looks good")));
    assert_eq!(history[0]["environments"][0]["name"], "staging/eu west");
    let deployed = sandbox.github("/deployments?environment=staging%2Feu%20west").await;
    let statuses = sandbox.github(&format!("/deployments/{}/statuses", deployed[0]["id"])).await;
    let states =
        statuses.as_array().unwrap().iter().map(|status| status["state"].clone()).collect::<Vec<_>>();
    assert_eq!(states, ["success", "in_progress", "waiting"]);
}

#[tokio::test]
async fn a_rejected_deployment_fails_its_job() {
    let sandbox = stepped().await;
    let (run, pending) = waiting(&sandbox).await;
    assert_eq!(review(&sandbox, run, &pending[0]["environment"], "rejected").await, StatusCode::OK);
    let jobs = sandbox.github(&format!("/actions/runs/{run}/jobs")).await;
    let conclusions = jobs["jobs"].as_array().unwrap().iter().filter(|job| job["conclusion"] == "failure");
    assert_eq!(conclusions.count(), 1);
}

#[tokio::test]
async fn environments_show_their_rules_and_deployments_their_commits() {
    let sandbox = stepped().await;
    let listed = sandbox.github("/environments").await;
    assert_eq!(listed["total_count"], 4);
    let environment = &listed["environments"][3];
    let rules = environment["protection_rules"].as_array().unwrap();
    let rules = rules.iter().map(|rule| rule["type"].as_str().unwrap()).collect::<Vec<_>>();
    assert_eq!(rules, ["wait_timer", "required_reviewers"]);
    let one = sandbox.github("/environments/staging%2Feu%20west").await;
    assert_eq!(one["name"], "staging/eu west");
    let staging = sandbox.github("/deployments?environment=staging&per_page=5").await;
    let newest = &staging[0];
    assert_eq!((staging.as_array().unwrap().len(), &newest["environment"]), (5, &json!("staging")));
    let by_commit = sandbox.github(&format!("/deployments?sha={}", newest["sha"].as_str().unwrap())).await;
    assert!(by_commit.as_array().unwrap().iter().any(|found| found["id"] == newest["id"]));
}
