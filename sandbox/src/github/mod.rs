//! GitHub's REST API for the simulation: paths, wire objects, errors, paging, conditional requests, rate limit.
//!
//! This module only translates: `simulation` defines runs and what happens to them.

mod account;
mod annotations;
mod answer;
mod artifacts;
mod changes;
mod contents;
mod deployments;
mod device;
mod dispatch;
mod environments;
mod headers;
mod jobs;
mod objects;
mod page;
mod pulls;
mod repo;
mod reviews;
mod run_control;
mod run_filter;
mod runs;
mod users;
mod workflows;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post, put};

use crate::state::State;

pub(crate) use answer::{Refused, is_github_path, rate_limited, unknown_path, without_enterprise_prefix};

/// Returns the routes of GitHub's API.
pub(crate) fn router(state: &Arc<State>) -> Router {
    let actions = Router::new()
        .route("/workflows", get(workflows::list))
        .route("/workflows/{workflow}", get(workflows::show))
        .route("/workflows/{workflow}/runs", get(runs::list_of_workflow))
        .route("/workflows/{workflow}/dispatches", post(dispatch::create))
        .route("/workflows/{workflow}/enable", put(workflows::enable))
        .route("/workflows/{workflow}/disable", put(workflows::disable))
        .route("/runs", get(runs::list))
        .route("/runs/{run}", get(runs::show))
        .route("/runs/{run}/jobs", get(jobs::list))
        .route("/runs/{run}/attempts/{attempt}", get(runs::show_attempt))
        .route("/runs/{run}/attempts/{attempt}/jobs", get(jobs::list_of_attempt))
        .route("/runs/{run}/artifacts", get(artifacts::list))
        .route("/runs/{run}/logs", get(jobs::logs_of_run))
        .route("/artifacts/{artifact}", get(artifacts::show))
        .route("/artifacts/{artifact}/zip", get(artifacts::zip))
        .route("/runs/{run}/pending_deployments", get(reviews::pending).post(reviews::review))
        .route("/runs/{run}/rerun", post(run_control::rerun))
        .route("/runs/{run}/rerun-failed-jobs", post(run_control::rerun_failed))
        .route("/runs/{run}/cancel", post(run_control::cancel))
        .route("/runs/{run}/force-cancel", post(run_control::cancel))
        .route("/runs/{run}/approvals", get(reviews::history))
        .route("/runs/{run}/approve", post(reviews::approve_fork))
        .route("/jobs/{job}", get(jobs::show))
        .route("/jobs/{job}/logs", get(jobs::logs))
        .route("/jobs/{job}/rerun", post(run_control::rerun_job));
    let repository = Router::new()
        .route("/", get(repo::show))
        .nest("/actions", actions)
        .route("/check-runs/{job}/annotations", get(annotations::list))
        .route("/environments", get(environments::list))
        .route("/environments/{environment}", get(environments::show))
        .route("/deployments", get(deployments::list))
        .route("/deployments/{deployment}", get(deployments::show))
        .route("/deployments/{deployment}/statuses", get(deployments::statuses))
        .route("/pulls", get(pulls::list))
        .route("/pulls/{number}", get(pulls::show))
        .route("/pulls/{number}/files", get(pulls::files))
        .route("/commits/{reference}", get(changes::show))
        .route("/commits/{reference}/pulls", get(pulls::of_commit))
        .route("/compare/{*basehead}", get(changes::compare))
        .route("/contents", get(contents::root))
        .route("/contents/{*path}", get(contents::show))
        .route("/branches", get(repo::branches));
    Router::new()
        .nest("/repos/{owner}/{repo}", repository)
        .route("/user", get(users::me))
        .route("/rate_limit", get(users::rate_limit))
        .layer(middleware::from_fn_with_state(Arc::clone(state), headers::wrap))
        .route("/login/device/code", post(device::code))
        .route("/login/device", get(device::page).post(device::decide))
        .route("/login/oauth/access_token", post(device::token))
        .with_state(Arc::clone(state))
}
