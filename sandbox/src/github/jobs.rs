//! Jobs: lists, one job, and the redirects to logs.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, RawQuery, State as Shared};
use axum::response::IntoResponse as _;
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::simulation::{Attempt, Job, Run, Status, World};
use crate::state::State;
use crate::storage::{Blob, is_expired};

use super::answer::{Answer, Origin, Refused};
use super::objects::Writer;
use super::page::{Page, without_page};
use super::runs::OfRun;

#[derive(Debug, Deserialize)]
pub(super) struct ListFilter {
    filter: Option<String>,
}

/// Answers `GET …/runs/{run}/jobs`: the jobs of the latest attempt, or of all attempts.
pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
    Query(which): Query<ListFilter>,
    Query(page): Query<Page>,
    RawQuery(query): RawQuery,
) -> Answer {
    let world = state.world_of(id);
    let run = world.run(id).ok_or_else(Refused::not_found)?;
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let jobs = match which.filter.as_deref() {
        None | Some("latest") => jobs_of(&writer, run, run.attempt(world.now)),
        Some("all") => {
            let started = run.attempts.iter().filter(|attempt| attempt.started_at <= world.now);
            started.flat_map(|attempt| jobs_of(&writer, run, attempt)).collect()
        }
        Some(_) => return Err(Refused::invalid("Validation Failed")),
    };
    let url = without_page(&format!("{}/actions/runs/{id}/jobs", writer.repo_url()), query.as_deref());
    let body = json!({"total_count": jobs.len(), "jobs": page.of(&jobs)});
    Ok((page.links(jobs.len(), &url), Json(body)).into_response())
}

/// Answers `GET …/runs/{run}/attempts/{attempt}/jobs`.
pub(super) async fn list_of_attempt(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id, number)): Path<(String, String, u64, u64)>,
    Query(page): Query<Page>,
) -> Answer {
    let world = state.world_of(id);
    let run = world.run(id).ok_or_else(Refused::not_found)?;
    let attempt =
        run.attempts.iter().find(|attempt| attempt.number == number).ok_or_else(Refused::not_found)?;
    let jobs = jobs_of(&Writer { names: state.names(), origin: &origin, world: &world }, run, attempt);
    Ok(Json(json!({"total_count": jobs.len(), "jobs": page.of(&jobs)})).into_response())
}

fn jobs_of(writer: &Writer<'_>, run: &Run, attempt: &Attempt) -> Vec<Value> {
    attempt.jobs_at(writer.world.now).map(|(place, job)| writer.job(run, attempt, place, job)).collect()
}

pub(super) fn find(world: &World, id: u64) -> Result<(&Run, &Attempt, usize, &Job), Refused> {
    world.job(id).ok_or_else(Refused::not_found)
}

/// Answers `GET …/actions/jobs/{job}`.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
) -> Answer {
    let world = state.world_of(Run::of_job(id).0);
    let (run, attempt, place, job) = find(&world, id)?;
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    Ok(Json(writer.job(run, attempt, place, job)).into_response())
}

/// Answers `GET …/actions/jobs/{job}/logs` with a redirect once the job has ended.
pub(super) async fn logs(Shared(state): Shared<Arc<State>>, Path((_, _, id)): OfRun) -> Answer {
    let world = state.world_of(Run::of_job(id).0);
    let (_, attempt, _, job) = find(&world, id)?;
    let is_over = matches!(job.status(world.now, &attempt.gates), Status::Completed(_));
    if !is_over || job.steps.is_empty() {
        return Err(Refused::not_found());
    }
    redirect(&state, &world, Blob::JobLog(id), attempt)
}

/// Answers `GET …/runs/{run}/logs` with a redirect to an archive once the run has ended.
pub(super) async fn logs_of_run(Shared(state): Shared<Arc<State>>, Path((_, _, id)): OfRun) -> Answer {
    let world = state.world_of(id);
    let run = world.run(id).ok_or_else(Refused::not_found)?;
    let attempt = run.attempt(world.now);
    let is_over = matches!(attempt.status(world.now), Status::Completed(_));
    if !is_over || attempt.jobs.is_empty() {
        return Err(Refused::not_found());
    }
    redirect(&state, &world, Blob::RunLogs(id), attempt)
}

fn redirect(state: &State, world: &World, blob: Blob, attempt: &Attempt) -> Answer {
    if is_expired(attempt.started_at, world.now) {
        return Err(Refused::new(StatusCode::GONE, "Server Error"));
    }
    let link = blob.address(state, world.now);
    Ok((StatusCode::FOUND, [(header::LOCATION, link)]).into_response())
}
