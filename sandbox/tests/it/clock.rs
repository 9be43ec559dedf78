//! Time in the sandbox, from outside.

use hello_sandbox::{Clock, Config, Sandbox};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::stepped;

#[tokio::test]
async fn the_clock_is_stepped_over_the_wire() {
    let sandbox = stepped().await;
    let clock = sandbox.request(Method::GET, "/_sandbox/clock", None).await.json::<Value>().await.unwrap();
    assert_eq!(clock, json!({"now": "2026-03-02T09:00:00.000Z", "speed": 0.0}));
    let moved = sandbox.request(Method::POST, "/_sandbox/clock", Some(json!({"advance": "90s"}))).await;
    assert_eq!(moved.json::<Value>().await.unwrap()["now"], "2026-03-02T09:01:30.000Z");
    let back = sandbox.request(Method::POST, "/_sandbox/clock", Some(json!({"advance": "-1s"}))).await;
    assert_eq!(back.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_step_is_bounded_and_the_error_says_by_what() {
    let sandbox = stepped().await;
    for (change, bound) in [
        (json!({"advance": "8785h"}), "at most 366 days"),
        (json!({"advance": "-1s"}), "only goes forward"),
        (json!({"speed": 1e9}), "from 0 to 100000"),
        (json!({"speed": -1}), "from 0 to 100000"),
    ] {
        let refused = sandbox.request(Method::POST, "/_sandbox/clock", Some(change.clone())).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{change}");
        assert!(refused.text().await.unwrap().contains(bound), "{change}");
    }
    for _ in 0..200 {
        let year = Some(json!({"advance": "8784h"}));
        assert_eq!(sandbox.request(Method::POST, "/_sandbox/clock", year).await.status(), StatusCode::OK);
    }
    assert!(!sandbox.runs("").await.is_empty());
    assert_eq!(sandbox.newest_deployment().await["status"].as_str().map(str::is_empty), Some(false));
}

#[tokio::test]
async fn the_clock_can_be_sped_up_while_it_runs() {
    let sandbox = Sandbox::start(Config { clock: Clock::Real, ..Config::default() }).await.unwrap();
    let url = format!("{}/_sandbox/clock", sandbox.url());
    let answer = Client::new().post(&url).json(&json!({"speed": 5000})).send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap()["speed"], 5000.0);
    let (first, mut later) = (sandbox.clock().now(), sandbox.clock().now());
    while later.since(first).as_secs() < 60 {
        tokio::task::yield_now().await;
        later = sandbox.clock().now();
    }
}

#[tokio::test]
async fn equal_seeds_and_times_give_equal_answers() {
    let (one, other) = (stepped().await, stepped().await);
    for sandbox in [&one, &other] {
        sandbox.advance(1234);
    }
    let neutral = |text: String, url: String| text.replace(&url, "http://sandbox");
    let observe = async |sandbox: &crate::harness::Stepped| {
        let runs = neutral(sandbox.github("/actions/runs").await.to_string(), sandbox.sandbox.url());
        (runs, sandbox.newest_deployment().await)
    };
    assert_eq!(observe(&one).await, observe(&other).await);
    let different = Config {
        seed: 2,
        clock: Clock::Stepped("2026-03-02T09:20:34Z".parse().unwrap()),
        ..Config::default()
    };
    let different = Sandbox::start(different).await.unwrap();
    let runs =
        reqwest::get(format!("{}{}/actions/runs", different.url(), crate::harness::REPO)).await.unwrap();
    assert_ne!(neutral(runs.text().await.unwrap(), different.url()), observe(&one).await.0);
}
