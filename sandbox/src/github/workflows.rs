//! Workflows: lists, one workflow, and enabling and disabling it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, RawQuery, State as Shared};
use axum::response::IntoResponse as _;
use http::StatusCode;
use serde_json::json;

use crate::simulation::{Command, Workflow};
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::objects::Writer;
use super::page::{Page, without_page};

/// The path parameters of a workflow's routes.
pub(super) type OfWorkflow = Path<(String, String, String)>;

/// Finds a workflow by its id or by the name of its file.
pub(super) fn find(requested: &str) -> Result<Workflow, Refused> {
    let found = Workflow::ALL.into_iter().find(|workflow| {
        requested == workflow.file() || requested == workflow.path() || requested.parse() == Ok(workflow.id())
    });
    found.ok_or_else(Refused::not_found)
}

/// Answers `GET …/actions/workflows`.
pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Query(page): Query<Page>,
    RawQuery(query): RawQuery,
) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let workflows = Workflow::ALL.map(|workflow| writer.workflow(workflow));
    let url = without_page(&format!("{}/actions/workflows", writer.repo_url()), query.as_deref());
    let body = json!({"total_count": workflows.len(), "workflows": page.of(&workflows)});
    Ok((page.links(workflows.len(), &url), Json(body)).into_response())
}

/// Answers `GET …/actions/workflows/{id or file}`.
pub(super) async fn show(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, requested)): OfWorkflow,
) -> Answer {
    let workflow = find(&requested)?;
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    Ok(Json(writer.workflow(workflow)).into_response())
}

/// Answers `PUT …/enable`.
pub(super) async fn enable(Shared(state): Shared<Arc<State>>, Path((_, _, requested)): OfWorkflow) -> Answer {
    set(&state, &requested, true)
}

/// Answers `PUT …/disable`.
pub(super) async fn disable(
    Shared(state): Shared<Arc<State>>,
    Path((_, _, requested)): OfWorkflow,
) -> Answer {
    set(&state, &requested, false)
}

fn set(state: &State, requested: &str, enabled: bool) -> Answer {
    let workflow = find(requested)?;
    state.act(|_| Ok::<_, Refused>((Command::Enable { workflow, enabled }, ())))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
