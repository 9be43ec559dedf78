//! Deployments of the repository to its environments: one for each job that names an environment.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, RawQuery, State as Shared};
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::moment::Moment;
use crate::simulation::{Attempt, Conclusion, Environment, Job, Run, Status, World};
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::jobs::find;
use super::objects::Writer;
use super::page::{Page, without_page};
use super::runs::OfRun;

/// The filters of a list of deployments.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Filter {
    environment: Option<String>,
    r#ref: Option<String>,
    sha: Option<String>,
    task: Option<String>,
}

/// A job that deploys, with the run and attempt that it belongs to.
#[derive(Clone, Copy, Debug)]
struct Deploying<'w> {
    run: &'w Run,
    attempt: &'w Attempt,
    place: usize,
    job: &'w Job,
    environment: &'static Environment,
}

/// Answers `GET …/deployments`, the newest first.
pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
    RawQuery(query): RawQuery,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let mut deployments = world.runs.iter().flat_map(|run| of(run, &world)).collect::<Vec<_>>();
    deployments.retain(|deployment| filter.matches(deployment));
    deployments.sort_by_key(|deployment| std::cmp::Reverse((deployment.job.queued_at, deployment.id())));
    let url = without_page(&format!("{}/deployments", writer.repo_url()), query.as_deref());
    let shown = page.of(&deployments).iter().map(|shown| shown.write(&writer)).collect();
    Ok((page.links(deployments.len(), &url), Json(Value::Array(shown))).into_response())
}

/// Answers `GET …/deployments/{id}`.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    Ok(Json(one(&world, id)?.write(&writer)).into_response())
}

/// Answers `GET …/deployments/{id}/statuses`, the newest first.
pub(super) async fn statuses(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let deployment = one(&world, id)?;
    let mut statuses = deployment.statuses(&world);
    statuses.reverse();
    let written = statuses.iter().zip((0..statuses.len()).rev());
    let written = written.map(|((state, at), place)| deployment.status(&writer, state, *at, place));
    Ok(Json(Value::Array(written.collect())).into_response())
}

/// Returns the deployments of a run's latest attempt to the environments that match.
pub(super) fn of_run(writer: &Writer<'_>, run: &Run, matches: impl Fn(&Environment) -> bool) -> Vec<Value> {
    let number = run.attempt(writer.world.now).number;
    let latest = of(run, writer.world).filter(|deployment| deployment.attempt.number == number);
    latest.filter(|deployment| matches(deployment.environment)).map(|found| found.write(writer)).collect()
}

fn of<'w>(run: &'w Run, world: &World) -> impl Iterator<Item = Deploying<'w>> {
    let now = world.now;
    let started = run.attempts.iter().filter(move |attempt| attempt.started_at <= now);
    started.flat_map(move |attempt| {
        attempt.jobs_at(now).filter_map(move |(place, job)| {
            job.environment.map(|environment| Deploying { run, attempt, place, job, environment })
        })
    })
}

fn one(world: &World, id: u64) -> Result<Deploying<'_>, Refused> {
    let (run, attempt, place, job) = find(world, id)?;
    let environment = job.environment.ok_or_else(Refused::not_found)?;
    Ok(Deploying { run, attempt, place, job, environment })
}

impl Filter {
    fn matches(&self, deployment: &Deploying<'_>) -> bool {
        let same = |wanted: &Option<String>, is: &str| {
            wanted.as_deref().filter(|wanted| *wanted != "none").is_none_or(|wanted| wanted == is)
        };
        same(&self.environment, deployment.environment.name)
            && same(&self.r#ref, &deployment.run.commit.branch)
            && same(&self.sha, &deployment.run.commit.sha)
            && same(&self.task, "deploy")
    }
}

impl Deploying<'_> {
    /// The id of a deployment is that of its job.
    fn id(&self) -> u64 {
        self.run.job_id(self.attempt, self.place)
    }

    fn write(&self, writer: &Writer<'_>) -> Value {
        let (id, commit, name) = (self.id(), &self.run.commit, self.environment.name);
        let url = format!("{}/deployments/{id}", writer.repo_url());
        let changed = self.statuses(writer.world).last().map_or(self.job.queued_at, |(_, at)| *at);
        json!({
            "id": id, "node_id": format!("DE_kwDO{id:x}"), "sha": commit.sha, "ref": commit.branch,
            "task": "deploy", "payload": {}, "original_environment": name, "environment": name,
            "description": null, "creator": writer.user(self.attempt.actor),
            "created_at": self.job.queued_at.rfc3339(), "updated_at": changed.rfc3339(),
            "statuses_url": format!("{url}/statuses"), "url": url, "repository_url": writer.repo_url(),
            "transient_environment": false, "production_environment": name.starts_with("production"),
            "performed_via_github_app": null,
        })
    }

    /// Returns the states of the deployment so far and their times, the oldest first.
    fn statuses(&self, world: &World) -> Vec<(&'static str, Moment)> {
        let (job, now) = (self.job, world.now);
        let has_gate = self.attempt.gates.iter().any(|gate| gate.environment == self.environment);
        let first = if has_gate { "waiting" } else { "queued" };
        let mut statuses = vec![(first, job.queued_at)];
        statuses.extend(job.started_at.map(|at| ("in_progress", at)));
        if let Status::Completed(conclusion) = job.status(now, &self.attempt.gates) {
            let state = match conclusion {
                Conclusion::Success => "success",
                Conclusion::Skipped | Conclusion::Cancelled => "inactive",
                _ => "failure",
            };
            statuses.extend(job.end.map(|(at, _)| (state, at)));
        }
        statuses.retain(|(_, at)| *at <= now);
        statuses
    }

    fn status(&self, writer: &Writer<'_>, state: &str, at: Moment, place: usize) -> Value {
        let (id, repo) = (self.id(), writer.repo_url());
        let status = id * 10 + place as u64;
        let log = format!("https://github.com/{}/actions/runs/{}/job/{id}", writer.names.slug(), self.run.id);
        json!({
            "id": status, "node_id": format!("DES_kwDO{status:x}"), "state": state,
            "creator": writer.user(self.attempt.actor), "description": "", "environment": self.environment.name,
            "target_url": log, "log_url": log, "environment_url": format!("https://{}.example.com", writer.names.service), "performed_via_github_app": null,
            "url": format!("{repo}/deployments/{id}/statuses/{status}"),
            "deployment_url": format!("{repo}/deployments/{id}"), "repository_url": repo,
            "created_at": at.rfc3339(), "updated_at": at.rfc3339(),
        })
    }
}
