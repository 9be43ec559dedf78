//! Starting and stopping a sandbox, and its environment and descriptor.

use std::process::Command;

use hello_sandbox::{Config, Error, Names, Sandbox};
use reqwest::{Client, Method};
use serde_json::Value;

use crate::harness::stepped;

#[tokio::test]
async fn the_sandbox_binds_loopback_addresses_only() {
    let config = Config { listen: "0.0.0.0:0".parse().unwrap(), ..Config::default() };
    let refused = Sandbox::start(config).await.unwrap_err();
    assert!(matches!(refused, Error::NotLoopback(_)));
    assert!(refused.to_string().contains("127.0.0.1"), "{refused}");
}

#[tokio::test]
async fn a_port_in_use_is_reported_with_a_hint() {
    let first = Sandbox::start(Config::default()).await.unwrap();
    let again = Sandbox::start(Config { listen: first.addr(), ..Config::default() }).await.unwrap_err();
    assert!(again.to_string().contains("--listen"), "{again}");
}

#[tokio::test]
async fn a_stopped_or_dropped_sandbox_answers_no_more() {
    let stopped = Sandbox::start(Config::default()).await.unwrap();
    let dropped = Sandbox::start(Config::default()).await.unwrap();
    let health = [&stopped, &dropped].map(|sandbox| format!("{}/_sandbox/health", sandbox.url()));
    // One client keeps its connections open between requests.
    let client = Client::new();
    for url in &health {
        assert!(client.get(url).send().await.unwrap().status().is_success());
    }
    stopped.stop().await;
    assert!(client.get(&health[0]).send().await.is_err());
    drop(dropped);
    // A dropped sandbox ends when its task runs next.
    while client.get(&health[1]).send().await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[test]
fn the_program_prints_what_a_shell_can_read() {
    let program = Command::new(env!("CARGO_BIN_EXE_hello-sandbox"))
        .args(["env", "--listen", "127.0.0.1:4999"])
        .output();
    let printed = String::from_utf8(program.unwrap().stdout).unwrap();
    assert!(printed.contains("export AWS_ENDPOINT_URL='http://127.0.0.1:4999'"), "{printed}");
    assert!(printed.lines().all(|line| line.starts_with("export ") && line.ends_with('\'')), "{printed}");
}

#[tokio::test]
async fn the_environment_points_every_tool_at_the_sandbox() {
    let sandbox = Sandbox::start(Config::default()).await.unwrap();
    let env = sandbox.env();
    for name in ["AWS_ENDPOINT_URL", "GITHUB_API_URL", "HELLO_TRUCKS_URL"] {
        assert_eq!(env.iter().find(|(known, _)| *known == name).unwrap().1, sandbox.url());
    }
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "GH_TOKEN"] {
        assert!(env.iter().any(|(known, value)| *known == name && !value.is_empty()), "{name}");
    }
}

#[tokio::test]
async fn the_trucks_api_is_the_real_service() {
    let sandbox = stepped().await;
    let trucks = sandbox.request(Method::GET, "/trucks", None).await.json::<Value>().await.unwrap();
    assert_eq!(trucks.as_array().unwrap().len(), 6);
    assert!(trucks.as_array().unwrap().iter().all(|truck| truck["licensePlate"].is_string()), "{trucks}");
    let truck = serde_json::json!({"make": "Scania", "model": "R 500"});
    assert_eq!(sandbox.request(Method::POST, "/trucks", Some(truck)).await.status(), 201);
    let trucks = sandbox.request(Method::GET, "/trucks", None).await.json::<Value>().await.unwrap();
    assert_eq!(trucks.as_array().unwrap().len(), 7);
}

#[tokio::test]
async fn two_sandboxes_of_one_time_have_the_same_trucks() {
    let (one, other) = (stepped().await, stepped().await);
    let trucks = one.request(Method::GET, "/trucks", None).await.text().await.unwrap();
    assert_eq!(trucks, other.request(Method::GET, "/trucks", None).await.text().await.unwrap());
    assert!(trucks.contains("2026-03-02T04:00:00Z"), "the newest truck is five hours old: {trucks}");
}

#[tokio::test]
async fn the_descriptor_names_what_this_sandbox_has() {
    let names = Names { owner: "other".into(), repo: "thing".into(), ..Names::default() };
    let sandbox = Sandbox::start(Config { names, ..Config::default() }).await.unwrap();
    let text =
        reqwest::get(format!("{}/catalog-info.yaml", sandbox.url())).await.unwrap().text().await.unwrap();
    assert!(text.contains("github.com/project-slug: other/thing"), "{text}");
    let repo = reqwest::get(format!("{}/repos/other/thing", sandbox.url())).await.unwrap();
    assert_eq!(repo.json::<Value>().await.unwrap()["full_name"], "other/thing");
}
