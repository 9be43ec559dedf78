//! Jobs: lists, one job, and its log behind a link that expires after a minute.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, RawQuery, State as Shared};
use axum::response::IntoResponse as _;
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::log::job_log;
use crate::moment::{Moment, secs};
use crate::simulation::{Attempt, Job, Run, Status, World};
use crate::state::State;

use super::BLOBS;
use super::answer::{Answer, Origin, Refused};
use super::objects::Writer;
use super::page::{Page, without_page};
use super::runs::{OfRun, record_rerun};

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
    let world = state.world();
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
    let world = state.world();
    let run = world.run(id).ok_or_else(Refused::not_found)?;
    let attempt =
        run.attempts.iter().find(|attempt| attempt.number == number).ok_or_else(Refused::not_found)?;
    let jobs = jobs_of(&Writer { names: state.names(), origin: &origin, world: &world }, run, attempt);
    Ok(Json(json!({"total_count": jobs.len(), "jobs": page.of(&jobs)})).into_response())
}

fn jobs_of(writer: &Writer<'_>, run: &Run, attempt: &Attempt) -> Vec<Value> {
    attempt.jobs_at(writer.world.now).map(|(place, job)| writer.job(run, attempt, place, job)).collect()
}

fn find(world: &World, id: u64) -> Result<(&Run, &Attempt, usize, &Job), Refused> {
    let (run, number, place) = Run::of_job(id);
    let run = world.run(run).ok_or_else(Refused::not_found)?;
    let attempt =
        run.attempts.iter().find(|attempt| attempt.number == number).ok_or_else(Refused::not_found)?;
    let mut jobs = attempt.jobs_at(world.now);
    let (place, job) = jobs.find(|(at, _)| *at as u64 == place).ok_or_else(Refused::not_found)?;
    Ok((run, attempt, place, job))
}

/// Answers `GET …/actions/jobs/{job}`.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
) -> Answer {
    let world = state.world();
    let (run, attempt, place, job) = find(&world, id)?;
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    Ok(Json(writer.job(run, attempt, place, job)).into_response())
}

/// Answers `POST …/actions/jobs/{job}/rerun`: the other failed jobs of the run are rerun too.
pub(super) async fn rerun(Shared(state): Shared<Arc<State>>, Path((_, _, id)): OfRun) -> Answer {
    let run = find(&state.world(), id)?.0.id;
    record_rerun(&state, run, true)
}

/// Answers `GET …/check-runs/{job}/annotations`: one error if the job failed.
pub(super) async fn annotations(Shared(state): Shared<Arc<State>>, Path((_, _, id)): OfRun) -> Answer {
    let world = state.world();
    let (run, attempt, _, job) = find(&world, id)?;
    let failed = job.status(world.now, attempt.gate.as_ref()).conclusion() == Some("failure");
    let annotation = json!({
        "path": ".github", "blob_href": format!("https://github.com/{}/blob/{}/.github", state.names().slug(), run.commit.sha),
        "start_line": 1, "start_column": null, "end_line": 1, "end_column": null, "annotation_level": "failure",
        "title": "", "message": "Process completed with exit code 1.", "raw_details": "",
    });
    Ok(Json(if failed { vec![annotation] } else { Vec::new() }).into_response())
}

/// Answers `GET …/actions/jobs/{job}/logs` with a redirect once the job has ended.
pub(super) async fn logs(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
) -> Answer {
    let world = state.world();
    let (_, attempt, _, job) = find(&world, id)?;
    if !matches!(job.status(world.now, attempt.gate.as_ref()), Status::Completed(_)) || job.steps.is_empty() {
        return Err(Refused::not_found());
    }
    let host = origin.strip_suffix("/api/v3").unwrap_or(&origin);
    let link = format!("{host}{BLOBS}/jobs/{id}?se={}", (world.now + secs(60)).millis());
    Ok((StatusCode::FOUND, [(header::LOCATION, link)]).into_response())
}

#[derive(Debug, Deserialize)]
pub(super) struct Expiry {
    se: i64,
}

/// Answers the link to a job's log; an expired link gets the blob store's 403.
pub(super) async fn blob(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<u64>,
    Query(expiry): Query<Expiry>,
) -> Answer {
    let world = state.world();
    if Moment::from_millis(expiry.se) < world.now {
        let message = "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code>\
                       <Message>Signed expiry time has to be after signed start time.</Message></Error>";
        let kind = [(header::CONTENT_TYPE, "application/xml")];
        return Ok((StatusCode::FORBIDDEN, kind, message).into_response());
    }
    let (.., job) = find(&world, id)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], job_log(job)).into_response())
}
