//! What belongs to runs: workflows and their files, annotations, artifacts, environments.

use crate::answering::{serve, services};
use axum::{
    Json, Router,
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use hello_model::{
    failure::Kind,
    run::{Annotation, Repo, RunFilter, RunId, RunQuery},
};
use hello_services::Services;
use serde_json::json;

fn repo() -> Repo {
    "hello-truck/hello-truck".parse().unwrap()
}

/// Answers each path below the repository with a document; any other is 404.
async fn github(answer: impl Fn(&str) -> Option<Response> + Clone + Send + Sync + 'static) -> Services {
    let routes = Router::new().fallback(async move |request: Request| {
        let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        let path = path.trim_start_matches("/repos/hello-truck/hello-truck");
        answer(path).unwrap_or_else(|| {
            (StatusCode::NOT_FOUND, Json(json!({ "message": "Not Found" }))).into_response()
        })
    });
    services(&serve(routes).await)
}

#[tokio::test]
async fn workflows_are_listed_also_incomplete_ones() {
    let services = github(|_| {
        let workflows = json!([
            { "id": 7, "name": "Deploy", "path": ".github/workflows/deploy.yml", "state": "active" },
            { "id": 8, "name": null, "path": ".github/workflows/odd.yaml", "state": "disabled_fork" },
            { "name": "no id" },
        ]);
        Some(Json(json!({ "total_count": 3, "workflows": workflows })).into_response())
    })
    .await;
    let list = services.github.workflows(&repo()).await.unwrap();
    let [deploy, odd] = list.workflows.as_slice() else { panic!("{list:?}") };
    for name in ["deploy.yml", "deploy", "Deploy", "7", ".github/workflows/deploy.yml"] {
        assert!(deploy.is_named(name), "{name}");
    }
    assert!(deploy.is_enabled() && !odd.is_enabled() && !odd.is_named("deploy"));
    assert_eq!((odd.name.as_str(), list.unreadable), (".github/workflows/odd.yaml", 1));
}

#[tokio::test]
async fn a_file_is_read_as_it_is_at_a_commit() {
    let services = github(|path| {
        assert_eq!(path, "/contents/.github/workflows/a%20b.yml?ref=feature%2Fx");
        Some(([(header::CONTENT_TYPE, "application/vnd.github.raw+json")], "on: push\n").into_response())
    })
    .await;
    let file = services.github.file(&repo(), ".github/workflows/a b.yml", Some("feature/x")).await.unwrap();
    assert_eq!(file.text, b"on: push\n");
    assert_eq!(file.reference, "feature/x");
}

#[tokio::test]
async fn annotations_and_artifacts_keep_what_can_be_read() {
    let services = github(|path| {
        Some(if path.starts_with("/check-runs/9/annotations") {
            let annotations = json!([
                { "path": "src/lib.rs", "start_line": 7, "annotation_level": "failure", "message": "unused" },
                { "path": ".github", "start_line": 1, "annotation_level": null, "message": null },
                17,
            ]);
            Json(annotations).into_response()
        } else {
            let artifacts = json!([
                { "id": 3, "name": "coverage", "size_in_bytes": 9, "expired": true, "expires_at": "odd" },
                { "name": "no id" },
            ]);
            Json(json!({ "total_count": 2, "artifacts": artifacts })).into_response()
        })
    })
    .await;
    let annotations = services.github.annotations(&repo(), 9).await.unwrap();
    let places: Vec<_> = annotations.iter().map(Annotation::place).collect();
    assert_eq!(places, [Some("src/lib.rs:7".to_owned()), None]);
    let artifacts = services.github.artifacts(&repo(), RunId(1)).await.unwrap();
    assert_eq!(artifacts.len(), 1);
    assert!(artifacts[0].is_expired);
}

#[tokio::test]
async fn what_runs_in_an_environment_is_the_latest_success() {
    let services = github(|path| {
        let status = |state: &str| Json(json!([{ "state": state }])).into_response();
        let deployment = |id: u64, environment: &str, commit: &str| {
            json!({ "id": id, "environment": environment, "sha": commit, "ref": "main", "creator": null })
        };
        Some(match path.split('?').next().unwrap_or_default() {
            "/environments" => {
                Json(json!({ "environments": [{ "name": "production" }, { "name": "empty" }] })).into_response()
            }
            "/deployments" => Json(json!([
                deployment(4, "production", "ccc"),
                deployment(3, "production", "bbb"),
                deployment(2, "production", "aaa"),
                deployment(1, "staging/eu west", "bbb"),
            ]))
            .into_response(),
            "/deployments/4/statuses" => status("in_progress"),
            "/deployments/3/statuses" => status("failure"),
            _ => status("success"),
        })
    })
    .await;
    let found = services.github.environments(&repo()).await.unwrap();
    let commits: Vec<_> = found
        .environments
        .iter()
        .map(|environment| {
            let commit = |deployment: &Option<hello_model::run::EnvironmentDeployment>| {
                deployment.as_ref().map(|deployment| deployment.commit.clone())
            };
            (environment.name.as_str(), commit(&environment.current), commit(&environment.latest))
        })
        .collect();
    let some = |commit: &str| Some(commit.to_owned());
    assert_eq!(
        commits,
        [
            ("production", some("aaa"), some("ccc")),
            ("empty", None, None),
            ("staging/eu west", some("bbb"), None)
        ]
    );
}

#[tokio::test]
async fn runs_are_selected_by_github() {
    let services = github(|path| {
        assert_eq!(
            path,
            "/actions/workflows/deploy.yml/runs?per_page=30&branch=feature%2Fx&event=push&status=failure&actor=jane&head_sha=abc"
        );
        Some(Json(json!({ "total_count": 0, "workflow_runs": [] })).into_response())
    })
    .await;
    let some = |text: &str| Some(text.to_owned());
    let filter = RunFilter {
        workflow: some("deploy.yml"),
        branch: some("feature/x"),
        event: some("push"),
        status: some("failure"),
        actor: some("jane"),
        commit: some("abc"),
    };
    let list = services.github.runs_page(&RunQuery { repo: repo(), filter }, None).await.unwrap();
    assert_eq!(list.runs.items, []);
}

#[tokio::test]
async fn the_budget_is_that_of_the_latest_answer() {
    let services = github(|_| {
        let headers = [
            ("x-ratelimit-limit", "5000"),
            ("x-ratelimit-remaining", "420"),
            ("x-ratelimit-reset", "1800000000"),
        ];
        Some((headers, Json(json!({ "workflows": [] }))).into_response())
    })
    .await;
    assert_eq!(services.github.budget(), None);
    services.github.workflows(&repo()).await.unwrap();
    let budget = services.github.budget().unwrap();
    assert_eq!((budget.limit, budget.remaining, budget.is_low()), (5_000, 420, true));
}

#[tokio::test]
async fn a_web_page_of_a_proxy_is_not_taken_for_an_answer() {
    let services = github(|_| {
        let headers = [(header::CONTENT_TYPE, "text/html")];
        Some((headers, "<html><title>Sign in to the network</title></html>").into_response())
    })
    .await;
    for failure in [
        services.github.workflows(&repo()).await.unwrap_err(),
        services.github.annotations(&repo(), 1).await.unwrap_err(),
        services.github.environments(&repo()).await.unwrap_err(),
    ] {
        assert_eq!(failure.kind, Kind::Unexpected);
    }
}
