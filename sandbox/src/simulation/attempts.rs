//! The attempts of every run that does not deploy the stack: its jobs in the order of their needs, reviews, reruns.

use crate::moment::{Moment, secs};
use crate::scenario::{OPERATOR, Scenario, User};
use crate::seeded_rng::SeededRng;

use super::command::{Command, Recorded, Scope};
use super::environments::Environment;
use super::episode::Episode;
use super::jobs::{self, Outcome};
use super::run::{Approval, Attempt, Conclusion, Gate, Job};
use super::run_spec::{ReleaseResult, RunSpec};
use super::templates::{self, JobTemplate, OWN_RUNNER};
use super::workflow::Workflow;

/// Computes every attempt of one run.
pub(super) fn attempts(scenario: &Scenario, run_spec: &RunSpec, commands: &[&Recorded]) -> Vec<Attempt> {
    let start =
        Request { number: 1, actor: run_spec.actor, at: run_spec.at, scope: Scope::All, debug: false };
    if let Some(held) = held(run_spec, commands) {
        return vec![
            held.map_or_else(|| start.waiting_for_approval(), |at| start.approved(scenario, run_spec, at)),
        ];
    }
    if run_spec.episode.is_some_and(Episode::has_invalid_file) {
        return vec![start.refused(run_spec)];
    }
    let mut attempts = vec![start.plan(scenario, run_spec, commands, None)];
    for recorded in commands {
        let Command::Rerun { scope, debug, .. } = recorded.command else { continue };
        let number = attempts.len() as u64 + 1;
        let request = Request { number, actor: OPERATOR, at: recorded.at, scope, debug };
        let again = request.plan(scenario, run_spec, commands, attempts.last());
        attempts.push(again);
    }
    attempts
}

/// Returns whether a maintainer must approve the run, and when that happened.
#[expect(clippy::option_option, reason = "a run that needs no approval differs from one that waits for it")]
fn held(run_spec: &RunSpec, commands: &[&Recorded]) -> Option<Option<Moment>> {
    run_spec.fork?;
    let approved = commands.iter().find(|recorded| matches!(recorded.command, Command::ApproveFork { .. }));
    Some(approved.map(|recorded| recorded.at))
}

/// What starts an attempt.
struct Request {
    number: u64,
    actor: &'static User,
    at: Moment,
    scope: Scope,
    debug: bool,
}

impl Request {
    fn empty(&self) -> Attempt {
        Attempt {
            number: self.number,
            actor: self.actor,
            started_at: self.at,
            jobs: Vec::new(),
            gates: Vec::new(),
            end: None,
            debug: self.debug,
            approval: None,
            cancelled_by: None,
        }
    }

    fn waiting_for_approval(&self) -> Attempt {
        let end = Some((self.at, Conclusion::ActionRequired));
        Attempt { approval: Some(Approval { given_at: None }), end, ..self.empty() }
    }

    fn approved(&self, scenario: &Scenario, run_spec: &RunSpec, at: Moment) -> Attempt {
        let planned = Self { at, ..*self }.plan(scenario, run_spec, &[], None);
        Attempt { approval: Some(Approval { given_at: Some(at) }), started_at: self.at, ..planned }
    }

    /// Returns the attempt of a run whose workflow file is invalid: it ends at once, without a job.
    fn refused(&self, run_spec: &RunSpec) -> Attempt {
        let is_startup = run_spec.episode == Some(Episode::StartupFailure);
        let conclusion = if is_startup { Conclusion::StartupFailure } else { Conclusion::Failure };
        Attempt { end: Some((self.at, conclusion)), ..self.empty() }
    }

    fn plan(
        &self,
        scenario: &Scenario,
        run_spec: &RunSpec,
        commands: &[&Recorded],
        before: Option<&Attempt>,
    ) -> Attempt {
        let templates = templates_of(run_spec);
        let kept = before.map_or_else(Vec::new, |before| self.kept(templates, before));
        let mut planning = Planning {
            run_spec,
            number: self.number,
            templates,
            reviews: self.until_next(commands).filter_map(Review::of).collect(),
            kept,
            attempt: self.empty(),
            ends: Vec::new(),
        };
        // The name of the generator fixes the durations that existing tests and pictures know.
        let mut rng = scenario.rng("checks", &[run_spec.id, self.number]);
        for template in templates {
            planning.add(template, &mut rng);
        }
        let mut attempt = planning.finish();
        for recorded in self.until_next(commands) {
            if matches!(recorded.command, Command::Cancel { .. }) {
                attempt.cancel(recorded.at, Some(OPERATOR));
            }
        }
        if let Some((by, at)) = run_spec.episode.and_then(|episode| episode.cancelled(run_spec.at))
            && self.number == 1
        {
            attempt.cancel(at, Some(by));
        }
        attempt
    }

    /// Returns the commands of this attempt: those up to the next rerun.
    fn until_next<'c>(&self, commands: &'c [&'c Recorded]) -> impl Iterator<Item = &'c Recorded> {
        let from = self.at;
        let mut reruns = 1;
        let number = self.number;
        commands.iter().copied().filter(move |recorded| {
            reruns += u64::from(matches!(recorded.command, Command::Rerun { .. }));
            reruns == number && recorded.at >= from
        })
    }

    /// Returns the jobs of the attempt before that are not run again.
    fn kept(&self, templates: &[JobTemplate], before: &Attempt) -> Vec<Job> {
        let again = match self.scope {
            Scope::All => return Vec::new(),
            Scope::Failed => Vec::new(),
            Scope::Job(place) => {
                let name = before.jobs.get(place).map(|job| job.name);
                dependents(templates, |template| Some(template.name) == name)
            }
        };
        let is_kept = |job: &&Job| match self.scope {
            Scope::Failed | Scope::All => job.succeeded(),
            Scope::Job(_) => !again.contains(&job.name) && job.end.is_some(),
        };
        before.jobs.iter().filter(is_kept).cloned().collect()
    }
}

/// Returns the names of the jobs that match and of all jobs that need them.
fn dependents(templates: &[JobTemplate], matches: impl Fn(&JobTemplate) -> bool) -> Vec<&'static str> {
    let mut found = Vec::new();
    for template in templates {
        let needed = |need: &usize| templates.get(*need).is_some_and(|need| found.contains(&need.name));
        if matches(template) || template.needs.iter().any(needed) {
            found.push(template.name);
        }
    }
    found
}

fn templates_of(run_spec: &RunSpec) -> &'static [JobTemplate] {
    match run_spec.workflow {
        Workflow::Check | Workflow::Deploy | Workflow::CalledDeploy => templates::CHECK,
        Workflow::CodeQl => templates::CODEQL,
        Workflow::Fleet if run_spec.episode == Some(Episode::Waiting) => templates::FLEET_WAITING,
        Workflow::Fleet => templates::FLEET,
        Workflow::Image | Workflow::Release => templates::RELEASE,
    }
}

/// A review of some environments.
struct Review<'c> {
    at: Moment,
    environments: &'c [u64],
    approved: bool,
}

impl<'c> Review<'c> {
    fn of(recorded: &'c Recorded) -> Option<Self> {
        let Command::Review { environments, approved, .. } = &recorded.command else { return None };
        Some(Self { at: recorded.at, environments, approved: *approved })
    }
}

/// An attempt whose jobs are planned one after the other.
struct Planning<'c> {
    run_spec: &'c RunSpec,
    number: u64,
    templates: &'static [JobTemplate],
    reviews: Vec<Review<'c>>,
    kept: Vec<Job>,
    attempt: Attempt,
    /// The end of each planned job; `None` if it is not known yet.
    ends: Vec<Option<(Moment, Conclusion)>>,
}

impl Planning<'_> {
    fn add(&mut self, template: &JobTemplate, rng: &mut SeededRng) {
        let needs = template.needs.iter().map(|need| self.ends.get(*need).copied().flatten());
        let Some(needs) = needs.collect::<Option<Vec<_>>>() else {
            self.ends.push(None);
            return;
        };
        let started = self.attempt.started_at;
        let ready_at = needs.iter().map(|(end, _)| *end + secs(1)).max().unwrap_or(started).max(started);
        let is_skipped = needs.iter().any(|(_, conclusion)| *conclusion != Conclusion::Success);
        let kept = self.kept.iter().position(|job| job.name == template.name);
        let job = match kept.map(|place| self.kept.swap_remove(place)) {
            Some(job) => job,
            None if is_skipped => jobs::skipped(template.name, ready_at),
            None => self.plan(template, ready_at, rng),
        };
        self.ends.push(job.end);
        self.attempt.jobs.push(job);
    }

    fn plan(&mut self, template: &JobTemplate, ready_at: Moment, rng: &mut SeededRng) -> Job {
        let queued = Job {
            labels: template.labels,
            environment: template.environment,
            ..jobs::queued(template.name, ready_at)
        };
        if self.run_spec.episode == Some(Episode::NoRunner) && self.attempt.jobs.len() == OWN_RUNNER {
            return queued;
        }
        let Some(environment) = template.environment.filter(|environment| environment.reviewer.is_some())
        else {
            return jobs::plan(template, ready_at, rng, self.outcome(template));
        };
        match self.review(environment, ready_at) {
            None => queued,
            Some((at, true)) => {
                Job { queued_at: ready_at, ..jobs::plan(template, at, rng, self.outcome(template)) }
            }
            Some((at, false)) => Job { end: Some((at, Conclusion::Failure)), ..queued },
        }
    }

    /// Opens the gate of an environment. Returns when it closes and whether the job may start then.
    fn review(&mut self, environment: &'static Environment, opened_at: Moment) -> Option<(Moment, bool)> {
        let review = self
            .reviews
            .iter()
            .find(|review| review.at >= opened_at && review.environments.contains(&environment.id));
        let closed = review.map(|review| {
            let wait = if review.approved { environment.wait_minutes * 60 } else { 0 };
            (review.at + secs(wait), review.approved)
        });
        self.attempt.gates.push(Gate { environment, opened_at, closed_at: closed.map(|(at, _)| at) });
        closed
    }

    fn outcome(&self, template: &JobTemplate) -> Outcome {
        let is_first = self.number == 1;
        let fails = template.name == "test" && self.run_spec.result == ReleaseResult::Fail;
        match self.run_spec.episode {
            Some(episode) if is_first => episode.outcome(template.name),
            _ if fails && is_first => Outcome::Fails,
            _ => Outcome::Passes,
        }
    }

    fn finish(mut self) -> Attempt {
        let ends = self.ends.iter().copied().collect::<Option<Vec<_>>>();
        self.attempt.end = ends.and_then(|ends| {
            let last = ends.iter().map(|(at, _)| *at).max()?;
            let any = |wanted| ends.iter().any(|(_, conclusion)| *conclusion == wanted);
            let worst = [Conclusion::TimedOut, Conclusion::Failure, Conclusion::Cancelled];
            Some((last, worst.into_iter().find(|conclusion| any(*conclusion)).unwrap_or(Conclusion::Success)))
        });
        debug_assert_eq!(self.ends.len(), self.templates.len(), "every job is planned");
        self.attempt
    }
}
