//! ECS beyond a release: pauses, lists, identifiers, errors.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Stepped, service, stepped};

async fn pause(sandbox: &Stepped) -> Value {
    let paused = async |sandbox: &Stepped| {
        sandbox.newest_deployment().await["lifecycleHookDetails"][0]["status"] == "AWAITING_ACTION"
    };
    sandbox.until("a deployment pauses", 13 * 600, 20, paused).await;
    sandbox.newest_deployment().await
}

fn action(deployment: &Value, action: &str) -> Value {
    let hook = &deployment["lifecycleHookDetails"][0]["hookId"];
    json!({"serviceDeploymentArn": deployment["serviceDeploymentArn"], "hookId": hook, "action": action})
}

#[tokio::test]
async fn a_paused_deployment_continues_on_request() {
    let sandbox = stepped().await;
    let deployment = pause(&sandbox).await;
    assert_eq!(deployment["lifecycleStage"], "POST_TEST_TRAFFIC_SHIFT");
    assert_eq!(deployment["targetServiceRevision"]["requestedTestTrafficWeight"], 100.0);
    sandbox.ecs("ContinueServiceDeployment", action(&deployment, "CONTINUE")).await;
    sandbox.advance(2);
    let deployment = sandbox.newest_deployment().await;
    assert_eq!(deployment["lifecycleHookDetails"][0]["status"], "SUCCEEDED");
    assert_eq!(deployment["lifecycleStage"], "PRE_PRODUCTION_TRAFFIC_SHIFT");
    let (status, refused) =
        sandbox.try_ecs("ContinueServiceDeployment", action(&deployment, "CONTINUE")).await;
    assert_eq!((status, &refused["__type"]), (StatusCode::BAD_REQUEST, &json!("InvalidParameterException")));
}

#[tokio::test]
async fn a_paused_deployment_rolls_back_on_request() {
    let sandbox = stepped().await;
    let deployment = pause(&sandbox).await;
    sandbox.ecs("ContinueServiceDeployment", action(&deployment, "ROLLBACK")).await;
    sandbox.advance(60);
    let ended = sandbox.deployment(&deployment["serviceDeploymentArn"]).await;
    assert_eq!(ended["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(ended["lifecycleHookDetails"][0]["status"], "FAILED");
}

#[tokio::test]
async fn a_pause_without_an_answer_times_out() {
    let sandbox = stepped().await;
    let deployment = pause(&sandbox).await;
    sandbox.advance(190);
    let later = sandbox.deployment(&deployment["serviceDeploymentArn"]).await;
    assert_eq!(later["lifecycleHookDetails"][0]["status"], "TIMED_OUT");
    assert_eq!(later["status"], "IN_PROGRESS");
}

#[tokio::test]
async fn pages_of_deployments_hold_each_one_once() {
    let sandbox = stepped().await;
    let all = sandbox.ecs("ListServiceDeployments", with(service(), json!({"maxResults": 100}))).await;
    let all = arns(&all);
    assert!(all.len() >= 8);
    let (mut paged, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut requested = with(service(), json!({"maxResults": 3}));
        if !token.is_null() {
            requested["nextToken"] = token;
        }
        let page = sandbox.ecs("ListServiceDeployments", requested).await;
        paged.extend(arns(&page));
        // A deployment that starts between two requests must neither repeat nor hide another one.
        sandbox.advance(150);
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn deployments_can_be_narrowed_to_a_time_and_a_status() {
    let sandbox = stepped().await;
    let start = 1_772_442_000.0; // 2026-03-02T09:00:00Z
    let recent = with(service(), json!({"createdAt": {"after": start - 1800.0}}));
    let recent = sandbox.ecs("ListServiceDeployments", recent).await;
    assert!((1..=3).contains(&arns(&recent).len()), "{recent}");
    let rolling = with(service(), json!({"status": ["IN_PROGRESS"]}));
    assert_eq!(arns(&sandbox.ecs("ListServiceDeployments", rolling).await).len(), 1);
}

#[tokio::test]
async fn what_does_not_exist_is_refused_as_ecs_refuses_it() {
    let sandbox = stepped().await;
    let refusals = [
        ("ListTasks", json!({"cluster": "other"}), "ClusterNotFoundException"),
        ("ListTasks", json!({}), "ClusterNotFoundException"),
        ("ListTasks", json!({"cluster": "hello-truck", "serviceName": "x"}), "ServiceNotFoundException"),
        (
            "ListServiceDeployments",
            json!({"cluster": "hello-truck", "service": "x"}),
            "ServiceNotFoundException",
        ),
        ("DescribeTaskDefinition", json!({"taskDefinition": "hello-server:1"}), "ClientException"),
        (
            "DescribeServiceDeployments",
            json!({"serviceDeploymentArns": vec!["a"; 21]}),
            "InvalidParameterException",
        ),
        (
            "StopServiceDeployment",
            json!({"serviceDeploymentArn": "a/b"}),
            "ServiceDeploymentNotFoundException",
        ),
        ("DeleteCluster", json!({"cluster": "hello-truck"}), "UnknownOperationException"),
        ("DescribeTasks", json!({"cluster": "hello-truck"}), "SerializationException"),
    ];
    for (operation, input, code) in refusals {
        let (status, refused) = sandbox.try_ecs(operation, input).await;
        assert_eq!((status, &refused["__type"]), (StatusCode::BAD_REQUEST, &json!(code)), "{operation}");
    }
    let described =
        sandbox.ecs("DescribeServices", json!({"cluster": "hello-truck", "services": ["nobody"]})).await;
    assert_eq!(described["failures"][0]["reason"], "MISSING");
    let clusters = sandbox.ecs("DescribeClusters", json!({"clusters": ["nothing"]})).await;
    assert_eq!((&clusters["clusters"], &clusters["failures"][0]["reason"]), (&json!([]), &json!("MISSING")));
}

fn with(mut object: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("an object") };
    object.as_object_mut().unwrap().extend(more);
    object
}

fn arns(page: &Value) -> Vec<Value> {
    let deployments = page["serviceDeployments"].as_array().unwrap();
    deployments.iter().map(|deployment| deployment["serviceDeploymentArn"].clone()).collect()
}
