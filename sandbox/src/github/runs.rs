//! Runs: lists, one run, and one attempt of a run.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, RawQuery, State as Shared};
use axum::response::IntoResponse as _;
use serde_json::json;

use crate::simulation::{Run, Workflow};
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::objects::Writer;
use super::page::{Page, without_page};
use super::run_filter::Filter;
use super::workflows::{OfWorkflow, find};

/// The number of runs that a list with a filter reaches.
const MAX_FILTERED: usize = 1_000;

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
    let wanted = |run: &Run| workflow.is_none_or(|only| only == run.workflow) && filter.matches(run, &world);
    let runs = world.runs.iter().filter(|run| wanted(run)).collect::<Vec<_>>();
    // The runs before the simulation are computed only as far as the page needs them.
    let is_unfiltered = workflow.is_none() && filter.is_empty();
    let past = state.past((!is_unfiltered).then_some(&wanted));
    let total = runs.len() + past.len();
    let reachable = if filter.is_empty() { total } else { total.min(MAX_FILTERED) };
    let write = |run: &Run| writer.run(run, run.attempt(world.now));
    let shown = page.range(reachable).filter_map(|place| match runs.get(place) {
        Some(run) => Some(write(run)),
        None => past.get(place - runs.len()).map(|run| write(&run)),
    });
    let shown = shown.collect::<Vec<_>>();
    let of = workflow.map_or(String::new(), |workflow| format!("/workflows/{}", workflow.id()));
    let url = without_page(&format!("{}/actions{of}/runs", writer.repo_url()), query);
    (page.links(reachable, &url), Json(json!({"total_count": total, "workflow_runs": shown}))).into_response()
}

/// Answers `GET …/actions/runs/{run}`.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
) -> Answer {
    let world = state.world_of(id);
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
    let world = state.world_of(id);
    let run = world.run(id).ok_or_else(Refused::not_found)?;
    let attempt =
        run.attempts.iter().find(|attempt| attempt.number == number).ok_or_else(Refused::not_found)?;
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    Ok(Json(writer.run(run, attempt)).into_response())
}
