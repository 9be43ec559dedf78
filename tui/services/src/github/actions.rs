//! Changes of runs and workflows.

use hello_model::{
    calls::{self, Call},
    run::RunRef,
    write::{Decision, RerunJobs, Reviewed, RunAction, RunOutcome, RunWrite, WriteFailure},
};
use http::Method;
use serde_json::{Value, json};

use super::{
    GitHub,
    exchange::{Asked, escaped},
};

/// A request that answers with nothing but success.
struct Request<'a> {
    call: &'a Call,
    method: Method,
    path: String,
    body: Option<Value>,
}

impl GitHub {
    /// Executes a write once.
    pub(crate) async fn execute(&self, write: &RunWrite) -> Result<RunOutcome, WriteFailure> {
        if let RunAction::Trigger(trigger) = &write.action {
            return self.dispatch(&write.repo, trigger).await;
        }
        let Request { call, method, path, body } = request(&write.action);
        let what = format!("{} {}", write.label(), write.target());
        let asked = Asked { call, what: &what, repo: &write.repo };
        let path = format!("/repos/{}/actions/{path}", write.repo);
        self.send(asked, method, &path, body.as_ref()).await?;
        Ok(RunOutcome::Accepted)
    }
}

fn request(action: &RunAction) -> Request<'_> {
    let post = |call, path, body| Request { call, method: Method::POST, path, body };
    let put = |call, path| Request { call, method: Method::PUT, path, body: None };
    match action {
        RunAction::Trigger(trigger) => {
            let path = format!("workflows/{}/dispatches", escaped(&trigger.workflow));
            post(&calls::DISPATCH, path, None)
        }
        RunAction::Rerun { run, jobs, debug } => {
            let (call, path) = rerun(run, jobs);
            post(call, path, debug.then(|| json!({ "enable_debug_logging": true })))
        }
        RunAction::Cancel { run, force: false } => {
            post(&calls::CANCEL, format!("runs/{}/cancel", run.id), None)
        }
        RunAction::Cancel { run, force: true } => {
            post(&calls::FORCE_CANCEL, format!("runs/{}/force-cancel", run.id), None)
        }
        RunAction::Review { run, environments, decision, comment } => {
            let body = review(environments, *decision, comment);
            post(&calls::REVIEW, format!("runs/{}/pending_deployments", run.id), Some(body))
        }
        RunAction::ApproveFork { run, .. } => {
            post(&calls::APPROVE_FORK, format!("runs/{}/approve", run.id), None)
        }
        RunAction::SetEnabled { workflow, is_enabled: true } => {
            put(&calls::ENABLE, format!("workflows/{}/enable", escaped(workflow)))
        }
        RunAction::SetEnabled { workflow, is_enabled: false } => {
            put(&calls::DISABLE, format!("workflows/{}/disable", escaped(workflow)))
        }
    }
}

fn rerun(run: &RunRef, jobs: &RerunJobs) -> (&'static Call, String) {
    match jobs {
        RerunJobs::All => (&calls::RERUN, format!("runs/{}/rerun", run.id)),
        RerunJobs::Failed => (&calls::RERUN_FAILED, format!("runs/{}/rerun-failed-jobs", run.id)),
        RerunJobs::One { id, .. } => (&calls::RERUN_JOB, format!("jobs/{id}/rerun")),
    }
}

fn review(environments: &[Reviewed], decision: Decision, comment: &str) -> Value {
    let ids: Vec<_> = environments.iter().map(|environment| environment.id).collect();
    let state = match decision {
        Decision::Approve => "approved",
        Decision::Reject => "rejected",
    };
    json!({ "environment_ids": ids, "state": state, "comment": comment })
}
