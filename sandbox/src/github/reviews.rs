//! Environments that wait for a reviewer.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::scenario::OPERATOR;
use crate::simulation::{Command, Run, Status};
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::objects::Writer;
use super::runs::OfRun;

const PRODUCTION: &str = "production";
const PRODUCTION_ID: u64 = 6_120_044;

/// Answers `GET …/pending_deployments`.
pub(super) async fn pending(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
) -> Answer {
    let world = state.world();
    let run = world.run(id).ok_or_else(Refused::not_found)?;
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let waits = run.status(world.now) == Status::Waiting;
    let pending = waits.then(|| {
        json!({
            "environment": {
                "id": PRODUCTION_ID, "node_id": format!("EN_kwDO{PRODUCTION_ID:x}"), "name": PRODUCTION,
                "url": format!("{}/environments/{PRODUCTION}", writer.repo_url()),
                "html_url": format!(
                    "https://github.com/{}/deployments/activity_log?environments_filter={PRODUCTION}",
                    state.names().slug()
                ),
            },
            "wait_timer": 0, "wait_timer_started_at": null, "current_user_can_approve": true,
            "reviewers": [{"type": "User", "reviewer": writer.user(OPERATOR)}],
        })
    });
    Ok(Json(Value::Array(pending.into_iter().collect())).into_response())
}

#[derive(Debug, Deserialize)]
struct RequestBody {
    environment_ids: Vec<u64>,
    state: String,
    comment: String,
}

/// Answers `POST …/pending_deployments`: the run continues or fails.
pub(super) async fn review(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
    body: Bytes,
) -> Answer {
    let requested = serde_json::from_slice::<RequestBody>(&body)
        .map_err(|why| Refused::invalid(format!("Invalid request.\n\n{why}")))?;
    let approved = match requested.state.as_str() {
        "approved" => true,
        "rejected" => false,
        other => {
            return Err(Refused::invalid(format!(
                "{other} is not a member of [\"approved\", \"rejected\"]."
            )));
        }
    };
    if requested.environment_ids != [PRODUCTION_ID] {
        return Err(Refused::invalid("There are no pending deployment requests to approve or reject"));
    }
    let deployment = state.act(|world| {
        let run = world.run(id).ok_or_else(Refused::not_found)?;
        if run.status(world.now) != Status::Waiting {
            return Err(Refused::invalid("There are no pending deployment requests to approve or reject"));
        }
        let writer = Writer { names: state.names(), origin: &origin, world };
        Ok((
            Command::Review { run: id, approved, comment: requested.comment.clone() },
            deployment(&writer, run),
        ))
    })?;
    Ok(Json(json!([deployment])).into_response())
}

/// Writes the GitHub deployment that belongs to a reviewed run.
fn deployment(writer: &Writer<'_>, run: &Run) -> Value {
    let id = run.id * 3;
    let url = format!("{}/deployments/{id}", writer.repo_url());
    let at = writer.world.now.rfc3339();
    json!({
        "id": id, "node_id": format!("DE_kwDO{id:x}"), "sha": run.commit.sha, "ref": run.commit.branch,
        "task": "deploy", "payload": {}, "original_environment": PRODUCTION, "environment": PRODUCTION,
        "description": null, "creator": writer.user(run.actor), "created_at": at, "updated_at": at,
        "statuses_url": format!("{url}/statuses"), "url": url, "repository_url": writer.repo_url(),
        "transient_environment": false, "production_environment": true, "performed_via_github_app": null,
    })
}
