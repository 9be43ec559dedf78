//! Manual dispatch of a workflow.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::IntoResponse as _;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::simulation::{Command, Workflow, World};
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::workflows::{OfWorkflow, find};

/// The environments that `docker-deploy.yaml` accepts as input.
const ENVIRONMENTS: [&str; 2] = ["staging", "production"];

#[derive(Debug, Deserialize)]
struct RequestBody {
    r#ref: String,
    #[serde(default)]
    inputs: BTreeMap<String, Value>,
    #[serde(default)]
    return_run_details: bool,
}

/// Answers `POST …/dispatches`: 200 with the new run's id if the client asks for it, otherwise 204.
pub(super) async fn create(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, requested)): OfWorkflow,
    body: Bytes,
) -> Answer {
    let workflow = find(&requested)?;
    let requested = serde_json::from_slice::<RequestBody>(&body)
        .map_err(|_| Refused::invalid("Invalid request.\n\n\"ref\" wasn't supplied."))?;
    let environment = environment(workflow, &requested.inputs)?;
    let run = state.act(|world| start(world, workflow, &requested.r#ref, environment))?;
    if !requested.return_run_details {
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

fn start(
    world: &World,
    workflow: Workflow,
    branch: &str,
    environment: Option<String>,
) -> Result<(Command, u64), Refused> {
    let Some(head) = world.head(branch) else {
        return Err(Refused::invalid(format!("No ref found for: {branch}")));
    };
    let run = State::fresh_run_id(world);
    Ok((Command::Dispatch { run, workflow, branch: head.branch.clone(), environment }, run))
}

fn environment(workflow: Workflow, inputs: &BTreeMap<String, Value>) -> Result<Option<String>, Refused> {
    let unexpected = inputs.keys().filter(|name| workflow != Workflow::Deploy || *name != "environment");
    let unexpected = unexpected.map(|name| format!("\"{name}\"")).collect::<Vec<_>>();
    if !unexpected.is_empty() {
        return Err(Refused::invalid(format!("Unexpected inputs provided: [{}]", unexpected.join(", "))));
    }
    match inputs.get("environment") {
        None => Ok(None),
        Some(Value::String(name)) if ENVIRONMENTS.contains(&name.as_str()) => Ok(Some(name.clone())),
        Some(other) => Err(Refused::invalid(format!(
            "Provided value {other} for input 'environment' not in the list of allowed values"
        ))),
    }
}
