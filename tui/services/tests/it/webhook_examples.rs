//! Our models against GitHub's examples of what it sends: the payloads of webhooks of github.com and of five releases of
//! Enterprise Server. They hold the same runs, jobs and deployments as the responses of the API.
//!
//! The examples hold no annotations, only their number.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use crate::answering::{serve, services};
use axum::{Json, Router, extract::Request, response::IntoResponse};
use hello_model::{
    run::{EnvironmentDeployment, Job, Repo, Run, RunId, State},
    time::Timestamp,
};
use hello_services::Services;
use serde_json::{Value, json};

/// The variable that names the folder with the examples; the project's test command provides it.
const GITHUB: &str = "HELLO_THIRD_PARTY_GITHUB";

const EXAMPLES: &str = "node_modules/@octokit/webhooks-examples";

/// Returns all payloads. If they are not provided, returns `None`; on CI, fails.
#[expect(clippy::print_stdout, reason = "a skipped test prints its reason")]
fn payloads() -> Option<Vec<Value>> {
    let Some(folder) = env::var_os(GITHUB).map(PathBuf::from) else {
        assert!(env::var("CI").as_deref() != Ok("true"), "{GITHUB} must name GitHub's examples of webhooks");
        println!("skipped: {GITHUB} is not set; `cargo xtask test` provides it");
        return None;
    };
    let servers = fs::read_dir(folder.join(EXAMPLES)).unwrap().map(|entry| entry.unwrap().path());
    let files = servers.map(|server| server.join("index.json")).filter(|file| file.is_file());
    Some(files.map(|file| serde_json::from_slice(&fs::read(file).unwrap()).unwrap()).collect())
}

/// Finds the objects with an id that are the member `name`, wherever it is.
fn members<'v>(value: &'v Value, name: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| members(value, name, found)),
        Value::Object(object) => {
            found.extend(object.get(name).filter(|member| member["id"].is_u64()));
            object.values().for_each(|value| members(value, name, found));
        }
        _ => {}
    }
}

fn all<'v>(payloads: &'v [Value], name: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    for payload in payloads {
        members(payload, name, &mut found);
    }
    found
}

fn repo() -> Repo {
    "octo-org/octo-repo".parse().unwrap()
}

/// Serves each path below the repository; a path that is not listed is an empty list.
async fn github(answers: BTreeMap<String, Value>) -> Services {
    let routes = Router::new().fallback(async move |request: Request| {
        let path = request.uri().path().trim_start_matches("/repos/octo-org/octo-repo");
        Json(answers.get(path).cloned().unwrap_or_else(|| json!([]))).into_response()
    });
    services(&serve(routes).await)
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str().map(|text| text.parse().unwrap())
}

fn state(value: &Value) -> State {
    State::from_words(value["status"].as_str().unwrap(), value["conclusion"].as_str())
}

fn is_same_run(run: &Run, theirs: &Value) {
    assert_eq!(run.id.0, theirs["id"].as_u64().unwrap());
    assert_eq!(run.number, theirs["run_number"].as_u64().unwrap(), "{theirs}");
    assert_eq!(u64::from(run.attempt), theirs["run_attempt"].as_u64().unwrap_or(1), "{theirs}");
    let name = theirs["name"].as_str().filter(|name| !name.is_empty());
    assert!(name.is_none_or(|name| run.workflow == name), "{theirs}");
    assert_eq!(run.state, state(theirs), "{theirs}");
    assert_eq!(run.created_at, time(&theirs["created_at"]), "{theirs}");
    assert_eq!(run.started_at, time(&theirs["run_started_at"]), "{theirs}");
    assert_eq!(run.updated_at, time(&theirs["updated_at"]), "{theirs}");
    assert_eq!(run.commit, theirs["head_sha"].as_str().unwrap(), "{theirs}");
    assert_eq!(run.event, theirs["event"].as_str().unwrap(), "{theirs}");
}

fn is_same_job(job: &Job, theirs: &Value) {
    assert_eq!(job.id, theirs["id"].as_u64().unwrap());
    assert_eq!(job.name, theirs["name"].as_str().unwrap(), "{theirs}");
    assert_eq!(job.state, state(theirs), "{theirs}");
    assert_eq!(job.created_at, time(&theirs["created_at"]), "{theirs}");
    assert_eq!(job.started_at, time(&theirs["started_at"]), "{theirs}");
    assert_eq!(job.completed_at, time(&theirs["completed_at"]), "{theirs}");
    assert_eq!(job.runner.as_deref(), theirs["runner_name"].as_str(), "{theirs}");
    let steps = theirs["steps"].as_array().unwrap();
    assert_eq!(job.steps.len(), steps.len(), "{theirs}");
    for (step, theirs) in job.steps.iter().zip(steps) {
        assert_eq!(step.name, theirs["name"].as_str().unwrap());
        assert_eq!(step.number, theirs["number"].as_u64().unwrap());
        assert_eq!(step.state, state(theirs), "{theirs}");
        assert_eq!(step.completed_at, time(&theirs["completed_at"]), "{theirs}");
    }
}

#[tokio::test]
async fn every_example_of_a_run_is_read_whole() {
    let Some(payloads) = payloads() else { return };
    let runs = all(&payloads, "workflow_run");
    let list = json!({ "total_count": runs.len(), "workflow_runs": runs });
    let listed =
        github([("/actions/runs".to_owned(), list)].into()).await.github.runs(&repo()).await.unwrap();
    assert_eq!((listed.runs.items.len(), listed.unreadable), (runs.len(), 0));
    assert!(runs.len() >= 10, "only {} runs", runs.len());
    for theirs in runs {
        let id = theirs["id"].as_u64().unwrap();
        let answers = [
            (format!("/actions/runs/{id}"), theirs.clone()),
            (format!("/actions/runs/{id}/jobs"), json!({ "total_count": 0, "jobs": [] })),
        ];
        let detail = github(answers.into()).await.github.run(&repo(), RunId(id)).await.unwrap();
        is_same_run(&detail.run, theirs);
    }
}

#[tokio::test]
async fn every_example_of_a_job_is_read_whole() {
    let Some(payloads) = payloads() else { return };
    let jobs = all(&payloads, "workflow_job");
    assert!(jobs.len() >= 10, "only {} jobs", jobs.len());
    let run = all(&payloads, "workflow_run")[0].clone();
    let answers = [
        ("/actions/runs/1".to_owned(), run),
        ("/actions/runs/1/jobs".to_owned(), json!({ "total_count": jobs.len(), "jobs": jobs })),
    ];
    let detail = github(answers.into()).await.github.run(&repo(), RunId(1)).await.unwrap();
    assert_eq!((detail.jobs.len(), detail.unreadable_jobs), (jobs.len(), 0));
    for (job, theirs) in detail.jobs.iter().zip(jobs) {
        is_same_job(job, theirs);
    }
}

fn is_same_deployment(deployment: &EnvironmentDeployment, theirs: &Value) {
    assert_eq!(deployment.id, theirs["id"].as_u64().unwrap());
    // A check run names its deployment without commit, reference and creator.
    assert_eq!(deployment.commit, theirs["sha"].as_str().unwrap_or_default());
    assert_eq!(deployment.reference.as_deref(), theirs["ref"].as_str());
    assert_eq!(deployment.creator.as_deref(), theirs["creator"]["login"].as_str());
    assert_eq!(deployment.created_at, time(&theirs["created_at"]));
}

#[tokio::test]
async fn every_example_of_a_deployment_is_read_whole() {
    let Some(payloads) = payloads() else { return };
    let deployments = all(&payloads, "deployment");
    assert!(deployments.len() >= 10, "only {} deployments", deployments.len());
    let status = all(&payloads, "deployment_status")[0];
    for theirs in deployments {
        let id = &theirs["id"];
        let answers = [
            ("/environments".to_owned(), json!({ "environments": [] })),
            ("/deployments".to_owned(), json!([theirs])),
            (format!("/deployments/{id}/statuses"), json!([status])),
        ];
        let found = github(answers.into()).await.github.environments(&repo()).await.unwrap();
        let [environment] = found.environments.as_slice() else { panic!("{found:?}") };
        assert_eq!(environment.name, theirs["environment"].as_str().unwrap());
        let deployment = environment.current.as_ref().or(environment.latest.as_ref()).unwrap();
        is_same_deployment(deployment, theirs);
        assert_eq!(deployment.state, status["state"].as_str().unwrap());
    }
}
