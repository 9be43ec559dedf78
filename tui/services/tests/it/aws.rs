//! Responses of AWS and of intermediaries that no emulator produces, and how the clients handle them.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use crate::answering::{closed_port, connections, say_nothing, serve, services};
use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Response},
    routing::post,
};
use futures::StreamExt;
use hello_model::{
    deployment::{ServiceRef, Stage, Status},
    failure::{Failure, Kind},
    log::{Level, LogSource, TailEvent},
    time::Timestamp,
};
use hello_services::{Services, Timeouts};
use serde_json::{Value, json};

const DEPLOYMENT: &str = "arn:aws:ecs:eu-north-1:123456789012:service-deployment/hello-truck/hello-server/D1";

fn service() -> ServiceRef {
    "arn:aws:ecs:eu-north-1:123456789012:service/hello-truck/hello-server".parse().expect("an ARN")
}

/// Serves AWS's JSON protocol. `answer` receives the operation, such as `DescribeServices`, and the request.
async fn aws<F>(answer: F) -> Services
where
    F: Fn(&str, &Value) -> Response + Clone + Send + Sync + 'static,
{
    let routes = Router::new().route(
        "/",
        post(async move |headers: HeaderMap, body: String| {
            let target =
                headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
            let operation = target.rsplit('.').next().unwrap_or_default();
            answer(operation, &serde_json::from_str(&body).unwrap_or_default())
        }),
    );
    services(&serve(routes).await)
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(json!({"__type": code, "message": message}))).into_response()
}

fn described_service() -> Response {
    Json(json!({"services": [{
        "status": "ACTIVE", "desiredCount": 3, "runningCount": 2, "pendingCount": 1,
        "taskDefinition": "arn:aws:ecs:eu-north-1:123456789012:task-definition/hello-server:7",
        "deployments": [{"id": "ecs-svc/9", "status": "PRIMARY", "rolloutState": "FAILED", "createdAt": 1.0e9,
            "rolloutStateReason": "tasks failed to start", "desiredCount": 3}],
        "events": [{"id": "1", "createdAt": 1.0e9, "message": "older"},
            {"id": "2", "createdAt": 1.1e9, "message": "newer"}]
    }], "failures": []}))
    .into_response()
}

/// Reads deployments from an AWS that rejects every request with this error.
async fn refused_with(status: StatusCode, code: &'static str, message: &'static str) -> Failure {
    let services = aws(move |_, _| refusal(status, code, message)).await;
    services.ecs.snapshot(&service()).await.expect_err("a refusal")
}

#[tokio::test]
async fn a_blue_green_deployment_is_read_in_full() {
    let ecs = aws(|operation, _| match operation {
        "DescribeServices" => described_service(),
        "ListServiceDeployments" => {
            Json(json!({"serviceDeployments": [{"serviceDeploymentArn": DEPLOYMENT}]})).into_response()
        }
        _ => Json(json!({"serviceDeployments": [{
            "serviceDeploymentArn": DEPLOYMENT, "status": "IN_PROGRESS", "createdAt": 1.2e9, "startedAt": 1.2e9,
            "lifecycleStage": "PRE_PRODUCTION_TRAFFIC_SHIFT",
            "deploymentConfiguration": {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 5},
            "targetServiceRevision": {"arn": "green", "requestedTaskCount": 3, "runningTaskCount": 3,
                "requestedProductionTrafficWeight": 0.0, "requestedTestTrafficWeight": 100.0},
            "sourceServiceRevisions": [{"arn": "blue", "requestedTaskCount": 3, "runningTaskCount": 3}],
            "deploymentCircuitBreaker": {"status": "MONITORING", "failureCount": 1, "threshold": 3},
            "lifecycleHookDetails": [{"hookId": "h1", "status": "AWAITING_ACTION", "expiresAt": 1.3e9}]
        }, {"status": "a deployment without a name"}]}))
        .into_response(),
    })
    .await
    .ecs;
    let snapshot = ecs.snapshot(&service()).await.expect("a service");
    let [deployment] = snapshot.deployments.as_slice() else { panic!("{snapshot:?}") };
    // A stage that the SDK does not know yet.
    assert_eq!(deployment.stage, Some(Stage("PRE_PRODUCTION_TRAFFIC_SHIFT".to_owned())));
    assert_eq!((deployment.id(), deployment.strategy.as_str()), ("D1", "BLUE_GREEN"));
    assert_eq!(deployment.bake.map(|bake| bake.as_secs()), Some(300));
    assert_eq!(deployment.target.as_ref().and_then(|target| target.test_weight), Some(100.0));
    assert_eq!(
        deployment.breaker.as_ref().map(|breaker| (breaker.failures, breaker.threshold)),
        Some((1, 3))
    );
    assert!(deployment.hooks[0].awaits_a_person());
    let said: Vec<_> = snapshot.events.iter().map(|event| event.message.as_str()).collect();
    assert_eq!(said, ["newer", "older"]);
}

/// Reads the names and commits of both sides of a deployment twice, and counts the requests for them.
async fn names_where(
    revisions: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> (Vec<(Option<String>, Option<String>)>, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let arn = |id: &str| format!("arn:aws:ecs:eu-north-1:1:service-revision/hello-truck/hello-server/{id}");
    let ecs = aws(move |operation, _| match operation {
        "DescribeServices" => described_service(),
        "ListServiceDeployments" => {
            Json(json!({"serviceDeployments": [{"serviceDeploymentArn": DEPLOYMENT}]})).into_response()
        }
        "DescribeServiceRevisions" => {
            count.fetch_add(1, Ordering::Relaxed);
            revisions()
        }
        _ => Json(json!({"serviceDeployments": [{
            "serviceDeploymentArn": DEPLOYMENT, "status": "SUCCESSFUL", "createdAt": 1.2e9,
            "targetServiceRevision": {"arn": arn("2")}, "sourceServiceRevisions": [{"arn": arn("1")}],
        }]}))
        .into_response(),
    })
    .await
    .ecs;
    ecs.snapshot(&service()).await.expect("a service");
    let snapshot = ecs.snapshot(&service()).await.expect("a service");
    let [deployment] = snapshot.deployments.as_slice() else { panic!("{snapshot:?}") };
    let sides = deployment.target.iter().chain(&deployment.sources);
    let names = sides.map(|side| (side.task_definition.clone(), side.commit().map(str::to_owned)));
    (names.collect(), asked.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_revision_has_its_task_definition_and_its_commit() {
    let described = || {
        let arn = "arn:aws:ecs:eu-north-1:1:service-revision/hello-truck/hello-server/2";
        let task = "arn:aws:ecs:eu-north-1:1:task-definition/hello-server:126";
        let image = json!({"containerName": "hello-server", "image": "hellotruck/hello-server:0f2a3b4c5d6e"});
        let revision = json!({"serviceRevisionArn": arn, "taskDefinition": task, "containerImages": [image]});
        Json(json!({"serviceRevisions": [revision], "failures": []})).into_response()
    };
    let named = (Some("hello-server:126".to_owned()), Some("0f2a3b4c5d6e".to_owned()));
    let expected = vec![named, (None, None)];
    assert_eq!(names_where(described).await, (expected, 1), "each revision is read once");
}

#[tokio::test]
async fn a_missing_permission_for_revisions_costs_only_names() {
    let denied = || refusal(StatusCode::BAD_REQUEST, "AccessDeniedException", "driver is not authorized");
    assert_eq!(
        names_where(denied).await,
        (vec![(None, None), (None, None)], 1),
        "it is not asked again at once"
    );
}

#[tokio::test]
async fn an_older_ecs_api_lists_deployments_of_the_service() {
    for unheard in [
        || refusal(StatusCode::BAD_REQUEST, "com.amazonaws#UnknownOperationException", "no such operation"),
        || (StatusCode::NOT_FOUND, Html("<html>not found</html>")).into_response(),
        || Json(json!({"serviceDeployments": []})).into_response(),
    ] {
        let ecs = aws(move |operation, _| match operation {
            "DescribeServices" => described_service(),
            _ => unheard(),
        })
        .await
        .ecs;
        let snapshot = ecs.snapshot(&service()).await.expect("a service");
        let [deployment] = snapshot.deployments.as_slice() else { panic!("{snapshot:?}") };
        assert_eq!((deployment.id(), &deployment.status), ("9", &Status::Stopped));
        assert_eq!(deployment.reason.as_deref(), Some("tasks failed to start"));
    }
}

#[tokio::test]
async fn a_missing_list_permission_is_named() {
    let ecs = aws(|operation, _| match operation {
        "DescribeServices" => described_service(),
        _ => refusal(StatusCode::BAD_REQUEST, "AccessDeniedException", "driver is not authorized"),
    })
    .await
    .ecs;
    let failure = ecs.snapshot(&service()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unauthorized);
    assert!(failure.why.contains("ecs:ListServiceDeployments"), "{failure}");
    assert!(failure.why.contains("region eu-north-1"), "{failure}");
    let hint = failure.hint.unwrap_or_default();
    assert!(hint.starts_with("ask for ecs:ListServiceDeployments, "), "{hint}");
}

#[tokio::test]
async fn refusals_become_the_right_kinds() {
    let expired =
        refused_with(StatusCode::BAD_REQUEST, "ExpiredTokenException", "the token is too old").await;
    assert_eq!(expired.kind, Kind::Unauthorized);
    assert!(expired.hint.is_some(), "{expired:?}");
    let cluster =
        refused_with(StatusCode::BAD_REQUEST, "ClusterNotFoundException", "Cluster not found.").await;
    assert_eq!(cluster.kind, Kind::NotFound);
    let throttled = refused_with(StatusCode::BAD_REQUEST, "ThrottlingException", "Rate exceeded").await;
    assert!(matches!(throttled.kind, Kind::RateLimited { .. }), "{throttled:?}");
    let broken = refused_with(StatusCode::BAD_REQUEST, "InvalidParameterException", "no").await;
    assert_eq!(broken.kind, Kind::Unexpected);
}

#[tokio::test]
async fn a_missing_service_has_a_hint() {
    let answer =
        || Json(json!({"services": [], "failures": [{"arn": "x", "reason": "MISSING"}]})).into_response();
    let failure = aws(move |_, _| answer()).await.ecs.snapshot(&service()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::NotFound);
    assert!(failure.why.contains("cluster hello-truck has no service hello-server (MISSING)"), "{failure}");
    assert!(failure.hint.is_some_and(|hint| hint.contains("catalog-info.yaml")));
}

#[tokio::test]
async fn an_answer_not_from_aws_is_unexpected() {
    let ecs = aws(|_, _| Html("<html>welcome</html>").into_response()).await.ecs;
    assert_eq!(ecs.snapshot(&service()).await.unwrap_err().kind, Kind::Unexpected);
}

#[tokio::test]
async fn an_unreachable_aws_is_offline() {
    let failure = services(&closed_port().await).ecs.snapshot(&service()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Offline, "{failure:?}");
    assert!(failure.why.contains("127.0.0.1"), "{failure}");
}

#[tokio::test]
async fn a_hanging_aws_is_offline_after_the_timeout() {
    let short_timeouts = Timeouts { aws: std::time::Duration::from_millis(500), ..Timeouts::default() };
    let silent = connections(&say_nothing().await);
    let failure =
        Services::with_timeouts(&silent, short_timeouts).ecs.snapshot(&service()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Offline, "{failure:?}");
}

#[tokio::test]
async fn a_missing_profile_is_named() {
    let mut connections = connections(&closed_port().await);
    connections.aws.keys = None;
    connections.aws.profile = Some("no-such-profile".to_owned());
    let failure = Services::connect(&connections).stacks.events("hello-stack", None).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unauthorized, "{failure:?}");
    assert!(failure.why.starts_with("there is no AWS profile no-such-profile in "), "{failure}");
    assert!(failure.hint.unwrap().starts_with("aws configure list-profiles "));
}

#[tokio::test]
async fn a_throttled_tail_resumes_at_the_same_page() {
    let (throttles, tokens) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
    let (count, asked) = (Arc::clone(&throttles), Arc::clone(&tokens));
    let event = |id: &str, at: i64| {
        json!({"eventId": id, "timestamp": at, "ingestionTime": at + 5, "logStreamName": "task/1",
            "message": format!("[WARN] {id}")})
    };
    let logs = aws(move |_, request| {
        asked.lock().unwrap().push(request["nextToken"].as_str().map(str::to_owned));
        match request["nextToken"].as_str() {
            None => Json(json!({"events": [event("a", 1_000)], "nextToken": "p2"})).into_response(),
            // The SDK itself tries three times before it gives up.
            Some("p2") if count.fetch_add(1, Ordering::Relaxed) < 3 => {
                refusal(StatusCode::BAD_REQUEST, "ThrottlingException", "Rate exceeded")
            }
            Some("p2") => Json(json!({"events": [], "nextToken": "p3"})).into_response(),
            Some(_) => Json(json!({"events": [event("a", 1_000), event("b", 2_000)]})).into_response(),
        }
    })
    .await
    .logs;

    let group = "/ecs/hello-server".to_owned();
    let tail = logs.tail(LogSource::Group(group.clone()), Timestamp::UNIX_EPOCH);
    let news: Vec<_> = tail.take(5).map(|news| news.expect("a tail of a busy service")).collect().await;
    assert_eq!(news[0], TailEvent::Opened { group });
    let ids = |news: &TailEvent| match news {
        TailEvent::Lines(lines) => lines.iter().map(|line| line.id.clone()).collect::<Vec<_>>(),
        _ => vec![],
    };
    assert_eq!((ids(&news[1]), ids(&news[3])), (vec!["a".to_owned()], vec!["b".to_owned()]));
    assert!(matches!(news[2], TailEvent::Throttled { .. }), "{news:?}");
    assert!(matches!(news[4], TailEvent::CaughtUp { .. }), "{news:?}");
    let TailEvent::Lines(lines) = &news[1] else { panic!("{news:?}") };
    assert_eq!((lines[0].level, lines[0].ingested), (Level::Warn, Timestamp::from_millisecond(1_005).ok()));
    let p2 = Some("p2".to_owned());
    assert_eq!(
        *tokens.lock().unwrap(),
        [None, p2.clone(), p2.clone(), p2.clone(), p2, Some("p3".to_owned())]
    );
}

#[tokio::test]
async fn a_tail_reads_the_log_group_of_the_task() {
    let asked = Arc::new(Mutex::new(String::new()));
    let group = Arc::clone(&asked);
    let logs = aws(move |operation, request| match operation {
        "DescribeServices" => described_service(),
        "DescribeTaskDefinition" => Json(json!({"taskDefinition": {"containerDefinitions": [
            {"name": "proxy", "essential": false,
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/proxy"}}},
            {"name": "server", "logConfiguration": {"logDriver": "awslogs",
                "options": {"awslogs-group": "/ecs/hello-server", "awslogs-region": "eu-west-1"}}}
        ]}}))
        .into_response(),
        _ => {
            group.lock().unwrap().push_str(request["logGroupName"].as_str().unwrap_or_default());
            refusal(
                StatusCode::BAD_REQUEST,
                "ResourceNotFoundException",
                "The specified log group does not exist.",
            )
        }
    })
    .await
    .logs;
    let mut tail = Box::pin(logs.tail(LogSource::Service(service()), Timestamp::now()));
    assert_eq!(tail.next().await, Some(Ok(TailEvent::Opened { group: "/ecs/hello-server".to_owned() })));
    let failure = tail.next().await.expect("the end").unwrap_err();
    assert_eq!(failure.kind, Kind::NotFound);
    assert!(failure.why.contains("region eu-west-1"), "{failure}");
    assert_eq!(*asked.lock().unwrap(), "/ecs/hello-server");
}
