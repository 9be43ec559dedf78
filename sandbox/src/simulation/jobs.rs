//! The jobs of both workflows, with their steps and the duration of each step.

use std::time::Duration;

use crate::moment::{Moment, millis, secs};
use crate::seeded_rng::SeededRng;

use super::run::{Conclusion, Job, Step};

/// A job's name and its steps with their usual durations in seconds.
#[derive(Debug)]
pub(super) struct JobTemplate {
    pub name: &'static str,
    steps: &'static [(&'static str, u64)],
    /// The index of the step that fails if the job fails.
    failing_step: usize,
}

pub(super) const LINT: JobTemplate = JobTemplate {
    name: "lint",
    steps: &[
        ("Set up job", 3),
        ("Check out the repository", 2),
        ("Install Rust", 9),
        ("Restore the build cache", 4),
        ("Check formatting", 2),
        ("Run clippy", 24),
        ("Post Check out the repository", 1),
        ("Complete job", 1),
    ],
    failing_step: 5,
};

pub(super) const TEST: JobTemplate = JobTemplate {
    name: "test",
    steps: &[
        ("Set up job", 3),
        ("Check out the repository", 2),
        ("Install Rust", 9),
        ("Restore the build cache", 5),
        ("Build", 34),
        ("Run the tests", 33),
        ("Post Check out the repository", 1),
        ("Complete job", 1),
    ],
    failing_step: 5,
};

pub(super) const BUILD: JobTemplate = JobTemplate {
    name: "build",
    steps: &[
        ("Set up job", 3),
        ("Check out the repository", 2),
        ("Set up Docker Buildx", 4),
        ("Log in to Docker Hub", 1),
        ("Build and push the image", 46),
        ("Post Check out the repository", 1),
        ("Complete job", 1),
    ],
    failing_step: 4,
};

/// The name of the deploy job. `DEPLOY_STEP` is its step that waits for CloudFormation.
pub(super) const DEPLOY: &str = "deploy";
pub(super) const DEPLOY_STEP: &str = "Deploy the CloudFormation stack";
const BEFORE_DEPLOY: &[(&str, u64)] =
    &[("Set up job", 3), ("Check out the repository", 2), ("Configure AWS credentials", 2)];

pub(super) const SMOKE: JobTemplate = JobTemplate {
    name: "smoke",
    steps: &[
        ("Set up job", 3),
        ("Ask for the trucks", 12),
        ("Compare the image digest", 4),
        ("Complete job", 1),
    ],
    failing_step: 1,
};

/// Returns how long the deploy job runs before it starts the stack update.
pub(super) fn before_deploy() -> Duration {
    BEFORE_DEPLOY.iter().map(|(_, seconds)| secs(*seconds)).sum()
}

/// Computes a job that is queued at `queued_at`.
pub(super) fn plan(script: &JobTemplate, queued_at: Moment, rng: &mut SeededRng, fails: bool) -> Job {
    let started_at = queued_at + millis(rng.between(1500, 4000));
    let mut at = started_at;
    let mut steps = Vec::with_capacity(script.steps.len());
    for (place, &(name, seconds)) in script.steps.iter().enumerate() {
        let skipped =
            fails && place > script.failing_step && name != "Complete job" && !name.starts_with("Post ");
        let length = millis(seconds * rng.between(850, 1150));
        let to = if skipped { at } else { at + length };
        steps.push(Step {
            name,
            from: at,
            to,
            conclusion: conclusion(fails && place == script.failing_step, skipped),
        });
        at = to;
    }
    Job {
        name: script.name,
        queued_at,
        started_at: Some(started_at),
        end: Some((at, conclusion(fails, false))),
        steps,
        gated: false,
    }
}

const fn conclusion(failed: bool, skipped: bool) -> Conclusion {
    match (failed, skipped) {
        (true, _) => Conclusion::Failure,
        (_, true) => Conclusion::Skipped,
        _ => Conclusion::Success,
    }
}

/// Computes the deploy job: it starts at `begins` and ends when the stack update has succeeded or failed.
pub(super) fn plan_deploy(queued_at: Moment, begins: Moment, stack_done: Moment, succeeds: bool) -> Job {
    let mut at = begins;
    let mut steps = Vec::new();
    let mut step = |name, to: Moment, conclusion| {
        steps.push(Step { name, from: at, to, conclusion });
        at = to;
        to
    };
    let mut begin = begins;
    for &(name, seconds) in BEFORE_DEPLOY {
        begin = step(name, begin + secs(seconds), Conclusion::Success);
    }
    step(DEPLOY_STEP, stack_done, conclusion(!succeeds, false));
    step("Post Check out the repository", stack_done + secs(1), Conclusion::Success);
    let end = step("Complete job", stack_done + secs(2), Conclusion::Success);
    Job {
        name: DEPLOY,
        queued_at,
        started_at: Some(begins),
        end: Some((end, conclusion(!succeeds, false))),
        steps,
        gated: false,
    }
}

/// Returns a job that is skipped because an earlier job did not succeed.
pub(super) fn skipped(name: &'static str, at: Moment) -> Job {
    Job {
        name,
        queued_at: at,
        started_at: Some(at),
        end: Some((at, Conclusion::Skipped)),
        steps: Vec::new(),
        gated: false,
    }
}
