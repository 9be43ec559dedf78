//! The sandbox's own paths, under `/_sandbox`: health, clock, log load and faults. No real service has them.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as Shared;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{StatusCode, header};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;

use crate::clock::{ClockState, MAX_SPEED, MAX_STEP};
use crate::faults::{Fault, MAX_FAULTS};
use crate::names::Names;
use crate::repository::Snapshot;
use crate::scenario::{Commit, OPERATOR};
use crate::simulation::{Command, LogLoad, MAX_LINES, MAX_PAST};
use crate::state::{GithubSettings, State, TooManyCommands};

/// The longest time until the runs of a push appear, in seconds, and the longest name of its branch.
const MAX_PUSH_DELAY: u64 = 3_600;
const MAX_BRANCH: usize = 250;

/// The largest log of a job that a client may ask for, in bytes.
const MAX_LOG: u64 = 1 << 30;

/// The sandbox's descriptor for a software catalog.
const DESCRIPTOR: &str = include_str!("../assets/catalog-info.yaml");

pub(crate) fn router(state: &Arc<State>) -> Router {
    Router::new()
        .route("/catalog-info.yaml", get(descriptor))
        .route("/_sandbox/health", get(health))
        .route("/_sandbox/clock", get(read_clock).post(set_clock))
        .route("/_sandbox/logs", post(load_logs))
        .route("/_sandbox/github", post(set_github))
        .route("/_sandbox/push", post(push))
        .route("/_sandbox/device", post(decide_device))
        .route("/_sandbox/faults", get(list_faults).post(add_faults).delete(clear_faults))
        .with_state(Arc::clone(state))
}

/// Serves the descriptor with this sandbox's names filled in.
async fn descriptor(Shared(state): Shared<Arc<State>>) -> Response {
    let (usual, names) = (Names::default(), state.names());
    let text =
        DESCRIPTOR.replace(&usual.service_arn(), &names.service_arn()).replace(&usual.slug(), &names.slug());
    ([(header::CONTENT_TYPE, "application/yaml")], text).into_response()
}

async fn health(Shared(state): Shared<Arc<State>>) -> Response {
    Json(json!({"status": "ok", "now": state.clock.state().now, "seed": state.scenario.seed})).into_response()
}

async fn read_clock(Shared(state): Shared<Arc<State>>) -> Json<ClockState> {
    Json(state.clock.state())
}

/// A change of the clock: the step to advance by, and the speed after it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    advance: Option<SignedDuration>,
    speed: Option<f64>,
}

async fn set_clock(Shared(state): Shared<Arc<State>>, Json(change): Json<Change>) -> Response {
    let step = match change.advance.map(Duration::try_from) {
        None => Duration::ZERO,
        Some(Ok(step)) if step <= MAX_STEP => step,
        Some(Ok(_)) => {
            let days = MAX_STEP.as_secs() / 86_400;
            return invalid(&format!("\"advance\" is at most {days} days; take several steps"));
        }
        Some(Err(_)) => return invalid("\"advance\" must not be negative: time only goes forward"),
    };
    if change.speed.is_some_and(|speed| !(0.0..=MAX_SPEED).contains(&speed)) {
        return invalid(&format!("\"speed\" is a number from 0 to {MAX_SPEED}"));
    }
    state.clock.advance(step);
    if let Some(speed) = change.speed {
        state.clock.set_speed(speed);
    }
    Json(state.clock.state()).into_response()
}

fn invalid(why: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, format!("{why}\n")).into_response()
}

async fn load_logs(Shared(state): Shared<Arc<State>>, Json(load): Json<LogLoad>) -> Response {
    if load.lines_per_second > MAX_LINES {
        return invalid(&format!("\"lines_per_second\" is at most {MAX_LINES}"));
    }
    state.load_logs(load);
    StatusCode::NO_CONTENT.into_response()
}

async fn set_github(Shared(state): Shared<Arc<State>>, Json(settings): Json<GithubSettings>) -> Response {
    if settings.past_runs > MAX_PAST {
        return invalid(&format!("\"past_runs\" is at most {MAX_PAST}"));
    }
    if settings.log_bytes.is_some_and(|bytes| bytes > MAX_LOG) {
        return invalid(&format!("\"log_bytes\" is at most {MAX_LOG}"));
    }
    state.set_github(settings);
    StatusCode::NO_CONTENT.into_response()
}

/// A push of one commit by the owner of the credentials.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Push {
    branch: String,
    /// Forty hexadecimal digits; without them, a commit of the sandbox's own making.
    sha: Option<String>,
    message: Option<String>,
    /// How long GitHub takes to create the runs.
    #[serde(default)]
    after_seconds: u64,
}

async fn push(Shared(state): Shared<Arc<State>>, Json(push): Json<Push>) -> Response {
    let is_id = |sha: &String| sha.len() == 40 && sha.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !push.sha.as_ref().is_none_or(is_id) {
        return invalid("\"sha\" has forty hexadecimal digits");
    }
    if push.after_seconds > MAX_PUSH_DELAY || push.branch.is_empty() || push.branch.len() > MAX_BRANCH {
        return invalid(&format!(
            "\"after_seconds\" is at most {MAX_PUSH_DELAY}, and \"branch\" has 1 to {MAX_BRANCH} bytes"
        ));
    }
    let pushed = state.act(|world| {
        let mut rng = state.scenario.rng("push", &[world.now.millis().unsigned_abs()]);
        let commit = Commit {
            sha: push.sha.unwrap_or_else(|| rng.hex(40)),
            tree: rng.hex(40),
            message: push.message.unwrap_or_else(|| "feat: a change of yours".to_owned()),
            author: OPERATOR,
            at: world.now,
            branch: push.branch,
            files: Snapshot::Main,
        };
        let sha = commit.sha.clone();
        let command = Command::Push { commit: Box::new(commit), after: push.after_seconds };
        Ok::<_, TooManyCommands>((command, sha))
    });
    match pushed {
        Ok(sha) => Json(json!({"sha": sha})).into_response(),
        Err(why) => invalid(&why.to_string()),
    }
}

/// A user's decision about a code of the device flow; without a code, about the newest one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    user_code: Option<String>,
    approve: bool,
}

async fn decide_device(Shared(state): Shared<Arc<State>>, Json(decision): Json<Decision>) -> StatusCode {
    let is_found = state.sign_in.decide(decision.user_code.as_deref(), decision.approve, state.now());
    if is_found { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

async fn list_faults(Shared(state): Shared<Arc<State>>) -> Json<Vec<Fault>> {
    Json(state.faults.waiting())
}

async fn add_faults(Shared(state): Shared<Arc<State>>, Json(faults): Json<Vec<Fault>>) -> Response {
    if !state.faults.add(faults) {
        return invalid(&format!(
            "at most {MAX_FAULTS} faults can wait; DELETE /_sandbox/faults forgets them"
        ));
    }
    Json(state.faults.waiting()).into_response()
}

async fn clear_faults(Shared(state): Shared<Arc<State>>) -> StatusCode {
    state.faults.clear();
    StatusCode::NO_CONTENT
}
