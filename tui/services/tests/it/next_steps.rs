//! Every refusal of a service says what to type next.

use axum::{
    Json, Router,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use hello_model::failure::Failure;
use hello_shared::Problem;
use serde_json::json;

use crate::{
    answering::{serve, services},
    writing::add_a_truck,
};

const STATUSES: [u16; 13] = [400, 401, 403, 404, 409, 410, 412, 413, 415, 422, 429, 500, 503];

/// Makes a request to each service, all of which answer with this response.
async fn failures(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> [Failure; 5] {
    let routes = Router::new().fallback(async move || answer());
    let services = services(&serve(routes).await);
    [
        services.trucks.list().await.unwrap_err(),
        services.trucks.get(&"0190".into()).await.unwrap_err(),
        add_a_truck(&services).await.unwrap_err(),
        services.github.runs(&"hello/trucks".parse().unwrap()).await.unwrap_err(),
        services.stacks.events("hello-stack", None).await.unwrap_err(),
    ]
}

fn problem(status: StatusCode) -> Response {
    let problem = Problem::new(status.as_u16(), "No").with_detail("this was refused");
    (status, [(header::CONTENT_TYPE, Problem::CONTENT_TYPE)], Json(problem)).into_response()
}

#[tokio::test]
async fn every_refusal_says_what_to_type_next() {
    for status in STATUSES.map(|status| StatusCode::from_u16(status).unwrap()) {
        let with_problem = failures(move || problem(status)).await;
        let as_github = failures(move || (status, Json(json!({"message": "No"}))).into_response()).await;
        let plain = failures(move || (status, "no").into_response()).await;
        for failure in with_problem.into_iter().chain(as_github).chain(plain) {
            assert!(failure.hint.as_ref().is_some_and(|hint| hint.len() > 10), "{status}: {failure:?}");
        }
    }
}

#[tokio::test]
async fn a_taken_plate_leads_to_the_list_of_trucks() {
    let [.., added, _, _] = failures(|| problem(StatusCode::CONFLICT)).await;
    assert!(added.hint.is_some_and(|hint| hint.starts_with("hello-tui trucks list")));
}
