//! Runs: lists, one run, and rerun and cancel.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, RawQuery, State as Shared};
use axum::response::IntoResponse as _;
use http::StatusCode;
use serde_json::json;

use crate::simulation::{Command, Run, Status, Workflow};
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::objects::Writer;
use super::page::{Page, without_page};
use super::run_filter::Filter;
use super::workflows::{OfWorkflow, find};

/// The path parameters of a run's routes.
pub(super) type OfRun = Path<(String, String, u64)>;

/// Answers `GET …/actions/runs`.
pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
    RawQuery(query): RawQuery,
) -> Answer {
    Ok(listed(&state, &origin, &filter, page, query.as_deref(), None))
}

/// Answers `GET …/actions/workflows/{id or file}/runs`.
pub(super) async fn list_of_workflow(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, requested)): OfWorkflow,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
    RawQuery(query): RawQuery,
) -> Answer {
    Ok(listed(&state, &origin, &filter, page, query.as_deref(), Some(find(&requested)?)))
}

fn listed(
    state: &State,
    origin: &str,
    filter: &Filter,
    page: Page,
    query: Option<&str>,
    workflow: Option<Workflow>,
) -> axum::response::Response {
    let world = state.world();
    let writer = Writer { names: state.names(), origin, world: &world };
    let wanted = |run: &&Run| workflow.is_none_or(|only| only == run.workflow) && filter.matches(run, &world);
    let runs = world.runs.iter().filter(wanted).collect::<Vec<_>>();
    let shown = page.of(&runs).iter().map(|run| writer.run(run, run.attempt(world.now))).collect::<Vec<_>>();
    let of = workflow.map_or(String::new(), |workflow| format!("/workflows/{}", workflow.id()));
    let url = without_page(&format!("{}/actions{of}/runs", writer.repo_url()), query);
    (page.links(runs.len(), &url), Json(json!({"total_count": runs.len(), "workflow_runs": shown})))
        .into_response()
}

/// Answers `GET …/actions/runs/{run}`.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
) -> Answer {
    let world = state.world();
    let run = world.run(id).ok_or_else(Refused::not_found)?;
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    Ok(Json(writer.run(run, run.attempt(world.now))).into_response())
}

/// Answers `GET …/actions/runs/{run}/attempts/{attempt}`.
pub(super) async fn show_attempt(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id, number)): Path<(String, String, u64, u64)>,
) -> Answer {
    let world = state.world();
    let run = world.run(id).ok_or_else(Refused::not_found)?;
    let attempt =
        run.attempts.iter().find(|attempt| attempt.number == number).ok_or_else(Refused::not_found)?;
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    Ok(Json(writer.run(run, attempt)).into_response())
}

/// Answers `GET …/artifacts` with an empty list: the workflows store no artifacts.
pub(super) async fn artifacts(Shared(state): Shared<Arc<State>>, Path((_, _, id)): OfRun) -> Answer {
    state.world().run(id).ok_or_else(Refused::not_found)?;
    Ok(Json(json!({"total_count": 0, "artifacts": []})).into_response())
}

/// Answers `POST …/rerun`.
pub(super) async fn rerun(Shared(state): Shared<Arc<State>>, Path((_, _, id)): OfRun) -> Answer {
    record_rerun(&state, id, false)
}

/// Answers `POST …/rerun-failed-jobs`.
pub(super) async fn rerun_failed(Shared(state): Shared<Arc<State>>, Path((_, _, id)): OfRun) -> Answer {
    record_rerun(&state, id, true)
}

/// Records a rerun if the run is completed; a rerun of failed jobs also needs a failed run.
pub(super) fn record_rerun(state: &State, run: u64, failed_only: bool) -> Answer {
    state.act(|world| {
        let found = world.run(run).ok_or_else(Refused::not_found)?;
        let forbidden = |message: &str| Refused::new(StatusCode::FORBIDDEN, message);
        match found.status(world.now) {
            Status::Completed(_) if found.attempt(world.now).number >= 50 => {
                Err(forbidden("This workflow run has reached the limit of 50 attempts"))
            }
            Status::Completed(crate::simulation::Conclusion::Success) if failed_only => {
                Err(forbidden("This workflow run cannot be retried because it has no failed jobs"))
            }
            Status::Completed(_) => Ok((Command::Rerun { run, failed_only }, ())),
            _ => Err(forbidden("This workflow is already running")),
        }
    })?;
    Ok((StatusCode::CREATED, Json(json!({}))).into_response())
}

/// Answers `POST …/cancel`.
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
