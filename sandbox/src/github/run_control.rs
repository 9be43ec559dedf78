//! Changes of runs: rerun and cancel, and GitHub's reasons to refuse them.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::IntoResponse as _;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::simulation::{Command, Conclusion, Run, Scope, Status, World};
use crate::state::State;

use super::answer::{Answer, Refused};
use super::jobs;
use super::runs::OfRun;

const MAX_ATTEMPTS: u64 = 50;
const MAX_AGE: Duration = Duration::from_hours(30 * 24);

/// The optional body of a rerun.
#[derive(Debug, Default, Deserialize)]
struct RequestBody {
    #[serde(default)]
    enable_debug_logging: bool,
}

/// Answers `POST …/runs/{run}/rerun`.
pub(super) async fn rerun(Shared(state): Shared<Arc<State>>, Path((_, _, id)): OfRun, body: Bytes) -> Answer {
    record(&state, id, Scope::All, &body)
}

/// Answers `POST …/runs/{run}/rerun-failed-jobs`.
pub(super) async fn rerun_failed(
    Shared(state): Shared<Arc<State>>,
    Path((_, _, id)): OfRun,
    body: Bytes,
) -> Answer {
    record(&state, id, Scope::Failed, &body)
}

/// Answers `POST …/actions/jobs/{job}/rerun`: the jobs that need it run again too.
pub(super) async fn rerun_job(
    Shared(state): Shared<Arc<State>>,
    Path((_, _, id)): OfRun,
    body: Bytes,
) -> Answer {
    let world = state.world();
    let (run, attempt, place, job) = jobs::find(&world, id)?;
    if attempt.number != run.attempt(world.now).number {
        return Err(forbidden("Only jobs from the current attempt can be re-run"));
    }
    if job.name.contains(" / ") {
        return Err(forbidden(
            "This job cannot be re-run individually because it belongs to a reusable workflow.",
        ));
    }
    record(&state, run.id, Scope::Job(place), &body)
}

fn forbidden(message: &str) -> Refused {
    Refused::new(StatusCode::FORBIDDEN, message)
}

fn record(state: &State, id: u64, scope: Scope, body: &[u8]) -> Answer {
    let body = if body.is_empty() { RequestBody::default() } else { read(body)? };
    state.act(|world| {
        let run = world.run(id).ok_or_else(Refused::not_found)?;
        judge(run, world, scope)?;
        let debug = body.enable_debug_logging;
        Ok::<_, Refused>((Command::Rerun { run: id, scope, debug }, ()))
    })?;
    Ok((StatusCode::CREATED, Json(json!({}))).into_response())
}

fn read(body: &[u8]) -> Result<RequestBody, Refused> {
    let parsed = serde_json::from_slice::<Option<RequestBody>>(body);
    Ok(parsed.map_err(|why| Refused::invalid(format!("Invalid request.\n\n{why}")))?.unwrap_or_default())
}

fn judge(run: &Run, world: &World, scope: Scope) -> Result<(), Refused> {
    let attempt = run.attempt(world.now);
    let Status::Completed(conclusion) = attempt.status(world.now) else {
        return Err(forbidden("This workflow is already running"));
    };
    if conclusion == Conclusion::ActionRequired || run.has_invalid_file() {
        return Err(forbidden("This workflow run cannot be retried"));
    }
    if world.now.since(run.created_at) > MAX_AGE {
        return Err(forbidden("Unable to retry this workflow run because it was created over a month ago"));
    }
    if attempt.number >= MAX_ATTEMPTS {
        return Err(forbidden("This workflow run has been re-run too many times (limit 50)"));
    }
    if conclusion == Conclusion::Success && scope == Scope::Failed {
        return Err(forbidden("This workflow run cannot be retried because it has no failed jobs"));
    }
    Ok(())
}

/// Answers `POST …/cancel` and `…/force-cancel`.
pub(super) async fn cancel(Shared(state): Shared<Arc<State>>, Path((_, _, run)): OfRun) -> Answer {
    state.act(|world| {
        let found = world.run(run).ok_or_else(Refused::not_found)?;
        match found.status(world.now) {
            Status::Completed(_) => {
                Err(Refused::new(StatusCode::CONFLICT, "Cannot cancel a workflow run that is completed."))
            }
            _ => Ok((Command::Cancel { run }, ())),
        }
    })?;
    Ok((StatusCode::ACCEPTED, Json(json!({}))).into_response())
}
