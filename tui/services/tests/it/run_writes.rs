//! Runs are started, run again, cancelled and approved; and what GitHub says when it refuses.

use std::sync::{Arc, Mutex};

use crate::{
    answering::{say_and_hang_up, serve, services},
    writing::execute,
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use hello_model::{
    failure::{Failure, Kind},
    run::{RunId, RunRef},
    write::{
        Decision, Outcome, RerunJobs, Reviewed, RunAction, RunOutcome, RunWrite, Trigger, Write, WriteResult,
    },
};
use serde_json::{Value, json};
use url::Url;

/// What a server was asked, in order: `POST /path {"a":1}`.
type Asked = Arc<Mutex<Vec<String>>>;

type Answers = Arc<dyn Fn(usize, &str) -> Response + Send + Sync>;

/// Serves what `answer` makes of the number of a request and of its path.
async fn server(answer: impl Fn(usize, &str) -> Response + Send + Sync + 'static) -> (Url, Asked) {
    async fn handle(
        State((asked, answers)): State<(Asked, Answers)>,
        method: Method,
        uri: Uri,
        body: Bytes,
    ) -> Response {
        let body = String::from_utf8_lossy(&body);
        let number = {
            let mut asked = asked.lock().unwrap();
            asked.push(format!("{method} {uri} {body}").trim_end().to_owned());
            asked.len()
        };
        answers(number, uri.path())
    }
    let asked = Asked::default();
    let answers: Answers = Arc::new(answer);
    let routes = Router::new().fallback(handle).with_state((Arc::clone(&asked), answers));
    (serve(routes).await, asked)
}

fn said(status: u16, message: &str) -> Response {
    (StatusCode::from_u16(status).unwrap(), Json(json!({ "message": message }))).into_response()
}

fn write(action: RunAction) -> Write {
    let repo = "hello-truck/hello-truck".parse().unwrap();
    Write::Run(RunWrite { repo, action, audit_id: "write-1".to_owned() })
}

fn run() -> RunRef {
    RunRef { id: RunId(7), name: "deploy #42".to_owned() }
}

fn trigger() -> RunAction {
    RunAction::Trigger(Trigger {
        workflow: "deploy.yml".to_owned(),
        reference: "main".to_owned(),
        inputs: vec![("dry_run".to_owned(), "false".to_owned()), ("count".to_owned(), "3".to_owned())],
    })
}

fn rerun(jobs: RerunJobs) -> RunAction {
    RunAction::Rerun { run: run(), jobs, debug: false }
}

/// Executes an action, and returns its result and what was asked.
async fn ran(
    action: RunAction,
    answer: impl Fn(usize, &str) -> Response + Send + Sync + 'static,
) -> (WriteResult, Vec<String>) {
    let (url, asked) = server(answer).await;
    let result = execute(&services(&url), write(action)).await;
    let asked = asked.lock().unwrap().clone();
    (result, asked)
}

fn started(run: u64, url: &str, is_guess: bool) -> WriteResult {
    let url = Some(url.to_owned());
    WriteResult::Done(Outcome::Run(RunOutcome::Started { run: RunId(run), url, is_guess }))
}

fn refused(result: WriteResult) -> Failure {
    match result {
        WriteResult::Refused(failure) => failure,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn every_action_asks_what_github_documents() {
    let environments = vec![Reviewed { id: 5, name: "production".to_owned() }];
    let review = |decision| RunAction::Review {
        run: run(),
        environments: environments.clone(),
        decision,
        comment: "looks good".to_owned(),
    };
    let set = |is_enabled| RunAction::SetEnabled { workflow: "a b.yml".to_owned(), is_enabled };
    let cases = [
        (rerun(RerunJobs::All), "POST runs/7/rerun"),
        (rerun(RerunJobs::Failed), "POST runs/7/rerun-failed-jobs"),
        (rerun(RerunJobs::One { id: 9, name: "build".to_owned() }), "POST jobs/9/rerun"),
        (
            RunAction::Rerun { run: run(), jobs: RerunJobs::All, debug: true },
            "POST runs/7/rerun {\"enable_debug_logging\":true}",
        ),
        (RunAction::Cancel { run: run(), force: false }, "POST runs/7/cancel"),
        (RunAction::Cancel { run: run(), force: true }, "POST runs/7/force-cancel"),
        (
            review(Decision::Approve),
            "POST runs/7/pending_deployments {\"comment\":\"looks good\",\"environment_ids\":[5],\"state\":\"approved\"}",
        ),
        (
            review(Decision::Reject),
            "POST runs/7/pending_deployments {\"comment\":\"looks good\",\"environment_ids\":[5],\"state\":\"rejected\"}",
        ),
        (RunAction::ApproveFork { run: run(), notes: Vec::new() }, "POST runs/7/approve"),
        (set(true), "PUT workflows/a%20b.yml/enable"),
        (set(false), "PUT workflows/a%20b.yml/disable"),
    ];
    for (action, expected) in cases {
        let (result, asked) = ran(action, |_, _| Json(json!({})).into_response()).await;
        assert_eq!(result, WriteResult::Done(Outcome::Run(RunOutcome::Accepted)), "{expected}");
        let asked: Vec<_> =
            asked.iter().map(|line| line.replace("/repos/hello-truck/hello-truck/actions/", "")).collect();
        assert_eq!(asked, [expected]);
    }
}

#[tokio::test]
async fn a_trigger_sends_texts_and_follows_the_run_that_github_names() {
    let (result, asked) = ran(trigger(), |_, _| {
        Json(json!({ "workflow_run_id": 9004, "run_url": "u", "html_url": "h" })).into_response()
    })
    .await;
    assert_eq!(result, started(9004, "h", false));
    let body: Value =
        serde_json::from_str(asked[0].split_once(' ').unwrap().1.split_once(' ').unwrap().1).unwrap();
    let inputs = json!({ "dry_run": "false", "count": "3" });
    assert_eq!(body, json!({ "ref": "main", "inputs": inputs, "return_run_details": true }));
    assert!(
        asked[0].starts_with("POST /repos/hello-truck/hello-truck/actions/workflows/deploy.yml/dispatches ")
    );
    assert_eq!(asked.len(), 1);
}

#[tokio::test]
async fn an_older_enterprise_server_is_asked_again_and_the_run_is_a_guess() {
    let list = |at: &str| {
        json!({ "workflow_runs": [
            { "id": 3, "head_branch": "other", "created_at": at },
            { "id": 2, "head_branch": "main", "created_at": at },
            { "id": 1, "head_branch": "main", "created_at": "2020-01-01T00:00:00Z" },
        ]})
    };
    let now = jiff::Timestamp::now().to_string();
    let (result, asked) = ran(trigger(), move |number, path| match (number, path) {
        (1, _) => said(400, "Invalid request.\n\n\"return_run_details\" is not a permitted key."),
        (2, _) => StatusCode::NO_CONTENT.into_response(),
        (_, "/user") => Json(json!({ "login": "jane" })).into_response(),
        _ => Json(list(&now)).into_response(),
    })
    .await;
    assert_eq!(result, started(2, "", true));
    assert!(!asked[1].contains("return_run_details"), "{}", asked[1]);
    assert!(asked[3].contains("event=workflow_dispatch&actor=jane"), "{}", asked[3]);
    assert_eq!(asked.len(), 4);
}

#[tokio::test]
async fn a_write_without_an_answer_is_never_repeated() {
    for status in [500, 502, 503, 504] {
        let (result, asked) = ran(trigger(), move |_, _| said(status, "Server Error")).await;
        assert!(matches!(result, WriteResult::Unknown(_)), "{status}: {result:?}");
        assert_eq!(asked.len(), 1, "{status}");
    }
    let cut = say_and_hang_up(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{").await;
    let result = execute(&services(&cut), write(trigger())).await;
    assert!(matches!(result, WriteResult::Unknown(_)), "{result:?}");
}

#[tokio::test]
async fn a_refused_input_is_named_with_its_field() {
    let told = "Provided value 'prod' for input 'stage' not in the list of allowed values";
    let failure = refused(ran(trigger(), move |_, _| said(422, told)).await.0);
    let Kind::Invalid(faults) = &failure.kind else { panic!("{failure:?}") };
    assert_eq!(faults[0].field, "stage");
    let failure = refused(ran(trigger(), |_, _| said(404, "Not Found")).await.0);
    let hint = failure.hint.unwrap();
    for cause in ["default branch", "actions: write", "--repo"] {
        assert!(hint.contains(cause), "{hint}");
    }
}

#[tokio::test]
async fn a_rerun_that_github_refuses_tells_why_and_what_to_do_instead() {
    let cases = [
        ("This job cannot be re-run individually because it belongs to a reusable workflow.", "--failed"),
        ("Only jobs from the current attempt can be re-run", "latest attempt"),
        ("This workflow is already running", "cancel"),
        ("Unable to retry this workflow run because it was created over a month ago", "trigger"),
        ("This workflow run has been re-run too many times (limit 50)", "trigger"),
    ];
    for (told, instead) in cases {
        let failure = refused(ran(rerun(RerunJobs::Failed), move |_, _| said(403, told)).await.0);
        assert!(matches!(failure.kind, Kind::Invalid(_)), "{failure:?}");
        assert!(failure.why.contains(told), "{failure:?}");
        assert!(failure.hint.as_ref().is_some_and(|hint| hint.contains(instead)), "{failure:?}");
    }
}

#[tokio::test]
async fn a_missing_permission_is_not_a_refusal_of_the_action() {
    let denied = |_: usize, _: &str| {
        let headers = [("x-accepted-github-permissions", "actions=write")];
        (headers, said(403, "Resource not accessible by personal access token")).into_response()
    };
    let failure = refused(ran(rerun(RerunJobs::All), denied).await.0);
    assert_eq!(failure.kind, Kind::Unauthorized);
    assert!(failure.why.contains("actions=write"), "{failure:?}");
}
