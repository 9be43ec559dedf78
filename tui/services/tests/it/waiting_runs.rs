//! A run that waits for the rules of an environment.

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use hello_model::run::{Pending, PendingEnvironment, RunDetail, RunId};
use serde_json::{Value, json};

use crate::answering::{serve, services};

const RUN: &str = "/repos/hello/trucks/actions/runs/7";

/// Reads run 7 of a GitHub that says this about its status, its job and what it waits for.
async fn read(
    run: &'static str,
    job: &'static str,
    pending: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> RunDetail {
    let jobs = json!({"total_count": 1, "jobs": [{"id": 1, "name": "deploy", "status": job}]});
    let routes = Router::new()
        .route(RUN, get(async move || Json(json!({"id": 7, "status": run}))))
        .route(&format!("{RUN}/jobs"), get(async move || Json(jobs)))
        .route(&format!("{RUN}/pending_deployments"), get(async move || pending()));
    let services = services(&serve(routes).await);
    services.github.run(&"hello/trucks".parse().unwrap(), RunId(7)).await.unwrap()
}

fn production(reviewers: &Value) -> Response {
    let entry = json!({
        "environment": {"id": 1, "name": "production"}, "wait_timer": 0,
        "current_user_can_approve": true, "reviewers": reviewers,
    });
    Json(json!([entry, {"environment": {}}, 17])).into_response()
}

#[tokio::test]
async fn a_waiting_run_names_environment_and_reviewers() {
    let reviewers = || {
        production(&json!([
            {"type": "User", "reviewer": {"login": "marta"}},
            {"type": "Team", "reviewer": {"name": "Platform", "slug": "platform"}},
            {"type": "Team", "reviewer": null}, "odd",
        ]))
    };
    let expected = PendingEnvironment {
        id: 1,
        name: "production".to_owned(),
        waits_until: None,
        reviewers: vec!["marta".to_owned(), "Platform".to_owned()],
        you_may_approve: true,
    };
    for (run, job) in [("waiting", "waiting"), ("in_progress", "waiting"), ("waiting", "queued")] {
        let detail = read(run, job, reviewers).await;
        assert_eq!(detail.pending, Pending { environments: vec![expected.clone()], unknown: None }, "{run}");
    }
}

#[tokio::test]
async fn a_run_that_does_not_wait_asks_nothing_more() {
    let detail = read("in_progress", "in_progress", || panic!("it was asked")).await;
    assert_eq!(detail.pending, Pending::default());
}

#[tokio::test]
async fn a_missing_permission_leaves_the_run_with_a_note() {
    let refuse =
        || (StatusCode::FORBIDDEN, Json(json!({"message": "Resource not accessible"}))).into_response();
    let detail = read("waiting", "waiting", refuse).await;
    assert_eq!((detail.jobs.len(), detail.pending.environments.len()), (1, 0));
    let note = detail.pending.unknown.unwrap();
    assert!(
        note.contains("Resource not accessible") && note.contains("the permission actions: read"),
        "{note}"
    );
    let detail = read("waiting", "waiting", || "<html>".into_response()).await;
    assert!(detail.pending.unknown.is_some_and(|note| note.contains("did not answer as GitHub does")));
}
