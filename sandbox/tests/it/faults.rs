//! Injected faults: each has the format of its service, and ends after its number of requests.

use std::time::Duration;

use hello_sandbox::{Fault, Kind, Service};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{GROUP, REPO, Stepped, stepped};

fn every_service(sandbox: &Stepped, kind: Kind) {
    let services = [Service::Trucks, Service::GitHub, Service::Ecs, Service::CloudFormation, Service::Logs];
    sandbox.sandbox.faults().add(services.map(|service| Fault::new(service, kind).times(1)));
}

#[tokio::test]
async fn throttling_speaks_each_services_language_and_passes() {
    let sandbox = stepped().await;
    every_service(&sandbox, Kind::Throttle);
    let github = sandbox.request(Method::GET, REPO, None).await;
    assert_eq!(github.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        (&github.headers()["retry-after"], &github.headers()["x-ratelimit-remaining"]),
        (&"2".parse().unwrap(), &"0".parse().unwrap())
    );
    let trucks = sandbox.request(Method::GET, "/trucks", None).await;
    assert_eq!(
        (trucks.status(), &trucks.headers()["retry-after"]),
        (StatusCode::TOO_MANY_REQUESTS, &"2".parse().unwrap())
    );
    assert_eq!(sandbox.try_ecs("ListClusters", json!({})).await.1["__type"], "ThrottlingException");
    assert_eq!(sandbox.try_logs("DescribeLogGroups", json!({})).await.1["__type"], "ThrottlingException");
    assert!(sandbox.stack("DescribeStacks").await.1.contains("<Code>Throttling</Code>"));

    assert_eq!(sandbox.request(Method::GET, REPO, None).await.status(), StatusCode::OK);
    assert_eq!(sandbox.stack("DescribeStacks").await.0, StatusCode::OK);
    assert!(sandbox.sandbox.faults().waiting().is_empty());
}

#[tokio::test]
async fn expired_credentials_speak_each_services_language() {
    let sandbox = stepped().await;
    every_service(&sandbox, Kind::Expired);
    let github = sandbox.request(Method::GET, REPO, None).await;
    assert_eq!(github.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(github.json::<Value>().await.unwrap()["message"], "Bad credentials");
    assert_eq!(sandbox.try_ecs("ListClusters", json!({})).await.1["__type"], "ExpiredTokenException");
    assert_eq!(sandbox.try_logs("DescribeLogGroups", json!({})).await.1["__type"], "ExpiredTokenException");
    let (status, stack) = sandbox.stack("DescribeStacks").await;
    assert!(status == StatusCode::FORBIDDEN && stack.contains("<Code>ExpiredToken</Code>"));
}

#[tokio::test]
async fn faults_are_set_listed_and_cleared_over_the_wire() {
    let sandbox = stepped().await;
    let faults = json!([{"service": "logs", "kind": "status", "status": 503, "times": 2}, {"service": "trucks", "kind": "slow", "delay": "10ms"}]);
    let set = sandbox.request(Method::POST, "/_sandbox/faults", Some(faults)).await;
    assert_eq!(set.json::<Value>().await.unwrap().as_array().unwrap().len(), 2);
    let (status, refused) = sandbox.try_logs("FilterLogEvents", json!({"logGroupName": GROUP})).await;
    assert_eq!(
        (status, &refused["__type"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("ServiceUnavailableException"))
    );
    assert_eq!(sandbox.request(Method::GET, "/trucks", None).await.status(), StatusCode::OK);
    assert_eq!(
        sandbox.request(Method::DELETE, "/_sandbox/faults", None).await.status(),
        StatusCode::NO_CONTENT
    );
    sandbox.logs("FilterLogEvents", json!({"logGroupName": GROUP, "limit": 1})).await;
}

#[tokio::test]
async fn more_faults_than_can_wait_are_refused_whole() {
    let sandbox = stepped().await;
    let add = async |count: usize| {
        let faults = vec![json!({"service": "logs", "kind": "status"}); count];
        sandbox.request(Method::POST, "/_sandbox/faults", Some(json!(faults))).await.status()
    };
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    assert_eq!((add(1_001).await, add(999).await, add(2).await), (refused, StatusCode::OK, refused));
    assert_eq!((add(1).await, add(1).await), (StatusCode::OK, refused));
    assert_eq!(sandbox.sandbox.faults().waiting().len(), 1_000);
}

#[tokio::test]
async fn a_cut_connection_breaks_in_the_middle_of_the_body() {
    let sandbox = stepped().await;
    sandbox.sandbox.faults().add([Fault::new(Service::GitHub, Kind::Cut).times(1)]);
    let response = sandbox.request(Method::GET, REPO, None).await;
    assert_eq!(response.status(), StatusCode::OK, "it began well");
    assert!(response.bytes().await.is_err());
    assert_eq!(sandbox.github("").await["name"], "hello-truck");
}

#[tokio::test]
async fn a_hanging_service_delays_no_other_service() {
    let sandbox = stepped().await;
    sandbox.sandbox.faults().add([Fault::new(Service::Ecs, Kind::Hang).times(1)]);
    let hanging = sandbox.try_ecs("ListClusters", json!({}));
    assert!(tokio::time::timeout(Duration::from_millis(150), hanging).await.is_err());
    sandbox.ecs("ListClusters", json!({})).await;
    sandbox.sandbox.stop().await;
}
