//! Releases, from a dispatched workflow to running tasks, and every way in which they can fail.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{GROUP, Stepped, id, service, stepped};

/// Waits until no deployment is in progress, so that the next one starts at once.
async fn wait_until_idle(sandbox: &Stepped) {
    let done = async |sandbox: &Stepped| sandbox.newest_deployment().await["status"] == "SUCCESSFUL";
    sandbox.until("the deployment at the start ends", 400, 5, done).await;
    sandbox.advance(20);
}

async fn dispatch(sandbox: &Stepped, inputs: Value) -> u64 {
    let body = json!({"ref": "main", "inputs": inputs, "return_run_details": true});
    let response = sandbox.post("/actions/workflows/docker-deploy.yaml/dispatches", body).await;
    assert_eq!(response.status(), StatusCode::OK);
    response.json::<Value>().await.unwrap()["workflow_run_id"].as_u64().unwrap()
}

async fn deployment_begins(sandbox: &Stepped) {
    let begun = async |sandbox: &Stepped| sandbox.newest_deployment().await["status"] == "PENDING";
    sandbox.until("a deployment begins", 200, 1, begun).await;
}

#[tokio::test]
async fn a_dispatched_release_goes_through_every_stage_and_takes_over() {
    let sandbox = stepped().await;
    wait_until_idle(&sandbox).await;
    let run = dispatch(&sandbox, json!({})).await;
    assert_eq!(sandbox.run(run).await["status"], "queued");
    deployment_begins(&sandbox).await;
    assert!(
        sandbox.stack("DescribeStacks").await.1.contains("<StackStatus>UPDATE_IN_PROGRESS</StackStatus>")
    );

    let (mut stages, mut weights, mut tasks) = (Vec::new(), Vec::new(), Vec::new());
    let arn = sandbox.newest_deployment().await["serviceDeploymentArn"].clone();
    for _ in 0..300 {
        let deployment = sandbox.deployment(&arn).await;
        let target = &deployment["targetServiceRevision"];
        record_change(&mut stages, &deployment["lifecycleStage"]);
        record_change(&mut weights, &target["requestedProductionTrafficWeight"]);
        record_change(&mut tasks, &target["runningTaskCount"]);
        if deployment["status"] == "SUCCESSFUL" {
            break;
        }
        sandbox.advance(1);
    }

    let expected = [
        "PRE_SCALE_UP",
        "SCALE_UP",
        "POST_SCALE_UP",
        "TEST_TRAFFIC_SHIFT",
        "POST_TEST_TRAFFIC_SHIFT",
        "PRE_PRODUCTION_TRAFFIC_SHIFT",
        "PRODUCTION_TRAFFIC_SHIFT",
        "POST_PRODUCTION_TRAFFIC_SHIFT",
        "BAKE_TIME",
        "CLEAN_UP",
    ];
    assert_eq!(stages, expected);
    assert_eq!(weights, [json!(0.0), json!(100.0)]);
    assert_eq!((tasks.first(), tasks.last()), (Some(&json!(0)), Some(&json!(3))));

    sandbox.advance(40);
    assert_eq!(sandbox.run(run).await["conclusion"], "success");
    assert!(sandbox.stack("DescribeStacks").await.1.contains("<StackStatus>UPDATE_COMPLETE</StackStatus>"));
    new_tasks_answer(&sandbox, &sandbox.deployment(&arn).await).await;
}

/// Follows a deployment to its revision, its tasks and their log lines.
async fn new_tasks_answer(sandbox: &Stepped, deployment: &Value) {
    let revision = json!({"serviceRevisionArns": [deployment["targetServiceRevision"]["arn"]]});
    let revision = sandbox.ecs("DescribeServiceRevisions", revision).await;
    let task_definition = &revision["serviceRevisions"][0]["taskDefinition"];
    let tasks = sandbox.ecs("ListTasks", json!({"cluster": "hello-truck"})).await;
    let described = json!({"cluster": "hello-truck", "tasks": tasks["taskArns"]});
    let tasks = sandbox.ecs("DescribeTasks", described).await;
    for task in tasks["tasks"].as_array().unwrap() {
        assert_eq!((&task["taskDefinitionArn"], &task["lastStatus"]), (task_definition, &json!("RUNNING")));
        let id = task["taskArn"].as_str().unwrap().rsplit('/').next().unwrap();
        let stream = format!("server/hello-server/{id}");
        let lines =
            sandbox.logs("FilterLogEvents", json!({"logGroupName": GROUP, "logStreamNames": [stream]})).await;
        assert!(lines["events"].as_array().unwrap().len() > 20, "{stream}");
    }
}

fn record_change(seen: &mut Vec<Value>, value: &Value) {
    if !value.is_null() && seen.last() != Some(value) {
        seen.push(value.clone());
    }
}

#[tokio::test]
async fn a_push_is_tested_and_then_deployed() {
    let sandbox = stepped().await;
    let total = async || sandbox.github("/actions/runs").await["total_count"].as_u64().unwrap();
    let first = total().await;
    sandbox.advance(600 - 192 + 30);
    let pushed = sandbox.runs("event=push").await[0].clone();
    assert_eq!((&pushed["status"], &pushed["name"]), (&json!("in_progress"), &json!("LintAndTest")));
    sandbox.advance(4 * 600);
    let runs = sandbox.runs("event=workflow_run").await;
    assert!(total().await > first + 6);
    assert!(
        runs.iter()
            .all(|run| run["head_branch"] == "main" && run["path"] == ".github/workflows/docker-deploy.yaml")
    );
}

#[tokio::test]
async fn a_stopped_deployment_is_rolled_back_and_its_run_fails() {
    let sandbox = stepped().await;
    wait_until_idle(&sandbox).await;
    let run = dispatch(&sandbox, json!({})).await;
    deployment_begins(&sandbox).await;
    sandbox.advance(130);
    let deployment = sandbox.newest_deployment().await;
    assert_eq!(deployment["lifecycleStage"], "BAKE_TIME");
    let arn = &deployment["serviceDeploymentArn"];
    let stop = json!({"serviceDeploymentArn": arn, "stopType": "ROLLBACK"});
    sandbox.ecs("StopServiceDeployment", stop.clone()).await;
    assert_eq!(sandbox.deployment(arn).await["status"], "ROLLBACK_REQUESTED");

    let (status, refused) = sandbox.try_ecs("StopServiceDeployment", stop).await;
    assert_eq!((status, &refused["__type"]), (StatusCode::BAD_REQUEST, &json!("ConflictException")));

    sandbox.advance(10);
    let rolling_back = sandbox.deployment(arn).await;
    assert_eq!(rolling_back["status"], "ROLLBACK_IN_PROGRESS");
    assert_eq!(rolling_back["targetServiceRevision"]["requestedProductionTrafficWeight"], 0.0);
    sandbox.advance(60);
    let ended = sandbox.deployment(arn).await;
    assert_eq!(ended["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(ended["rollback"]["serviceRevisionArn"], deployment["sourceServiceRevisions"][0]["arn"]);
    assert_eq!(ended["targetServiceRevision"]["runningTaskCount"], 0);
    assert_eq!(sandbox.run(run).await["conclusion"], "failure");
    let stack = sandbox.stack("DescribeStacks").await.1;
    assert!(stack.contains("<StackStatus>UPDATE_ROLLBACK_COMPLETE</StackStatus>"), "{stack}");
}

#[tokio::test]
async fn an_unhealthy_release_is_rolled_back_with_its_reason() {
    let sandbox = stepped().await;
    let mut requested = service();
    requested["status"] = json!(["ROLLBACK_SUCCESSFUL"]);
    let listed = sandbox.ecs("ListServiceDeployments", requested).await;
    let deployment = sandbox.deployment(&listed["serviceDeployments"][0]["serviceDeploymentArn"]).await;
    let alarm = json!(["hello-server-unhealthy-hosts"]);
    assert_eq!(
        (&deployment["alarms"]["status"], &deployment["alarms"]["triggeredAlarmNames"]),
        (&json!("TRIGGERED"), &alarm)
    );
    assert!(deployment["statusReason"].as_str().unwrap().contains("alarm"));
    assert_eq!(deployment["rollback"]["reason"], deployment["statusReason"]);

    let described = sandbox
        .ecs("DescribeServices", json!({"cluster": "hello-truck", "services": ["hello-server"]}))
        .await;
    let events = described["services"][0]["events"].to_string();
    assert!(
        events.contains("deployment failed: alarm detected") && events.contains("is unhealthy"),
        "{events}"
    );
    assert!(
        !events.contains("shifted 100 percent")
            || deployment["targetServiceRevision"]["requestedProductionTrafficWeight"] == 0.0
    );
    let stopped =
        sandbox.ecs("ListTasks", json!({"cluster": "hello-truck", "desiredStatus": "STOPPED"})).await;
    let tasks =
        sandbox.ecs("DescribeTasks", json!({"cluster": "hello-truck", "tasks": stopped["taskArns"]})).await;
    assert!(tasks.to_string().contains("Task failed ELB health checks in (target-group"));
    let (_, history) = sandbox.stack("DescribeStackEvents").await;
    assert!(history.contains("UPDATE_ROLLBACK_COMPLETE") && history.contains("UPDATE_FAILED"));
}

#[tokio::test]
async fn a_promotion_waits_and_deploys_once_it_is_approved() {
    let sandbox = stepped().await;
    let mut waiting = sandbox.runs("status=waiting").await;
    waiting.retain(|run| run["path"] == ".github/workflows/docker-deploy.yaml");
    assert_eq!(waiting.len(), 1, "one promotion waits at the start");
    wait_until_idle(&sandbox).await;
    let run = id(&waiting[0]);
    let pending = sandbox.github(&format!("/actions/runs/{run}/pending_deployments")).await;
    assert_eq!(
        (&pending[0]["environment"]["name"], &pending[0]["current_user_can_approve"]),
        (&json!("production"), &json!(true))
    );

    let review =
        json!({"environment_ids": [pending[0]["environment"]["id"]], "state": "approved", "comment": "go"});
    let path = format!("/actions/runs/{run}/pending_deployments");
    assert_eq!(sandbox.post(&path, review.clone()).await.status(), StatusCode::OK);
    assert_eq!(
        sandbox.post(&path, review).await.status(),
        StatusCode::UNPROCESSABLE_ENTITY,
        "twice is once too often"
    );
    assert_eq!(sandbox.github(&path).await, json!([]));
    sandbox.advance(30);
    assert_eq!(sandbox.run(run).await["status"], "in_progress");
    assert_eq!(sandbox.newest_deployment().await["status"], "IN_PROGRESS");
    let succeeded = async |sandbox: &Stepped| sandbox.run(run).await["conclusion"] == "success";
    sandbox.until("the promotion ends", 400, 10, succeeded).await;
}

#[tokio::test]
async fn a_rejected_promotion_fails_and_deploys_nothing() {
    let sandbox = stepped().await;
    wait_until_idle(&sandbox).await;
    let run = dispatch(&sandbox, json!({"environment": "production"})).await;
    let waits = async |sandbox: &Stepped| sandbox.run(run).await["status"] == "waiting";
    sandbox.until("the dispatched promotion waits", 100, 5, waits).await;
    let path = format!("/actions/runs/{run}/pending_deployments");
    let environment = sandbox.github(&path).await[0]["environment"]["id"].clone();
    let before = sandbox.newest_deployment().await["serviceDeploymentArn"].clone();
    let review = json!({"environment_ids": [environment], "state": "rejected", "comment": "not today"});
    assert_eq!(sandbox.post(&path, review).await.status(), StatusCode::OK);
    sandbox.advance(5);
    assert_eq!(sandbox.run(run).await["conclusion"], "failure");
    assert_eq!(sandbox.newest_deployment().await["serviceDeploymentArn"], before);
}

#[tokio::test]
async fn two_releases_at_once_take_turns() {
    let sandbox = stepped().await;
    wait_until_idle(&sandbox).await;
    let (first, second) = (dispatch(&sandbox, json!({})).await, dispatch(&sandbox, json!({})).await);
    assert_ne!(first, second);
    sandbox.advance(120);
    let jobs = sandbox.github(&format!("/actions/runs/{second}/jobs")).await;
    assert_eq!(jobs["jobs"][1]["status"], "queued", "{jobs}");
    let both = async |sandbox: &Stepped| {
        sandbox.run(first).await["conclusion"] == "success"
            && sandbox.run(second).await["conclusion"] == "success"
    };
    sandbox.until("both succeed", 1500, 20, both).await;
}
