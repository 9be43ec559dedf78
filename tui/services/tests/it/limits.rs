//! When a host may be asked: a pause of one query holds for all of its host.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::answering::{connections, serve, services};
use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use hello_model::{
    failure::{Failure, Kind},
    run::{Repo, RunId},
};
use hello_services::Services;
use serde_json::json;

const RUNS: &str = "/repos/hello-truck/hello-truck/actions/runs";
const RUN: &str = "/repos/hello-truck/hello-truck/actions/runs/1";

fn repo() -> Repo {
    "hello-truck/hello-truck".parse().unwrap()
}

/// Asks for runs, of which GitHub answers this, then for one run. Returns its failure, and how often it was asked for.
async fn asked_after<R: IntoResponse + Clone + Send + Sync + 'static>(answer: R) -> (Failure, usize) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let run = async move || {
        count.fetch_add(1, Ordering::Relaxed);
        StatusCode::NOT_FOUND
    };
    let routes = Router::new().route(RUNS, get(async move || answer)).route(RUN, get(run));
    let github = services(&serve(routes).await).github;
    github.runs(&repo()).await.unwrap_err();
    let failure = github.run(&repo(), RunId(1)).await.unwrap_err();
    (failure, asked.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_paused_host_gets_no_request() {
    let limited = StatusCode::TOO_MANY_REQUESTS;
    let reset = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "4000000000")];
    let retry = (limited, [(header::RETRY_AFTER, "90")]);
    let secondary =
        (StatusCode::FORBIDDEN, Json(json!({"message": "You have exceeded a secondary rate limit"})));
    for (failure, asked) in [
        asked_after(retry).await,
        asked_after((StatusCode::FORBIDDEN, reset)).await,
        asked_after(secondary).await,
    ] {
        assert!(matches!(failure.kind, Kind::RateLimited { .. }), "{failure:?}");
        assert!(failure.why.contains("pause until"), "{failure}");
        assert_eq!(asked, 0);
    }
}

#[tokio::test]
async fn a_missing_permission_is_no_pause() {
    let (failure, asked) = asked_after(StatusCode::FORBIDDEN).await;
    assert_eq!((failure.kind, asked), (Kind::NotFound, 1));
}

#[tokio::test]
async fn other_hosts_are_not_paused() {
    let limited = (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "90")]);
    let github = serve(Router::new().route(RUNS, get(async move || limited))).await;
    let trucks = serve(Router::new().route("/trucks", get(Json(json!([]))))).await;
    let mut both = connections(&github);
    both.trucks = trucks.into();
    let services = Services::connect(&both);
    services.github.runs(&repo()).await.unwrap_err();
    assert_eq!(services.trucks.list().await.unwrap().trucks.items, []);
}

#[tokio::test]
async fn few_requests_are_under_way_at_a_time() {
    let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let busy = async move |_: HeaderMap| {
        let now = under_way.fetch_add(1, Ordering::SeqCst) + 1;
        seen.fetch_max(now, Ordering::SeqCst);
        tokio::task::yield_now().await;
        under_way.fetch_sub(1, Ordering::SeqCst);
        Json(json!({"total_count": 0, "workflow_runs": []}))
    };
    let github = services(&serve(Router::new().route(RUNS, get(busy))).await).github;
    let repo = repo();
    let answers = futures::future::join_all((0..50).map(|_| github.runs(&repo))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert!((1..=6).contains(&most.load(Ordering::SeqCst)), "{most:?} at a time");
}
