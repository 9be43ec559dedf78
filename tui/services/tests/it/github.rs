//! Responses of GitHub and of intermediaries, and how the client handles them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::answering::{closed_port, connections, say_and_hang_up, say_nothing, serve, services};
use axum::{
    Json, Router,
    extract::Query,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use hello_model::{
    failure::{Failure, Kind},
    run::{Conclusion, Repo, Run, RunId, RunList, State},
};
use hello_services::{Services, Timeouts};
use serde_json::{Value, json};

const RUNS: &str = "/repos/hello-truck/hello-truck/actions/runs";

fn repo() -> Repo {
    "hello-truck/hello-truck".parse().expect("a slug")
}

fn a_run(id: u64) -> Value {
    json!({
        "id": id, "run_number": 42, "run_attempt": 2, "name": "linting-testing",
        "display_title": "Paint the trucks", "event": "push", "head_branch": "main",
        "head_sha": "0123456789abcdef0123456789abcdef01234567", "actor": {"login": "driver"},
        "status": "completed", "conclusion": "success", "created_at": "2026-11-23T10:00:00Z",
        "run_started_at": "2026-11-23T10:00:05Z", "updated_at": "2026-11-23T10:03:00Z",
        "html_url": "https://github.com/hello-truck/hello-truck/actions/runs/7"
    })
}

/// Lists the runs of a GitHub that returns this response.
async fn runs_from<R: IntoResponse + Clone + Send + Sync + 'static>(answer: R) -> Result<RunList, Failure> {
    let routes = Router::new().route(RUNS, get(async move || answer));
    services(&serve(routes).await).github.runs(&repo()).await
}

async fn runs_of(rows: Value) -> Vec<Run> {
    runs_from(Json(json!({ "total_count": 1, "workflow_runs": rows })))
        .await
        .expect("a page of runs")
        .runs
        .items
}

#[tokio::test]
async fn a_run_that_another_run_started_has_the_title_of_its_commit() {
    let started = |title: &str| {
        let mut run = a_run(7);
        run["event"] = json!("workflow_run");
        run["display_title"] = json!(title);
        run["head_commit"] = json!({ "message": "fix: paint the doors\n\nAll of them." });
        run
    };
    let titles = |runs: Vec<Run>| runs.into_iter().map(|run| run.title).collect::<Vec<_>>();
    let runs = runs_of(json!([started("linting-testing"), started("Deploy to staging")])).await;
    assert_eq!(titles(runs), ["fix: paint the doors", "Deploy to staging"]);
}

#[tokio::test]
async fn a_run_is_read_whole() {
    let runs = runs_of(json!([a_run(7)])).await;
    let run = &runs[0];
    assert_eq!((run.id, run.number, run.attempt), (RunId(7), 42, 2));
    assert_eq!((run.workflow.as_str(), run.title.as_str()), ("linting-testing", "Paint the trucks"));
    assert_eq!((run.branch.as_deref(), run.actor.as_deref()), (Some("main"), Some("driver")));
    assert_eq!((run.short_commit(), &run.state), ("0123456", &State::Done(Conclusion::Success)));
    assert_eq!(run.started_at, Some("2026-11-23T10:00:05Z".parse().unwrap()));
}

#[tokio::test]
async fn unknown_words_of_github_are_kept() {
    let mut odd = a_run(1);
    odd["status"] = json!("levitating");
    let mut odder = a_run(2);
    odder["conclusion"] = json!("vanished");
    let states: Vec<_> =
        runs_of(json!([odd, odder])).await.iter().map(|run| run.state.word().to_owned()).collect();
    assert_eq!(states, ["levitating", "vanished"]);
}

#[tokio::test]
async fn an_unreadable_run_does_not_fail_its_page() {
    let mut null_branch = a_run(1);
    null_branch["head_branch"] = Value::Null;
    null_branch["head_commit"] = Value::Null;
    let bare = json!({"id": 2, "created_at": "2026-11-23T09:00:00Z", "run_attempt": "three"});
    let unusable = json!({"name": "a run without an id"});
    let rows = json!([null_branch, bare, unusable, 17, a_run(3)]);
    let list = runs_from(Json(json!({ "workflow_runs": rows }))).await.unwrap();
    let ids: Vec<_> = list.runs.items.iter().map(|run| run.id.0).collect();
    assert_eq!((ids.as_slice(), list.unreadable), ([1, 3, 2].as_slice(), 2), "newest first");
}

#[tokio::test]
async fn an_incomplete_run_is_shown() {
    let page: Value = serde_json::from_str(include_str!("fixtures/runs-nulls-unknown.json")).unwrap();
    let list = runs_from(Json(page)).await.unwrap();
    let [backwards, whole, dateless] = list.runs.items.as_slice() else { panic!("{list:?}") };
    assert_eq!(
        (backwards.state.word(), backwards.attempt, backwards.label().as_str()),
        ("superseded", 1, "–")
    );
    assert!(backwards.updated_at < backwards.created_at);
    assert_eq!((whole.id, whole.actor.as_deref()), (RunId(18_446_744_073_709_551), Some("jane")));
    assert_eq!((dateless.state.word(), dateless.began_at()), ("held_by_policy", None));
    assert_eq!((dateless.label().as_str(), dateless.short_commit()), ("#1", "2222222"));
}

#[tokio::test]
async fn a_wrong_optional_field_hides_no_run() {
    let fields = a_run(7).as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for field in fields.iter().filter(|field| *field != "id") {
        for odd in [json!(null), json!(-1), json!(1.5), json!("x"), json!([]), json!({}), json!({"login": 3})]
        {
            let mut run = a_run(7);
            run[field] = odd.clone();
            assert_eq!(runs_of(json!([run])).await.len(), 1, "{field}: {odd}");
        }
    }
}

#[tokio::test]
async fn an_unchanged_answer_is_not_sent_twice() {
    let unchanged = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&unchanged);
    let routes = Router::new().route(
        RUNS,
        get(async move |headers: HeaderMap| -> Response {
            if headers.get(header::IF_NONE_MATCH).is_some_and(|tag| tag == "W/\"abc\"") {
                count.fetch_add(1, Ordering::Relaxed);
                return StatusCode::NOT_MODIFIED.into_response();
            }
            ([(header::ETAG, "W/\"abc\"")], Json(json!({ "workflow_runs": [a_run(7)] }))).into_response()
        }),
    );
    let github = services(&serve(routes).await).github;
    let first = github.runs(&repo()).await.expect("the first answer");
    let second = github.runs(&repo()).await.expect("the unchanged answer");
    assert_eq!((first, unchanged.load(Ordering::Relaxed)), (second, 1));
}

#[tokio::test]
async fn the_jobs_of_all_pages_are_read() {
    let jobs = async |Query(query): Query<Vec<(String, String)>>| {
        let page: u64 =
            query.iter().find(|(name, _)| name == "page").map_or(1, |(_, page)| page.parse().unwrap());
        let ids = if page == 1 { 0..100 } else { 100..130 };
        let jobs: Vec<_> = ids
            .map(|id| {
                json!({"id": id, "name": "test", "status": "queued", "started_at": null,
            "steps": [{"number": 1, "name": "cargo xtask test", "status": "in_progress"}]})
            })
            .collect();
        Json(json!({ "total_count": 130, "jobs": jobs }))
    };
    let routes = Router::new()
        .route(&format!("{RUNS}/7"), get(Json(a_run(7))))
        .route(&format!("{RUNS}/7/jobs"), get(jobs));
    let detail = services(&serve(routes).await).github.run(&repo(), RunId(7)).await.expect("a run with jobs");
    assert_eq!((detail.run.id, detail.jobs.len(), detail.unreadable_jobs), (RunId(7), 130, 0));
    assert_eq!(detail.jobs[129].steps[0].state, State::InProgress);
}

#[tokio::test]
async fn incomplete_jobs_are_shown_and_those_without_id_counted() {
    let jobs = json!([
        {"id": 1, "name": null, "status": "held", "steps": [{"name": 5, "started_at": "soon"}, 7, null]},
        {"id": 2, "status": "completed", "conclusion": null, "started_at": "2026-11-23T10:00:00Z", "steps": "none"},
        {"name": "no id"},
    ]);
    let routes = Router::new()
        .route(&format!("{RUNS}/7"), get(Json(json!({"id": 7}))))
        .route(&format!("{RUNS}/7/jobs"), get(Json(json!({ "total_count": 3, "jobs": jobs }))));
    let detail = services(&serve(routes).await).github.run(&repo(), RunId(7)).await.expect("a bare run");
    assert_eq!((detail.run.created_at, detail.jobs.len(), detail.unreadable_jobs), (None, 2, 1));
    assert_eq!((detail.jobs[0].state.word(), detail.jobs[0].steps.len()), ("held", 1));
    assert_eq!((detail.jobs[1].state.word(), detail.jobs[1].completed_at), ("none", None));
}

#[tokio::test]
async fn a_spent_rate_limit_says_until_when() {
    let reset = jiff::Timestamp::now().as_second() + 600;
    let headers = [("x-ratelimit-remaining", "0".to_owned()), ("x-ratelimit-reset", reset.to_string())];
    let body = Json(json!({"message": "API rate limit exceeded"}));
    let failure = runs_from((StatusCode::FORBIDDEN, headers, body)).await.unwrap_err();
    let Kind::RateLimited { until } = failure.kind else { panic!("{failure:?}") };
    assert!((reset - until.as_second()).abs() < 5, "{until}");
}

#[tokio::test]
async fn a_secondary_limit_says_for_how_long() {
    let body = Json(json!({"message": "You have exceeded a secondary rate limit"}));
    let failure = runs_from((StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7")], body)).await.unwrap_err();
    assert!(matches!(failure.kind, Kind::RateLimited { .. }), "{failure:?}");
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let headers = [("x-accepted-github-permissions", "actions=read")];
    let body = Json(json!({"message": "Resource not accessible by personal access token"}));
    let failure = runs_from((StatusCode::FORBIDDEN, headers, body)).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unauthorized);
    assert!(failure.why.contains("actions=read"), "{failure}");
    let hint = failure.hint.unwrap_or_default();
    assert!(hint.ends_with("the permission actions: read"), "{hint}");
}

#[tokio::test]
async fn a_refused_token_has_a_hint_and_is_not_quoted() {
    let body = Json(json!({"message": "Bad credentials"}));
    let failure = runs_from((StatusCode::UNAUTHORIZED, body)).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Unauthorized);
    assert_eq!(failure.hint.as_deref(), Some("renew GH_TOKEN"), "gh has no token for a plain http address");
    assert!(!format!("{failure:?}").contains("sandbox-token"));
}

#[tokio::test]
async fn an_unknown_repository_is_named() {
    let failure =
        runs_from((StatusCode::NOT_FOUND, Json(json!({"message": "Not Found"})))).await.unwrap_err();
    assert_eq!(failure.kind, Kind::NotFound);
    assert!(failure.why.contains("hello-truck/hello-truck"), "{failure}");
}

#[tokio::test]
async fn answers_not_from_github_are_unexpected() {
    let html = Html("<html>a proxy</html>");
    for failure in [
        runs_from(html).await.unwrap_err(),
        runs_from(r#"{"workflow_runs": [{"id": 1"#).await.unwrap_err(),
        runs_from(Json(json!(["a", "list"]))).await.unwrap_err(),
        runs_from((StatusCode::INTERNAL_SERVER_ERROR, html)).await.unwrap_err(),
    ] {
        assert_eq!(failure.kind, Kind::Unexpected, "{failure}");
        assert!(!failure.why.contains("<html>"), "{failure}");
    }
}

#[tokio::test]
async fn a_failed_request_is_not_retried_by_octocrab() {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let routes = Router::new().route(
        RUNS,
        get(async move || {
            count.fetch_add(1, Ordering::Relaxed);
            StatusCode::INTERNAL_SERVER_ERROR
        }),
    );
    services(&serve(routes).await).github.runs(&repo()).await.unwrap_err();
    assert_eq!(requests.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_unreachable_github_is_offline() {
    let refused = services(&closed_port().await).github.runs(&repo()).await.unwrap_err();
    let cut = say_and_hang_up(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"workflow_runs\":").await;
    let cut_off = services(&cut).github.runs(&repo()).await.unwrap_err();
    for failure in [refused, cut_off] {
        assert_eq!(failure.kind, Kind::Offline, "{failure:?}");
        assert!(failure.why.contains("127.0.0.1"), "{failure}");
    }
}

#[tokio::test]
async fn a_hanging_github_is_offline_after_the_timeout() {
    let short_timeouts = Timeouts { http: std::time::Duration::from_millis(300), ..Timeouts::default() };
    let silent = connections(&say_nothing().await);
    let failure = Services::with_timeouts(&silent, short_timeouts).github.runs(&repo()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::Offline);
    assert!(failure.why.contains("300ms"), "{failure}");
}

#[tokio::test]
async fn an_invalid_token_does_not_panic() {
    let mut connections = connections(&closed_port().await);
    connections.github = connections.github.with_token("GH_TOKEN", "two\nlines".into());
    let failure = Services::connect(&connections).github.runs(&repo()).await.unwrap_err();
    assert_eq!(failure.kind, Kind::NotConfigured);
}
