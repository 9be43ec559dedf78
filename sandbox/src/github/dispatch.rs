//! Manual dispatch of a workflow.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::IntoResponse as _;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::repository::{judge, run_name};
use crate::simulation::{Command, Dispatch, ENVIRONMENTS, Workflow, World};
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::headers::VERSION;
use super::workflows::{OfWorkflow, find};

/// The first version of the API that always returns the details of the run.
const WITH_DETAILS: &str = "2026-03-10";

#[derive(Debug, Deserialize)]
struct RequestBody {
    r#ref: String,
    inputs: Option<BTreeMap<String, Value>>,
    return_run_details: Option<bool>,
}

/// Answers `POST …/dispatches`: 200 with the new run's id if the client asks for it, otherwise 204.
pub(super) async fn create(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, requested)): OfWorkflow,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let workflow = find(&requested)?;
    let requested = serde_json::from_slice::<RequestBody>(&body)
        .map_err(|_| Refused::invalid("Invalid request.\n\n\"ref\" wasn't supplied."))?;
    if requested.return_run_details.is_some() && state.github().enterprise {
        let message = "Invalid request.\n\n\"return_run_details\" is not a permitted key.";
        return Err(Refused::new(StatusCode::BAD_REQUEST, message));
    }
    let run = state.act(|world| start(world, workflow, &requested))?;
    let by_version =
        headers.get(VERSION).is_some_and(|version| version.as_bytes() >= WITH_DETAILS.as_bytes());
    if !(by_version || requested.return_run_details == Some(true)) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let slug = state.names().slug();
    let details = json!({
        "workflow_run_id": run,
        "run_url": format!("{origin}/repos/{slug}/actions/runs/{run}"),
        "html_url": format!("https://github.com/{slug}/actions/runs/{run}"),
    });
    Ok(Json(details).into_response())
}

fn start(world: &World, workflow: Workflow, requested: &RequestBody) -> Result<(Command, u64), Refused> {
    let Some(head) = world.head(&requested.r#ref) else {
        return Err(Refused::invalid(format!("No ref found for: {}", requested.r#ref)));
    };
    if !world.is_enabled(workflow) {
        return Err(Refused::invalid("Cannot trigger a 'workflow_dispatch' on a disabled workflow"));
    }
    let file = head.files.read(workflow.path()).unwrap_or_default();
    let environments = ENVIRONMENTS.map(|environment| environment.name);
    let given = requested.inputs.clone().unwrap_or_default();
    let inputs = judge(file, &given, &environments).map_err(Refused::invalid)?;
    let run = State::fresh_run_id(world);
    let title = run_name(file, &inputs).unwrap_or_else(|| workflow.name().to_owned());
    let dispatch = Dispatch { run, workflow, commit: head.clone(), title, inputs };
    Ok((Command::Dispatch(Box::new(dispatch)), run))
}
