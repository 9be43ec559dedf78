//! The calls of GitHub's REST API, with the names that its reference gives them.

use super::{Api, Call, Permission};

pub const LIST_RUNS: Call =
    github("GET /repos/{repo}/actions/runs", "actions/list-workflow-runs-for-repo", "actions: read");
pub const READ_RUN: Call =
    github("GET /repos/{repo}/actions/runs/{id}", "actions/get-workflow-run", "actions: read");
pub const LIST_JOBS: Call =
    github("GET /repos/{repo}/actions/runs/{id}/jobs", "actions/list-jobs-for-workflow-run", "actions: read");
pub const READ_JOB_LOG: Call = github(
    "GET /repos/{repo}/actions/jobs/{id}/logs",
    "actions/download-job-logs-for-workflow-run",
    "actions: read",
);
pub const LIST_PENDING: Call = github(
    "GET /repos/{repo}/actions/runs/{id}/pending_deployments",
    "actions/get-pending-deployments-for-run",
    "actions: read",
);
pub const RERUN: Call =
    github("POST /repos/{repo}/actions/runs/{id}/rerun", "actions/re-run-workflow", "actions: write");
pub const RERUN_FAILED: Call = github(
    "POST /repos/{repo}/actions/runs/{id}/rerun-failed-jobs",
    "actions/re-run-workflow-failed-jobs",
    "actions: write",
);
pub const RERUN_JOB: Call = github(
    "POST /repos/{repo}/actions/jobs/{id}/rerun",
    "actions/re-run-job-for-workflow-run",
    "actions: write",
);
pub const CANCEL: Call =
    github("POST /repos/{repo}/actions/runs/{id}/cancel", "actions/cancel-workflow-run", "actions: write");
pub const FORCE_CANCEL: Call = github(
    "POST /repos/{repo}/actions/runs/{id}/force-cancel",
    "actions/force-cancel-workflow-run",
    "actions: write",
);
pub const REVIEW: Call = github(
    "POST /repos/{repo}/actions/runs/{id}/pending_deployments",
    "actions/review-pending-deployments-for-run",
    "deployments: write",
);
pub const APPROVE_FORK: Call =
    github("POST /repos/{repo}/actions/runs/{id}/approve", "actions/approve-workflow-run", "actions: write");
pub const DISPATCH: Call = github(
    "POST /repos/{repo}/actions/workflows/{workflow}/dispatches",
    "actions/create-workflow-dispatch",
    "actions: write",
);
pub const ENABLE: Call = github(
    "PUT /repos/{repo}/actions/workflows/{workflow}/enable",
    "actions/enable-workflow",
    "actions: write",
);
pub const DISABLE: Call = github(
    "PUT /repos/{repo}/actions/workflows/{workflow}/disable",
    "actions/disable-workflow",
    "actions: write",
);
pub const LIST_WORKFLOW_RUNS: Call = github(
    "GET /repos/{repo}/actions/workflows/{workflow}/runs",
    "actions/list-workflow-runs",
    "actions: read",
);
pub const LIST_WORKFLOWS: Call =
    github("GET /repos/{repo}/actions/workflows", "actions/list-repo-workflows", "actions: read");
pub const READ_FILE: Call =
    github("GET /repos/{repo}/contents/{path}", "repos/get-content", "contents: read");
pub const LIST_ANNOTATIONS: Call =
    github("GET /repos/{repo}/check-runs/{id}/annotations", "checks/list-annotations", "checks: read");
pub const LIST_ARTIFACTS: Call = github(
    "GET /repos/{repo}/actions/runs/{id}/artifacts",
    "actions/list-workflow-run-artifacts",
    "actions: read",
);
pub const DOWNLOAD_ARTIFACT: Call = github(
    "GET /repos/{repo}/actions/artifacts/{id}/{archive_format}",
    "actions/download-artifact",
    "actions: read",
);
pub const LIST_ENVIRONMENTS: Call =
    github("GET /repos/{repo}/environments", "repos/get-all-environments", "actions: read");
pub const LIST_DEPLOYMENTS: Call =
    github("GET /repos/{repo}/deployments", "repos/list-deployments", "deployments: read");
pub const LIST_STATUSES: Call = github(
    "GET /repos/{repo}/deployments/{id}/statuses",
    "repos/list-deployment-statuses",
    "deployments: read",
);
pub const READ_REPOSITORY: Call = github("GET /repos/{repo}", "repos/get", "metadata: read");
pub const COMPARE: Call =
    github("GET /repos/{repo}/compare/{basehead}", "repos/compare-commits-with-basehead", "contents: read");
/// The account of the token. Without a token, [`READ_LIMIT`] takes its place.
pub const READ_ACCOUNT: Call = open("GET /user", "users/get-authenticated");
pub const READ_LIMIT: Call = open("GET /rate_limit", "rate-limit/get");

/// All of them.
pub(super) const ALL: &[Call] = &[
    LIST_RUNS,
    READ_RUN,
    LIST_JOBS,
    READ_JOB_LOG,
    LIST_PENDING,
    RERUN,
    RERUN_FAILED,
    RERUN_JOB,
    CANCEL,
    FORCE_CANCEL,
    REVIEW,
    APPROVE_FORK,
    DISPATCH,
    ENABLE,
    DISABLE,
    LIST_WORKFLOW_RUNS,
    LIST_WORKFLOWS,
    READ_FILE,
    LIST_ANNOTATIONS,
    LIST_ARTIFACTS,
    DOWNLOAD_ARTIFACT,
    LIST_ENVIRONMENTS,
    LIST_DEPLOYMENTS,
    LIST_STATUSES,
    READ_REPOSITORY,
    COMPARE,
    READ_ACCOUNT,
    READ_LIMIT,
];

const fn github(operation: &'static str, id: &'static str, permission: &'static str) -> Call {
    Call { api: Api::GitHub, operation, id: Some(id), permission: Permission::GitHub(permission) }
}

/// A call that every token may make.
const fn open(operation: &'static str, id: &'static str) -> Call {
    Call { api: Api::GitHub, operation, id: Some(id), permission: Permission::None }
}
