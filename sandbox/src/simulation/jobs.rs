//! Plans the start and end of a job and of each of its steps.

use std::time::Duration;

use crate::moment::{Moment, millis, secs};
use crate::seeded_rng::SeededRng;

use super::run::{Conclusion, Job, Step};
use super::templates::{BEFORE_DEPLOY, DEPLOY, DEPLOY_STEP, HOSTED, JobTemplate, Start, StepTemplate};

/// How a job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passes,
    Fails,
    /// A step runs until the limit of the job, in minutes.
    TimesOut(u64),
}

/// Returns how long the deploy job runs before it starts the stack update.
pub(super) fn before_deploy() -> Duration {
    BEFORE_DEPLOY.iter().map(|step| secs(step.seconds)).sum()
}

/// Computes a job that is queued at `queued_at`.
pub(super) fn plan(template: &JobTemplate, queued_at: Moment, rng: &mut SeededRng, outcome: Outcome) -> Job {
    let started_at = queued_at + millis(rng.between(1500, 4000));
    let mut planner = Planner { template, outcome, at: started_at, group: None, steps: Vec::new() };
    for (place, step) in template.steps.iter().enumerate() {
        planner.add(place, step, rng);
    }
    let steps = planner.steps;
    let end = steps.iter().map(|step| step.to).max().unwrap_or(started_at);
    Job {
        name: template.name,
        queued_at,
        started_at: Some(started_at),
        end: Some((end, outcome.conclusion())),
        steps,
        labels: template.labels,
        environment: template.environment,
    }
}

impl Outcome {
    const fn conclusion(self) -> Conclusion {
        match self {
            Self::Passes => Conclusion::Success,
            Self::Fails => Conclusion::Failure,
            Self::TimesOut(_) => Conclusion::TimedOut,
        }
    }
}

/// The steps of a job that are planned so far.
struct Planner<'t> {
    template: &'t JobTemplate,
    outcome: Outcome,
    at: Moment,
    /// The index of the current group and its start.
    group: Option<(usize, Moment)>,
    steps: Vec<Step>,
}

impl Planner<'_> {
    fn add(&mut self, place: usize, template: &StepTemplate, rng: &mut SeededRng) {
        if template.start != Start::Member {
            self.group = None;
        }
        let length = millis(template.seconds * rng.between(850, 1150));
        let from = self.group.map_or(self.at, |(_, from)| from);
        let conclusion = self.conclusion(place, template);
        let to = match (conclusion, self.outcome) {
            (Conclusion::Skipped, _) => from,
            (Conclusion::Cancelled, Outcome::TimesOut(minutes)) => self.started() + secs(minutes * 60),
            _ => from + length,
        };
        self.steps.push(Step { name: template.name, from, to, conclusion });
        match template.start {
            Start::Background => self.at = self.at + secs(1),
            Start::Group => self.group = Some((place, from)),
            Start::Then | Start::Member => self.at = self.at.max(to),
        }
        if let Some(group) = self.group.and_then(|(group, _)| self.steps.get_mut(group)) {
            group.to = group.to.max(to);
            if conclusion == Conclusion::Failure {
                group.conclusion = conclusion;
            }
        }
    }

    fn started(&self) -> Moment {
        self.steps.first().map_or(self.at, |step| step.from)
    }

    fn conclusion(&self, place: usize, template: &StepTemplate) -> Conclusion {
        let failing = self.template.failing_step;
        let name = template.name;
        let always = name == "Complete job" || name.starts_with("Post ") || template.start == Start::Member;
        match self.outcome {
            Outcome::Passes => Conclusion::Success,
            Outcome::Fails if place == failing => Conclusion::Failure,
            Outcome::TimesOut(_) if place == failing => Conclusion::Cancelled,
            _ if place > failing && !always => Conclusion::Skipped,
            _ => Conclusion::Success,
        }
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
    for template in BEFORE_DEPLOY {
        begin = step(template.name, begin + secs(template.seconds), Conclusion::Success);
    }
    let conclusion = if succeeds { Conclusion::Success } else { Conclusion::Failure };
    step(DEPLOY_STEP, stack_done, conclusion);
    step("Post Check out the repository", stack_done + secs(1), Conclusion::Success);
    let end = step("Complete job", stack_done + secs(2), Conclusion::Success);
    Job { started_at: Some(begins), end: Some((end, conclusion)), steps, ..queued(DEPLOY, queued_at) }
}

/// Returns a job that is skipped because an earlier job did not succeed.
pub(super) fn skipped(name: &'static str, at: Moment) -> Job {
    Job { started_at: Some(at), end: Some((at, Conclusion::Skipped)), ..queued(name, at) }
}

/// Returns a job that has neither a start nor an end yet.
pub(super) fn queued(name: &'static str, queued_at: Moment) -> Job {
    Job { name, queued_at, started_at: None, end: None, steps: Vec::new(), labels: HOSTED, environment: None }
}
