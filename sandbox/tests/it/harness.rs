//! A sandbox with a stepped clock, and clients that speak each of its protocols.

use std::time::Duration;

use hello_sandbox::{Clock, Config, Running, Sandbox};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

pub(crate) const GROUP: &str = "/ecs/hello-truck/hello-server";
pub(crate) const REPO: &str = "/repos/hello-truck/hello-truck";

pub(crate) struct Stepped {
    pub(crate) sandbox: Running,
    pub(crate) client: Client,
}

/// Starts a sandbox with a clock that is stopped on a Monday morning.
pub(crate) async fn stepped() -> Stepped {
    let clock = Clock::Stepped("2026-03-02T09:00:00Z".parse().unwrap());
    let sandbox = Sandbox::start(Config { clock, ..Config::default() }).await.unwrap();
    let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Stepped { sandbox, client }
}

impl Stepped {
    pub(crate) fn advance(&self, seconds: u64) {
        self.sandbox.clock().advance(Duration::from_secs(seconds));
    }

    pub(crate) async fn request(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let request = self.client.request(method, format!("{}{path}", self.sandbox.url()));
        let request = if let Some(body) = body { request.json(&body) } else { request };
        request.send().await.unwrap()
    }

    /// Sends a `GET` request for a path below the repository to GitHub's API.
    pub(crate) async fn github(&self, path: &str) -> Value {
        let response = self.request(Method::GET, &format!("{REPO}{path}"), None).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    /// Posts to GitHub's API.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        self.request(Method::POST, &format!("{REPO}{path}"), Some(body)).await
    }

    pub(crate) async fn runs(&self, query: &str) -> Vec<Value> {
        let answer = self.github(&format!("/actions/runs?per_page=100&{query}")).await;
        answer["workflow_runs"].as_array().unwrap().clone()
    }

    pub(crate) async fn run(&self, id: u64) -> Value {
        self.github(&format!("/actions/runs/{id}")).await
    }

    async fn aws(&self, target: String, input: Value) -> (StatusCode, Value) {
        let request = self.client.post(self.sandbox.url());
        let request =
            request.header("content-type", "application/x-amz-json-1.1").header("x-amz-target", target);
        let response = request.body(input.to_string()).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Calls an operation of ECS and returns its answer or its error.
    pub(crate) async fn try_ecs(&self, operation: &str, input: Value) -> (StatusCode, Value) {
        self.aws(format!("AmazonEC2ContainerServiceV20141113.{operation}"), input).await
    }

    pub(crate) async fn ecs(&self, operation: &str, input: Value) -> Value {
        let (status, answer) = self.try_ecs(operation, input).await;
        assert_eq!(status, StatusCode::OK, "{operation}: {answer}");
        answer
    }

    /// Calls an operation of CloudWatch Logs and returns its answer or its error.
    pub(crate) async fn try_logs(&self, operation: &str, input: Value) -> (StatusCode, Value) {
        self.aws(format!("Logs_20140328.{operation}"), input).await
    }

    pub(crate) async fn logs(&self, operation: &str, input: Value) -> Value {
        let (status, answer) = self.try_logs(operation, input).await;
        assert_eq!(status, StatusCode::OK, "{operation}: {answer}");
        answer
    }

    /// Calls an operation of CloudFormation and returns status and XML.
    pub(crate) async fn stack(&self, action: &str) -> (StatusCode, String) {
        let form = format!("Action={action}&Version=2010-05-15&StackName=hello-truck");
        let request = self.client.post(self.sandbox.url());
        let request = request.header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
        let response = request.body(form).send().await.unwrap();
        (response.status(), response.text().await.unwrap())
    }

    /// Returns the newest service deployment, in full.
    pub(crate) async fn newest_deployment(&self) -> Value {
        let listed = self.ecs("ListServiceDeployments", service()).await;
        self.deployment(&listed["serviceDeployments"][0]["serviceDeploymentArn"]).await
    }

    pub(crate) async fn deployment(&self, arn: &Value) -> Value {
        let described = self.ecs("DescribeServiceDeployments", json!({"serviceDeploymentArns": [arn]})).await;
        described["serviceDeployments"][0].clone()
    }

    /// Steps the clock until a condition holds. Fails if it does not hold within `limit` seconds.
    pub(crate) async fn until(&self, what: &str, limit: u64, step: u64, holds: impl AsyncFn(&Self) -> bool) {
        for _ in 0..=limit / step {
            if holds(self).await {
                return;
            }
            self.advance(step);
        }
        panic!("not within {limit} s: {what}");
    }
}

/// The parameters that name the service.
pub(crate) fn service() -> Value {
    json!({"cluster": "hello-truck", "service": "hello-server"})
}

pub(crate) fn id(run: &Value) -> u64 {
    run["id"].as_u64().unwrap()
}
