//! GitHub's limits: the budget of an hour, both kinds of rate limit, and other answers that look like one.

use hello_sandbox::{Fault, Kind, Service};
use jiff::SignedDuration;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::harness::{REPO, Stepped, stepped};

async fn with(sandbox: &Stepped, kind: Kind, delay: Option<i64>) -> Response {
    let fault = Fault { delay: delay.map(SignedDuration::from_secs), ..Fault::new(Service::GitHub, kind) };
    sandbox.sandbox.faults().add([fault.times(1)]);
    sandbox.request(Method::GET, REPO, None).await
}

fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn the_answers_that_stop_a_client_differ() {
    let sandbox = stepped().await;
    let primary = with(&sandbox, Kind::Limit, Some(90)).await;
    assert_eq!(
        (primary.status(), header(&primary, "x-ratelimit-remaining")),
        (StatusCode::FORBIDDEN, Some("0"))
    );
    assert_eq!(header(&primary, "x-ratelimit-reset"), Some("1772442090"));
    assert_eq!(header(&primary, "retry-after"), None);

    let silent = with(&sandbox, Kind::Secondary, None).await;
    assert_eq!((silent.status(), header(&silent, "retry-after")), (StatusCode::FORBIDDEN, None));
    assert_eq!(header(&silent, "x-ratelimit-remaining"), Some("4711"));
    assert!(silent.text().await.unwrap().contains("secondary rate limit"));
    let waiting = with(&sandbox, Kind::Secondary, Some(37)).await;
    assert_eq!(
        (waiting.status(), header(&waiting, "retry-after")),
        (StatusCode::TOO_MANY_REQUESTS, Some("37"))
    );

    let forbidden = with(&sandbox, Kind::Forbidden, None).await;
    assert_eq!(header(&forbidden, "x-accepted-github-permissions"), Some("checks=read"));
    let sso = with(&sandbox, Kind::Sso, None).await;
    assert!(header(&sso, "x-github-sso").unwrap().starts_with("required; url=https://"));
    let proxy = with(&sandbox, Kind::Proxy, None).await;
    assert_eq!(header(&proxy, "content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(sandbox.github("").await["name"], "hello-truck");
}

#[tokio::test]
async fn a_fault_may_affect_one_path_only() {
    let sandbox = stepped().await;
    let fault = Fault::new(Service::GitHub, Kind::Forbidden).at("/annotations");
    sandbox.sandbox.faults().add([fault]);
    let path = format!("{REPO}/check-runs/1/annotations");
    assert_eq!(sandbox.request(Method::GET, &path, None).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(sandbox.github("").await["name"], "hello-truck");
}

#[tokio::test]
async fn a_used_up_budget_refuses_until_the_hour_is_over() {
    let sandbox = stepped().await;
    let left = async || {
        let limits = sandbox.request(Method::GET, "/rate_limit", None).await.json::<Value>().await.unwrap();
        limits["resources"]["core"]["remaining"].as_i64().unwrap()
    };
    assert_eq!(left().await, 5_000);
    let url = format!("{}/user", sandbox.sandbox.url());
    for _ in 0..5_000 {
        sandbox.client.get(&url).send().await.unwrap();
    }
    assert_eq!(left().await, 0);
    let refused = sandbox.client.get(&url).send().await.unwrap();
    assert_eq!(
        (refused.status(), header(&refused, "x-ratelimit-remaining")),
        (StatusCode::FORBIDDEN, Some("0"))
    );
    sandbox.advance(3_600);
    assert_eq!(sandbox.client.get(&url).send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn an_entity_tag_belongs_to_token_media_type_and_version() {
    let sandbox = stepped().await;
    let get = |token: &str, version: &'static str| {
        let request = sandbox.client.get(format!("{}{REPO}", sandbox.sandbox.url()));
        request.bearer_auth(token.to_owned()).header("x-github-api-version", version)
    };
    let first = get("one", "2022-11-28").send().await.unwrap();
    let tag = header(&first, "etag").unwrap().to_owned();
    let status = async |token: &str, version| {
        get(token, version).header("if-none-match", &tag).send().await.unwrap().status()
    };
    assert_eq!(status("one", "2022-11-28").await, StatusCode::NOT_MODIFIED);
    assert_eq!(status("two", "2022-11-28").await, StatusCode::OK);
    assert_eq!(status("one", "2026-03-10").await, StatusCode::OK);
    assert_eq!(status("one", "2019-01-01").await, StatusCode::BAD_REQUEST);
    assert_eq!(header(&first, "x-github-api-version-selected"), Some("2022-11-28"));
    let limits = sandbox.client.get(format!("{}/rate_limit", sandbox.sandbox.url()));
    let limits = limits.header("x-github-api-version", "2026-03-10").send().await.unwrap();
    assert_eq!(limits.json::<Value>().await.unwrap()["rate"], Value::Null);
}

#[tokio::test]
async fn an_older_enterprise_server_refuses_run_details() {
    let sandbox = stepped().await;
    sandbox.request(Method::POST, "/_sandbox/github", Some(json!({"enterprise": true}))).await;
    let path = "/actions/workflows/docker-deploy.yaml/dispatches";
    let refused = sandbox.post(path, json!({"ref": "main", "return_run_details": true})).await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let message = refused.json::<Value>().await.unwrap()["message"].clone();
    assert_eq!(message, "Invalid request.\n\n\"return_run_details\" is not a permitted key.");
    assert!(sandbox.runs("event=workflow_dispatch&status=queued").await.is_empty(), "nothing was started");
    assert_eq!(sandbox.post(path, json!({"ref": "main"})).await.status(), StatusCode::NO_CONTENT);
}
