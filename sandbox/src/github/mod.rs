//! GitHub's REST API for the simulation: paths, wire objects, errors, paging, conditional requests, rate limit.
//!
//! This module only translates: `simulation` defines runs and what happens to them.

mod account;
mod answer;
mod dispatch;
mod headers;
mod jobs;
mod objects;
mod page;
mod repo;
mod reviews;
mod run_filter;
mod runs;
mod users;
mod workflows;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post};

use crate::state::State;

pub(crate) use answer::{Refused, is_github_path, unknown_path, without_enterprise_prefix};

/// The path prefix of job logs; a link to a log expires after a minute.
const BLOBS: &str = "/_sandbox/blobs";

/// Returns the routes of GitHub's API.
pub(crate) fn router(state: &Arc<State>) -> Router {
    let actions = Router::new()
        .route("/workflows", get(workflows::list))
        .route("/workflows/{workflow}", get(workflows::show))
        .route("/workflows/{workflow}/runs", get(runs::list_of_workflow))
        .route("/workflows/{workflow}/dispatches", post(dispatch::create))
        .route("/runs", get(runs::list))
        .route("/runs/{run}", get(runs::show))
        .route("/runs/{run}/jobs", get(jobs::list))
        .route("/runs/{run}/attempts/{attempt}", get(runs::show_attempt))
        .route("/runs/{run}/attempts/{attempt}/jobs", get(jobs::list_of_attempt))
        .route("/runs/{run}/artifacts", get(runs::artifacts))
        .route("/runs/{run}/pending_deployments", get(reviews::pending).post(reviews::review))
        .route("/runs/{run}/rerun", post(runs::rerun))
        .route("/runs/{run}/rerun-failed-jobs", post(runs::rerun_failed))
        .route("/runs/{run}/cancel", post(runs::cancel))
        .route("/runs/{run}/force-cancel", post(runs::cancel))
        .route("/jobs/{job}", get(jobs::show))
        .route("/jobs/{job}/logs", get(jobs::logs))
        .route("/jobs/{job}/rerun", post(jobs::rerun));
    let repository = Router::new()
        .route("/", get(repo::show))
        .nest("/actions", actions)
        .route("/check-runs/{job}/annotations", get(jobs::annotations))
        .route("/branches", get(repo::branches));
    Router::new()
        .nest("/repos/{owner}/{repo}", repository)
        .route("/user", get(users::me))
        .route("/rate_limit", get(users::rate_limit))
        .layer(middleware::from_fn_with_state(Arc::clone(state), headers::wrap))
        .route(&format!("{BLOBS}/jobs/{{job}}"), get(jobs::blob))
        .with_state(Arc::clone(state))
}
