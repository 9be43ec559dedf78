//! The annotations of a job, which GitHub keeps for the check run of the same id.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State as Shared};
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

use crate::log::errors;
use crate::simulation::{Attempt, Conclusion, Job, Run, Status};
use crate::state::State;

use super::answer::{Answer, Refused};
use super::objects::Runner;
use super::page::Page;
use super::runs::OfRun;

/// The path that GitHub writes where an annotation belongs to no file.
const NO_FILE: &str = ".github";

/// One annotation.
struct Annotation {
    level: &'static str,
    path: &'static str,
    line: u64,
    message: String,
}

/// Answers `GET …/check-runs/{job}/annotations`.
pub(super) async fn list(
    Shared(state): Shared<Arc<State>>,
    Path((_, _, id)): OfRun,
    Query(page): Query<Page>,
) -> Answer {
    let world = state.world_of(Run::of_job(id).0);
    let (run, attempt, _, job) = world.job(id).ok_or_else(Refused::not_found)?;
    let found = match job.status(world.now, &attempt.gates) {
        Status::Completed(conclusion) => annotations(job, attempt, conclusion, id),
        _ => Vec::new(),
    };
    let blob = format!("https://github.com/{}/blob/{}", state.names().slug(), run.commit.sha);
    let shown = page.of(&found).iter().map(|annotation| annotation.write(&blob));
    Ok(Json(Value::Array(shown.collect())).into_response())
}

fn annotations(job: &Job, attempt: &Attempt, conclusion: Conclusion, id: u64) -> Vec<Annotation> {
    let failure = |message: String| Annotation { level: "failure", path: NO_FILE, line: 1, message };
    match conclusion {
        Conclusion::Failure => {
            let errors =
                job.steps.iter().filter(|step| step.conclusion == Conclusion::Failure).flat_map(errors);
            let errors = errors.map(|error| failure(error.replace("%0A", "\n")));
            errors.chain([failure("Process completed with exit code 1.".to_owned())]).collect()
        }
        Conclusion::TimedOut => {
            let runner = Runner::of(job, id).name;
            let limit = "has exceeded the maximum execution time of 60 minutes.";
            vec![
                failure(format!("The job running on runner {runner} {limit}")),
                failure("The operation was canceled.".to_owned()),
            ]
        }
        Conclusion::Cancelled => {
            let reason = attempt.cancelled_by.map_or_else(
                || "Canceling since a higher priority waiting request exists".to_owned(),
                |user| format!("The run was canceled by @{}.", user.login),
            );
            vec![failure(reason)]
        }
        Conclusion::Success if job.name == "lint" => vec![Annotation {
            level: "warning",
            path: "server/src/trucks.rs",
            line: 41,
            message: "this function has too many lines (64/60)".to_owned(),
        }],
        _ => Vec::new(),
    }
}

impl Annotation {
    fn write(&self, blob: &str) -> Value {
        json!({
            "path": self.path, "blob_href": format!("{blob}/{}", self.path), "start_line": self.line,
            "start_column": null, "end_line": self.line, "end_column": null, "annotation_level": self.level,
            "title": "", "message": self.message, "raw_details": "",
        })
    }
}
