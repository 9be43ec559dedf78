//! Workflows: the two that the repository has.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::response::IntoResponse as _;
use serde_json::json;

use crate::simulation::Workflow;
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::objects::Writer;

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
pub(super) async fn list(Shared(state): Shared<Arc<State>>, Origin(origin): Origin) -> Answer {
    let world = state.world();
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let workflows = Workflow::ALL.map(|workflow| writer.workflow(workflow));
    Ok(Json(json!({"total_count": workflows.len(), "workflows": workflows})).into_response())
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
