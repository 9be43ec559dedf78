//! Follows one workflow run until it ends.

use std::{collections::HashMap, time::Duration};

use hello_model::{
    failure::{Failure, Kind},
    fetch::{Attention, Want},
    query::Query,
    run::{Conclusion, Job, Repo, Run, RunDetail, RunId, State, Step},
    time::{Now, Timestamp},
};

use super::{Change, Flow, Line, Subject, Verdict};
use crate::{cache::Cache, present::badge::run_badge};

/// Reports each change of a run and of its jobs, and each step that failed.
#[derive(Debug)]
pub struct RunWatch {
    repo: Repo,
    id: RunId,
    /// The states that were reported last.
    states: HashMap<StateKey, State>,
    /// The failure that was reported last, until a request succeeds.
    failure: Option<Failure>,
    verdict: Option<Verdict>,
}

/// A part of a run. Another attempt has parts of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum StateKey {
    Run { attempt: u32 },
    Job(u64),
    Step { job: u64, number: u64 },
}

impl RunWatch {
    /// Begins to follow a run. What it has done so far is reported first.
    pub fn new(repo: Repo, id: RunId) -> Self {
        Self { repo, id, states: HashMap::new(), failure: None, verdict: None }
    }

    /// Reports whether the verdict no longer holds: the run was started again, or the result is known after all.
    pub fn is_outdated(&self, cache: &Cache) -> bool {
        let run = cache.run(&self.repo, self.id);
        let Some(detail) = run.value().filter(|_| run.failure().is_none()) else { return false };
        match &self.verdict {
            None => false,
            Some(Verdict::Unknown(_)) => true,
            Some(Verdict::Succeeded | Verdict::Failed) => detail.run.state.is_active(),
        }
    }

    fn query(&self) -> Query {
        Query::Run(self.repo.clone(), self.id)
    }

    /// Reports a failure, or ends with it where trying again does not help.
    fn fail(&mut self, failure: &Failure, has_answer: bool) -> Option<Line> {
        let is_final = matches!(failure.kind, Kind::NotConfigured | Kind::Unauthorized | Kind::NotFound);
        if is_final || !has_answer {
            self.verdict = Some(Verdict::Unknown(failure.clone()));
            return None;
        }
        let is_known = self.failure.as_ref() == Some(failure);
        self.failure = Some(failure.clone());
        (!is_known).then(|| Line::Retrying(failure.clone()))
    }

    /// Reports what has changed: jobs and steps before the end of the run, and after its start.
    fn compare(&mut self, detail: &RunDetail, now: Now) -> Vec<Line> {
        let run = &detail.run;
        let of_run = self.has_changed(StateKey::Run { attempt: run.attempt }, &run.state);
        let of_run = of_run.then(|| change_of_run(run, now));
        let mut changes: Vec<Change> = detail.jobs.iter().flat_map(|job| self.of_job(job, now)).collect();
        // Of one answer, in the order in which they happened; a failed step stays before its job.
        changes.sort_by_key(|change| change.at);
        if run.state.is_active() {
            changes.splice(0..0, of_run);
        } else {
            changes.extend(of_run);
        }
        changes.into_iter().map(Line::Changed).collect()
    }

    fn of_job(&mut self, job: &Job, now: Now) -> Vec<Change> {
        let failed = job.steps.iter().filter(|step| step.state.is_failure());
        let failed = failed.filter(|step| {
            self.has_changed(StateKey::Step { job: job.id, number: step.number }, &step.state)
        });
        let mut changes: Vec<Change> = failed.map(|step| change_of_step(job, step, now)).collect();
        // Every job begins in a queue, which tells nothing.
        let is_new = job.state == State::Queued && !self.states.contains_key(&StateKey::Job(job.id));
        if self.has_changed(StateKey::Job(job.id), &job.state) && !is_new {
            changes.push(change_of_job(job, now));
        }
        changes
    }

    /// Reports whether a part has another state than before, and notes the state.
    fn has_changed(&mut self, part: StateKey, state: &State) -> bool {
        self.states.insert(part, state.clone()).as_ref() != Some(state)
    }
}

impl Flow for RunWatch {
    fn wants(&self) -> Vec<Want> {
        vec![Want::from(self.query()).attention(Attention::Focused)]
    }

    fn update(&mut self, cache: &Cache, now: Now) -> Vec<Line> {
        if self.verdict.is_some() {
            return Vec::new();
        }
        let run = cache.run(&self.repo, self.id);
        if let Some(failure) = run.failure() {
            return self.fail(failure, run.value().is_some()).into_iter().collect();
        }
        self.failure = None;
        let Some(detail) = run.value() else { return Vec::new() };
        self.verdict = verdict(&detail.run.state);
        self.compare(detail, now)
    }

    fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }
}

/// Returns the result of a run that has ended. GitHub counts skipped and neutral as success.
fn verdict(state: &State) -> Option<Verdict> {
    match state {
        State::Done(Conclusion::Success | Conclusion::Skipped | Conclusion::Neutral) => {
            Some(Verdict::Succeeded)
        }
        State::Done(_) => Some(Verdict::Failed),
        _ => None,
    }
}

fn change_of_run(run: &Run, now: Now) -> Change {
    let (label, workflow) = (run.label(), &run.workflow);
    Change {
        id: Some(run.id.0),
        url: Some(run.url.clone()).filter(|url| !url.is_empty()),
        ..change(
            Subject::Run,
            &format!("{label} {workflow}"),
            &run.state,
            run.began_at(),
            run.updated_at,
            now,
        )
    }
}

fn change_of_job(job: &Job, now: Now) -> Change {
    Change {
        id: Some(job.id),
        ..change(Subject::Job, &job.name, &job.state, job.started_at, job.completed_at, now)
    }
}

fn change_of_step(job: &Job, step: &Step, now: Now) -> Change {
    Change {
        job: Some(job.name.clone()),
        ..change(Subject::Step, &step.name, &step.state, step.started_at, step.completed_at, now)
    }
}

fn change(
    subject: Subject,
    name: &str,
    state: &State,
    began: Option<Timestamp>,
    ended: Option<Timestamp>,
    now: Now,
) -> Change {
    let at = match state {
        State::InProgress => began,
        State::Done(_) => ended,
        State::Queued | State::Waiting | State::Unknown(_) => None,
    };
    let took = began.zip(ended).filter(|_| !state.is_active());
    let took = took.and_then(|(began, ended)| Duration::try_from(ended.duration_since(began)).ok());
    Change {
        at: at.unwrap_or(now.wall),
        subject,
        id: None,
        name: name.to_owned(),
        job: None,
        status: state.word().to_owned(),
        tone: run_badge(state).2,
        took,
        url: None,
    }
}

#[cfg(test)]
mod tests;
