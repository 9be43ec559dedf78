//! Runs of the workflow that lints and tests: two parallel jobs, no environment.

use crate::moment::Moment;
use crate::scenario::{OPERATOR, Scenario, User};

use super::command::{Command, Recorded};
use super::jobs::{self, LINT, TEST};
use super::run::{Attempt, Conclusion, Job};
use super::run_spec::{ReleaseResult, RunSpec};

/// Computes every attempt of one run.
pub(super) fn attempts(scenario: &Scenario, run_spec: &RunSpec, commands: &[&Recorded]) -> Vec<Attempt> {
    let plan = |number: u64, fails: bool, at: Moment| {
        let mut rng = scenario.rng("checks", &[run_spec.id, number]);
        let lint = jobs::plan(&LINT, at, &mut rng, false);
        vec![lint, jobs::plan(&TEST, at, &mut rng, fails)]
    };
    let mut attempts = vec![attempt(
        1,
        run_spec.actor,
        run_spec.at,
        plan(1, run_spec.result == ReleaseResult::Fail, run_spec.at),
    )];
    for recorded in commands {
        let number = attempts.len() as u64 + 1;
        let Some(last) = attempts.last_mut() else { break };
        match recorded.command {
            Command::Cancel { .. } => last.cancel(recorded.at),
            Command::Rerun { failed_only, .. } => {
                let again = plan(number, false, recorded.at);
                let jobs = if failed_only { only_failed(&last.jobs, again) } else { again };
                attempts.push(attempt(number, OPERATOR, recorded.at, jobs));
            }
            _ => {}
        }
    }
    attempts
}

/// Keeps the jobs that succeeded before and replaces the others.
fn only_failed(before: &[Job], again: Vec<Job>) -> Vec<Job> {
    let kept = |name| before.iter().find(|job| job.name == name && job.succeeded()).cloned();
    again.into_iter().map(|job| kept(job.name).unwrap_or(job)).collect()
}

fn attempt(number: u64, actor: &'static User, started_at: Moment, jobs: Vec<Job>) -> Attempt {
    let last = jobs.iter().filter_map(|job| job.end).max_by_key(|end| end.0);
    let failed = jobs.iter().any(|job| !job.succeeded());
    let conclusion = if failed { Conclusion::Failure } else { Conclusion::Success };
    let end = last.map(|(at, _)| (at, conclusion));
    Attempt { number, actor, started_at, jobs, gate: None, end }
}
