//! The storage that keeps logs and artifacts, on a port of its own: GitHub's API only redirects to it.
//!
//! Its addresses are signed and expire after a minute. Like the real one, it refuses a request with the token of the
//! API, and does not know a log in the first seconds after its job.

mod archive;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query, State as Shared};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Router, middleware};
use futures::stream;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;

use crate::hosts::local_only;
use crate::log::JobLog;
use crate::moment::{Moment, secs};
use crate::seeded_rng::SeededRng;
use crate::simulation::{Attempt, Job, Run, Status, World};
use crate::state::State;

pub(crate) use archive::{Artifact, artifacts, is_expired, run_of};

/// How long an address is valid.
const VALID: Duration = secs(60);

/// How long after the end of a job its log is not stored yet.
const STORED_AFTER: Duration = secs(5);

/// What an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blob {
    /// The log of a job, by the job's id.
    JobLog(u64),
    /// The logs of a run's latest attempt, by the run's id.
    RunLogs(u64),
    /// An artifact, by its id.
    Artifact(u64),
}

impl Blob {
    const fn place(self) -> (&'static str, u64) {
        match self {
            Self::JobLog(id) => ("logs", id),
            Self::RunLogs(id) => ("runs", id),
            Self::Artifact(id) => ("artifacts", id),
        }
    }

    /// Returns an address that expires after a minute.
    pub(crate) fn address(self, state: &State, now: Moment) -> String {
        let ((kind, id), expiry) = (self.place(), (now + VALID).rfc3339());
        let signature = self.signature(state, &expiry);
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("se", &expiry)
            .append_pair("sig", &signature)
            .append_pair("sp", "r")
            .append_pair("sr", "b")
            .finish();
        format!("http://{}/{kind}/{id}?{query}", state.storage)
    }

    fn signature(self, state: &State, expiry: &str) -> String {
        let (kind, id) = self.place();
        SeededRng::of(state.scenario.seed, &format!("{kind}?{expiry}"), &[id]).hex(43)
    }
}

#[derive(Debug, Deserialize)]
struct Signed {
    #[serde(default)]
    se: String,
    #[serde(default)]
    sig: String,
}

/// An error of the storage: a code, and the message for it.
type Failure = (StatusCode, &'static str, &'static str);

const NOT_SIGNED: Failure = (
    StatusCode::FORBIDDEN,
    "AuthenticationFailed",
    "Server failed to authenticate the request. Make sure the value of the signature is valid and has not expired.",
);
const NOT_STORED: Failure = (StatusCode::NOT_FOUND, "BlobNotFound", "The specified blob does not exist.");
const WITH_TOKEN: Failure = (
    StatusCode::UNAUTHORIZED,
    "InvalidAuthenticationInfo",
    "Authentication information is not given in the correct format. Check the value of Authorization header.",
);

/// Returns the routes of the storage.
pub(crate) fn router(state: &Arc<State>) -> Router {
    Router::new()
        .route("/{kind}/{id}", get(answer))
        .with_state(Arc::clone(state))
        .layer(middleware::from_fn(local_only))
}

async fn answer(
    Shared(state): Shared<Arc<State>>,
    Path((kind, id)): Path<(String, u64)>,
    Query(signed): Query<Signed>,
    headers: HeaderMap,
) -> Response {
    let blob = match kind.as_str() {
        "logs" => Blob::JobLog(id),
        "runs" => Blob::RunLogs(id),
        "artifacts" => Blob::Artifact(id),
        _ => return refuse(NOT_STORED),
    };
    if headers.contains_key(header::AUTHORIZATION) {
        return refuse(WITH_TOKEN);
    }
    if signed.sig != blob.signature(&state, &signed.se) || signed.se < state.now().rfc3339() {
        return refuse(NOT_SIGNED);
    }
    read(&state, blob).unwrap_or_else(|| refuse(NOT_STORED))
}

fn refuse((status, code, message): Failure) -> Response {
    let body = format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

fn read(state: &State, blob: Blob) -> Option<Response> {
    let bytes = state.github().log_bytes;
    match blob {
        Blob::JobLog(id) => {
            let world = state.world_of(Run::of_job(id).0);
            let (_, attempt, _, job) = world.job(id)?;
            is_stored(job, attempt, &world).then(|| log(JobLog::of(job, attempt, bytes)))
        }
        Blob::RunLogs(id) => {
            let world = state.world_of(id);
            Some(zip(archive::logs(world.run(id)?, &world)))
        }
        Blob::Artifact(id) => {
            let world = state.world_of(archive::run_of(id));
            let run = world.run(archive::run_of(id))?;
            artifacts(run, world.now)
                .into_iter()
                .find(|artifact| artifact.id == id)
                .map(|found| zip(found.zip()))
        }
    }
}

fn is_stored(job: &Job, attempt: &Attempt, world: &World) -> bool {
    let is_over = matches!(job.status(world.now, &attempt.gates), Status::Completed(_));
    is_over && job.end.is_some_and(|(end, _)| end + STORED_AFTER <= world.now)
}

fn log(log: JobLog) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_LENGTH, log.len().to_string()),
    ];
    let pieces = stream::iter(log.pieces().map(Ok::<_, std::convert::Infallible>));
    (headers, Body::from_stream(pieces)).into_response()
}

fn zip(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "application/zip")], bytes).into_response()
}
