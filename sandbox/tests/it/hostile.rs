//! Hostile and invalid requests: the sandbox answers all of them and keeps working.

use std::collections::HashSet;

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::harness::{GROUP, REPO, Stepped, service, stepped};

async fn dispatch(sandbox: &Stepped, workflow: &str) -> u64 {
    let path = format!("/actions/workflows/{workflow}/dispatches");
    let inputs = if workflow == "fleet-checks.yaml" { json!({"region": "x"}) } else { json!({}) };
    let body = json!({"ref": "main", "inputs": inputs, "return_run_details": true});
    let answer = sandbox.post(&path, body).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json::<Value>().await.unwrap()["workflow_run_id"].as_u64().unwrap()
}

#[tokio::test]
async fn runs_dispatched_at_once_have_ids_of_their_own() {
    let sandbox = stepped().await;
    let mut ids = HashSet::new();
    for step in [0, 0, 1, 50, 0, 160] {
        for workflow in ["docker-deploy.yaml", "fleet-checks.yaml"] {
            assert!(ids.insert(dispatch(&sandbox, workflow).await));
        }
        sandbox.sandbox.clock().advance(std::time::Duration::from_millis(step));
    }
    for seconds in [0, 100, 2_000] {
        sandbox.advance(seconds);
        let listed = sandbox.runs("").await;
        for id in &ids {
            assert_eq!(listed.iter().filter(|run| run["id"] == *id).count(), 1, "run {id} after {seconds} s");
            assert_eq!(sandbox.run(*id).await["id"], *id);
        }
    }
}

#[tokio::test]
async fn what_another_site_can_send_changes_nothing() {
    let sandbox = stepped().await;
    let before = sandbox.runs("").await.len();
    let send = async |path: &str, kind: Option<&str>, target: Option<&str>, body: String| {
        let mut request = sandbox.client.post(format!("{}{path}", sandbox.sandbox.url()));
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if let Some(target) = target {
            request = request.header("x-amz-target", target);
        }
        request.body(body).send().await.unwrap().status()
    };
    let dispatches = format!("{REPO}/actions/workflows/docker-deploy.yaml/dispatches");
    let stop = "AmazonEC2ContainerServiceV20141113.StopServiceDeployment";
    for kind in
        [Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("multipart/form-data"), None]
    {
        let body = json!({"ref": "main"}).to_string();
        let refused = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        assert_eq!(send(&dispatches, kind, None, body.clone()).await, refused, "{kind:?}");
        assert_eq!(send("/", kind, Some(stop), "{}".to_owned()).await, refused, "{kind:?}");
        for path in ["/_sandbox/clock", "/_sandbox/faults", "/trucks"] {
            assert_eq!(send(path, kind, None, "{}".to_owned()).await, refused, "{path} {kind:?}");
        }
    }
    assert_eq!(sandbox.runs("").await.len(), before);
    assert_eq!(
        send(&dispatches, Some("application/json; charset=utf-8"), None, json!({"ref": "main"}).to_string())
            .await,
        StatusCode::NO_CONTENT
    );
}

/// A route of each service, and of the sandbox itself.
const ROUTES: [(Method, &str); 8] = [
    (Method::GET, "/repos/hello-truck/hello-truck/actions/runs"),
    (Method::GET, "/api/v3/user"),
    (Method::POST, "/"),
    (Method::GET, "/trucks"),
    (Method::POST, "/trucks"),
    (Method::GET, "/_sandbox/clock"),
    (Method::DELETE, "/_sandbox/faults"),
    (Method::GET, "/nothing"),
];

async fn status(sandbox: &Stepped, route: &(Method, &str), name: &str, value: &str) -> StatusCode {
    let (method, path) = route;
    let request = sandbox.client.request(method.clone(), format!("{}{path}", sandbox.sandbox.url()));
    request.header(name, value).send().await.unwrap().status()
}

#[tokio::test]
async fn other_hosts_and_foreign_origins_are_refused_on_every_route() {
    let sandbox = stepped().await;
    for route in &ROUTES {
        for host in ["evil.example", "evil.example:4510", "localhost.evil.example", "192.0.2.1"] {
            let refused = status(&sandbox, route, "host", host).await;
            assert_eq!(refused, StatusCode::MISDIRECTED_REQUEST, "{route:?} for {host}");
        }
        for origin in ["https://evil.example", "null", "http://localhost.evil.example"] {
            let refused = status(&sandbox, route, "origin", origin).await;
            assert_eq!(refused, StatusCode::FORBIDDEN, "{route:?} from {origin}");
        }
    }
}

/// A client names the host a second time when it takes the sandbox for a proxy.
#[tokio::test]
async fn another_host_in_the_request_target_is_refused() {
    let sandbox = stepped().await;
    for (target, status) in [
        ("http://evil.example/trucks", "421"),
        ("http://localhost.evil.example/_sandbox/clock", "421"),
        ("http://localhost:4510/trucks", "200"),
    ] {
        let address = sandbox.sandbox.url().replace("http://", "");
        let mut connection = TcpStream::connect(address).await.unwrap();
        let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{target}: {answer}");
    }
}

/// SDKs put a prefix before the host of some operations.
#[tokio::test]
async fn every_name_of_this_machine_is_answered() {
    let sandbox = stepped().await;
    for host in ["localhost:4510", "streaming-logs.localhost:4510", "127.0.0.1", "127.9.9.9:1", "[::1]:4510"]
    {
        for route in [(Method::GET, "/trucks"), (Method::GET, "/_sandbox/health"), (Method::GET, "/user")] {
            assert_eq!(status(&sandbox, &route, "host", host).await, StatusCode::OK, "{route:?} for {host}");
            let origin = format!("http://{host}");
            assert_eq!(
                status(&sandbox, &route, "origin", &origin).await,
                StatusCode::OK,
                "{route:?} from {origin}"
            );
        }
    }
}

/// The parts of random requests.
const IDS: [&str; 6] = ["0", "1", "-1", "18446744073709551615", "99999999999999999999", "%00"];
const NUMBERS: [i64; 7] = [0, 1, -1, 10_000, i64::MIN, i64::MAX, 1_772_442_000_000];
const TEXTS: [&str; 9] = [
    "",
    "x",
    "hello-truck",
    "f/0/0/",
    "b/9223372036854775807/-9223372036854775808/x",
    "\u{0}ü",
    "{ $.a = 1",
    "\"-?",
    "[w1=*,w2]",
];

fn pick<T: Copy>(rng: &mut fastrand::Rng, choices: &[T]) -> T {
    choices[rng.usize(..choices.len())]
}

fn odd(rng: &mut fastrand::Rng) -> Value {
    match rng.u8(..6) {
        0 => json!(pick(rng, &NUMBERS)),
        1 => json!(pick(rng, &TEXTS)),
        2 => json!([pick(rng, &TEXTS), pick(rng, &NUMBERS)]),
        3 => json!({ (pick(rng, &TEXTS)): pick(rng, &NUMBERS) }),
        4 => json!(rng.bool()),
        _ => Value::Null,
    }
}

/// Calls a random AWS operation with unusual values in some fields.
async fn odd_operation(sandbox: &Stepped, rng: &mut fastrand::Rng) -> StatusCode {
    let mut input = service();
    input["logGroupName"] = json!(GROUP);
    for field in [
        "maxResults",
        "limit",
        "startTime",
        "endTime",
        "nextToken",
        "filterPattern",
        "logStreamNames",
        "services",
        "logStreamName",
        "tasks",
        "serviceDeploymentArns",
        "startFromHead",
        "serviceRevisionArns",
        "createdAt",
        "status",
        "action",
        "hookId",
        "stopType",
        "serviceDeploymentArn",
        "taskDefinition",
        "clusters",
        "include",
    ] {
        if rng.u8(..4) == 0 {
            input[field] = odd(rng);
        }
    }
    let ecs = [
        "ListServiceDeployments",
        "DescribeServiceDeployments",
        "DescribeServices",
        "ListTasks",
        "DescribeTasks",
        "StopServiceDeployment",
        "ContinueServiceDeployment",
        "DescribeServiceRevisions",
        "DescribeTaskDefinition",
        "ListServices",
        "DescribeClusters",
        "Nothing",
    ];
    let logs = ["FilterLogEvents", "GetLogEvents", "DescribeLogStreams", "DescribeLogGroups", "Nothing"];
    if rng.bool() {
        sandbox.try_ecs(pick(rng, &ecs), input).await.0
    } else {
        sandbox.try_logs(pick(rng, &logs), input).await.0
    }
}

/// Sends GitHub's API a random request about an existing run, or an invalid one.
async fn odd_request(sandbox: &Stepped, rng: &mut fastrand::Rng) -> StatusCode {
    let page = pick(rng, &["1", "2", "4294967295"]);
    let listed = sandbox.github(&format!("/actions/runs?per_page=10&page={page}")).await;
    let runs = listed["workflow_runs"].as_array().unwrap();
    let id = match runs.get(rng.usize(..=runs.len())) {
        Some(run) => run["id"].to_string(),
        None => pick(rng, &IDS).to_owned(),
    };
    let (method, path) = match rng.u8(..9) {
        0 => (Method::POST, format!("/actions/runs/{id}/rerun")),
        1 => (Method::POST, format!("/actions/runs/{id}/cancel")),
        2 => (Method::POST, format!("/actions/runs/{id}/pending_deployments")),
        3 => (Method::GET, format!("/actions/runs/{id}/jobs?filter=all&per_page={}", pick(rng, &IDS))),
        4 => (Method::GET, format!("/actions/runs/{id}/attempts/{}/jobs", pick(rng, &IDS))),
        5 => (Method::GET, format!("/actions/jobs/{}/logs", pick(rng, &IDS))),
        6 => (Method::GET, format!("/actions/runs?created={}..{}", pick(rng, &IDS), pick(rng, &IDS))),
        _ => (
            Method::POST,
            format!(
                "/actions/workflows/{}/dispatches",
                pick(rng, &["docker-deploy.yaml", "linting-testing.yaml", "1"])
            ),
        ),
    };
    let body = match rng.u8(..4) {
        0 => odd(rng),
        1 => json!({"ref": "main", "inputs": {"environment": pick(rng, &["production", "staging", "x"])}}),
        2 => json!({"environment_ids": [6_120_044], "state": "approved", "comment": ""}),
        _ => json!({"ref": "main"}),
    };
    let body = (method == Method::POST).then_some(body);
    sandbox.request(method, &format!("{REPO}{path}"), body).await.status()
}

/// A panic would break the connection and so fail the request. A server error fails the test as well.
#[tokio::test]
async fn no_sequence_of_requests_ends_in_a_panic() {
    for seed in 0..4 {
        let sandbox = stepped().await;
        let mut rng = fastrand::Rng::with_seed(seed);
        for _ in 0..40 {
            let status = match rng.u8(..8) {
                0..3 => odd_operation(&sandbox, &mut rng).await,
                3..6 => odd_request(&sandbox, &mut rng).await,
                6 => {
                    let step = format!(
                        "{}ms",
                        pick(&mut rng, &[0, 1, 90, 3_000, 130_000, 40_000_000, 31_622_400_000_u64])
                    );
                    sandbox
                        .request(Method::POST, "/_sandbox/clock", Some(json!({"advance": step})))
                        .await
                        .status()
                }
                _ => {
                    sandbox
                        .stack(pick(&mut rng, &["DescribeStackEvents", "DescribeStacks", "ListStacks", "x"]))
                        .await
                        .0
                }
            };
            assert!(!status.is_server_error(), "{status} with seed {seed}");
        }
        assert!(!sandbox.runs("").await.is_empty());
    }
}
