//! Reviews: environments that wait for a reviewer, their history, and the approval of a fork's run.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::response::IntoResponse as _;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::scenario::OPERATOR;
use crate::simulation::{Command, ENVIRONMENTS, Environment, Gate, Run, World};
use crate::state::State;

use super::answer::{Answer, Origin, Refused};
use super::deployments;
use super::environments;
use super::objects::Writer;
use super::runs::OfRun;

/// The sentence about a review that nothing waits for.
const NOTHING_PENDING: &str = "There are no pending deployment requests to approve or reject";

/// Answers `GET …/pending_deployments`.
pub(super) async fn pending(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
) -> Answer {
    let world = state.world_of(id);
    let run = world.run(id).ok_or_else(Refused::not_found)?;
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let pending = open(run, &world).map(|gate| {
        let environment = gate.environment;
        let waits = environment.wait_minutes > 0;
        json!({
            "environment": environments::brief(&writer, environment),
            "wait_timer": environment.wait_minutes,
            "wait_timer_started_at": waits.then(|| gate.opened_at.rfc3339()),
            "current_user_can_approve": environment.may_be_approved(),
            "reviewers": environments::reviewers(&writer, environment),
        })
    });
    Ok(Json(Value::Array(pending.collect())).into_response())
}

fn open<'r>(run: &'r Run, world: &World) -> impl Iterator<Item = &'r Gate> {
    let now = world.now;
    run.attempt(now).gates.iter().filter(move |gate| gate.is_open(now))
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
    let environments = requested.environment_ids;
    let deployments = state.act(|world| {
        let run = world.run(id).ok_or_else(Refused::not_found)?;
        judge(run, world, &environments)?;
        let writer = Writer { names: state.names(), origin: &origin, world };
        let deployments =
            deployments::of_run(&writer, run, |environment| environments.contains(&environment.id));
        let comment = requested.comment.clone();
        let environments = environments.clone();
        Ok::<_, Refused>((Command::Review { run: id, environments, approved, comment }, deployments))
    })?;
    Ok(Json(deployments).into_response())
}

/// Checks that every environment waits, and that the owner of the token may review it.
fn judge(run: &Run, world: &World, environments: &[u64]) -> Result<(), Refused> {
    let waiting = open(run, world).map(|gate| gate.environment).collect::<Vec<_>>();
    let mut reviewed = Vec::<&Environment>::new();
    for id in environments {
        let found = waiting.iter().find(|environment| environment.id == *id);
        reviewed.push(found.ok_or_else(|| Refused::invalid(NOTHING_PENDING))?);
    }
    if reviewed.is_empty() {
        return Err(Refused::invalid(NOTHING_PENDING));
    }
    if reviewed.iter().all(|environment| environment.may_be_approved()) {
        return Ok(());
    }
    Err(Refused::new(
        StatusCode::FORBIDDEN,
        "Current user is not allowed to approve or reject the deployments",
    ))
}

/// Answers `GET …/approvals`: the reviews of a run, the newest first.
pub(super) async fn history(
    Shared(state): Shared<Arc<State>>,
    Origin(origin): Origin,
    Path((_, _, id)): OfRun,
) -> Answer {
    let world = state.world_of(id);
    let run = world.run(id).ok_or_else(Refused::not_found)?;
    let writer = Writer { names: state.names(), origin: &origin, world: &world };
    let reviews = run.reviews.iter().rev().map(|review| {
        let environments = ENVIRONMENTS.into_iter().filter(|known| review.environments.contains(&known.id));
        json!({
            "environments": environments.map(|known| environments::brief(&writer, known)).collect::<Vec<_>>(),
            "state": if review.approved { "approved" } else { "rejected" },
            "user": writer.user(OPERATOR), "comment": review.comment,
        })
    });
    Ok(Json(Value::Array(reviews.collect())).into_response())
}

/// Answers `POST …/runs/{run}/approve`: the run of a fork's pull request starts.
pub(super) async fn approve_fork(Shared(state): Shared<Arc<State>>, Path((_, _, id)): OfRun) -> Answer {
    state.act(|world| {
        let run = world.run(id).ok_or_else(Refused::not_found)?;
        let is_missing =
            run.attempt(world.now).approval.is_some_and(|approval| approval.is_missing(world.now));
        if is_missing {
            return Ok((Command::ApproveFork { run: id }, ()));
        }
        let message = "This run is not from a fork pull request or is not awaiting approval";
        Err(Refused::new(StatusCode::FORBIDDEN, message))
    })?;
    Ok((StatusCode::CREATED, Json(json!({}))).into_response())
}
