//! The service without a socket: requests are passed directly to the router, as a server would do.

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header::HeaderMap, request::Builder},
};
use hello_server::{App, AppState, Store, app};
use hello_shared::{NewTruck, Problem, Truck};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

pub(crate) struct Api {
    router: App,
    /// The folder of the database file, removed on drop.
    _folder: Option<TempDir>,
}

impl Api {
    /// Creates a service with an empty fleet in memory.
    pub(crate) async fn start() -> Self {
        Self::over(Store::open(Store::IN_MEMORY).await.expect("a store in memory"))
    }

    /// Creates a service with an empty fleet in a file, the default store.
    pub(crate) async fn in_a_file() -> Self {
        let folder = TempDir::new().expect("a folder");
        let api = Self::on(&format!("sqlite://{}/trucks.db", folder.path().display())).await;
        Self { _folder: Some(folder), ..api }
    }

    /// Creates a service over the store at this URL.
    pub(crate) async fn on(url: &str) -> Self {
        Self::over(Store::open(url).await.expect("a store"))
    }

    pub(crate) fn over(store: Store) -> Self {
        Self::of(app(AppState::new(store)))
    }

    pub(crate) fn of(router: App) -> Self {
        Self { router, _folder: None }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), "").await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Request::delete(path), "").await
    }

    /// Sends a body with the content type JSON.
    pub(crate) async fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        self.send(request, body.to_string()).await
    }

    /// Sends a request and returns the response without reading its body.
    pub(crate) async fn open(&self, request: Builder) -> axum::response::Response {
        let request = request.body(Body::empty()).expect("a request that can be sent");
        self.router.clone().oneshot(request).await.expect("a router always answers")
    }

    /// Posts a body with the content type JSON.
    pub(crate) async fn post(&self, path: &str, body: impl Into<Body>) -> Answer {
        self.send(Request::post(path).header("content-type", "application/json"), body).await
    }

    /// Adds a valid truck.
    pub(crate) async fn add(&self, new: &NewTruck) -> Truck {
        let answer = self.post("/trucks", serde_json::to_vec(new).expect("JSON")).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        answer.read()
    }

    pub(crate) async fn send(&self, request: Builder, body: impl Into<Body>) -> Answer {
        let request = request.body(body.into()).expect("a request that can be sent");
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body that ends");
        Answer { status: head.status, headers: head.headers, body: body.to_vec() }
    }
}

#[must_use]
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a header of plain text"))
    }

    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self) -> T {
        assert_eq!(self.header("content-type"), "application/json");
        serde_json::from_slice(&self.body).expect("the JSON that was expected")
    }

    pub(crate) fn json(&self) -> Value {
        self.read()
    }

    /// Parses a problem response. Checks its status, in the status line and in the body, and its request id.
    pub(crate) fn problem(&self, status: u16) -> Problem {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        assert_eq!(self.header("content-type"), Problem::CONTENT_TYPE);
        let problem: Problem = serde_json::from_slice(&self.body).expect("a problem document");
        assert_eq!(problem.status, Some(status));
        assert_eq!(problem.title.as_deref(), self.status.canonical_reason());
        assert!(problem.detail.is_some());
        assert_eq!(problem.request_id.as_deref(), Some(self.header("x-request-id")));
        problem
    }

    /// Returns the rejected fields with their reasons, one line each.
    pub(crate) fn refused_fields(&self) -> Vec<String> {
        self.problem(422).errors.iter().map(ToString::to_string).collect()
    }
}
