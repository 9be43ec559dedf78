//! Follows one workflow run until it ends.

mod absence;
mod changes;
mod remarks;

use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

use hello_model::{
    failure::{Failure, Kind},
    fetch::{Attention, Want},
    query::Query,
    run::{Conclusion, Job, Repo, RunDetail, RunId, State},
    time::Now,
};

use self::absence::Absence;
use super::{Change, Flow, Line, Verdict};
use crate::cache::Cache;

/// Reports each change of a run and of its jobs, and each step that failed.
#[derive(Debug)]
pub struct RunWatch {
    repo: Repo,
    id: RunId,
    /// Whether it ends at the first job that fails.
    fails_fast: bool,
    /// Whether a list has shown the run, so that a failure of the first request is worth another try.
    is_listed: bool,
    /// The states that were reported last.
    states: HashMap<StateKey, State>,
    /// The remarks that were reported.
    remarks: HashSet<String>,
    /// The failure that was reported last, until a request succeeds.
    failure: Option<Failure>,
    /// Since when the run is not found, before its first answer.
    absence: Option<Absence>,
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
        Self {
            repo,
            id,
            fails_fast: false,
            is_listed: false,
            states: HashMap::new(),
            remarks: HashSet::new(),
            failure: None,
            absence: None,
            verdict: None,
        }
    }

    /// Sets whether it ends at the first job that fails, while the run goes on.
    #[must_use]
    pub fn fail_fast(self, fails_fast: bool) -> Self {
        Self { fails_fast, ..self }
    }

    /// Notes that a list has shown the run.
    #[must_use]
    pub(super) fn listed(self) -> Self {
        Self { is_listed: true, ..self }
    }

    /// Returns the id of the run.
    pub fn id(&self) -> RunId {
        self.id
    }

    /// Reports whether the verdict no longer holds: the run was started again, or the result is known after all.
    pub fn is_outdated(&self, cache: &Cache) -> bool {
        let run = cache.run(&self.repo, self.id);
        let Some(detail) = run.value().filter(|_| run.failure().is_none()) else { return false };
        match &self.verdict {
            None => false,
            Some(Verdict::Unknown(_) | Verdict::TimedOut(_)) => true,
            Some(Verdict::Succeeded | Verdict::Failed) => detail.run.state.is_active(),
        }
    }

    fn query(&self) -> Query {
        Query::Run(self.repo.clone(), self.id)
    }

    /// Reports a failure, or ends with it where trying again does not help.
    fn fail(&mut self, failure: &Failure, cache: &Cache, now: Now) -> Option<Line> {
        let has_answer = cache.run(&self.repo, self.id).value().is_some();
        if failure.kind != Kind::NotFound {
            self.absence = None;
        }
        let end = match failure.kind {
            Kind::NotFound if has_answer => Some(absence::deleted(self.id)),
            Kind::NotFound => return self.wait_for_run(failure, cache, now),
            Kind::NotConfigured | Kind::Unauthorized => Some(failure.clone()),
            _ if !has_answer && !self.is_listed => Some(failure.clone()),
            _ => None,
        };
        if let Some(end) = end {
            self.verdict = Some(Verdict::Unknown(end));
            return None;
        }
        let is_known = self.failure.as_ref() == Some(failure);
        self.failure = Some(failure.clone());
        (!is_known).then(|| Line::Retrying(failure.clone()))
    }

    /// Waits for a run that GitHub may show only some seconds after it was started.
    fn wait_for_run(&mut self, failure: &Failure, cache: &Cache, now: Now) -> Option<Line> {
        let is_new = self.absence.is_none();
        let absence = self.absence.get_or_insert_with(|| Absence::since(now));
        if absence.is_final(now)
            || !self.is_listed && absence::is_older_than_listed(self.id, &self.repo, cache)
        {
            self.verdict = Some(Verdict::Unknown(failure.clone()));
            return None;
        }
        is_new.then(|| Line::Remark(absence::remark(self.id)))
    }

    /// Reports what has changed: jobs and steps before the end of the run, and after its start.
    fn compare(&mut self, detail: &RunDetail, now: Now) -> Vec<Line> {
        let run = &detail.run;
        let of_run = self.has_changed(StateKey::Run { attempt: run.attempt }, &run.state);
        let of_run = of_run.then(|| changes::of_run(run, now));
        let mut changes: Vec<Change> = detail.jobs.iter().flat_map(|job| self.of_job(job, now)).collect();
        // Of one answer, in the order in which they happened; a failed step stays before its job.
        changes.sort_by_key(|change| change.at);
        if run.state.is_active() {
            changes.splice(0..0, of_run);
        } else {
            changes.extend(of_run);
        }
        let mut lines: Vec<Line> = changes.into_iter().map(Line::Changed).collect();
        lines.extend(self.new_remarks(detail));
        lines
    }

    fn new_remarks(&mut self, detail: &RunDetail) -> Vec<Line> {
        let remarks = remarks::of(detail).into_iter();
        remarks.filter(|remark| self.remarks.insert(remark.clone())).map(Line::Remark).collect()
    }

    fn of_job(&mut self, job: &Job, now: Now) -> Vec<Change> {
        let failed = job.steps.iter().filter(|step| step.state.is_failure());
        let failed = failed.filter(|step| {
            self.has_changed(StateKey::Step { job: job.id, number: step.number }, &step.state)
        });
        let mut changes: Vec<Change> = failed.map(|step| changes::of_step(job, step, now)).collect();
        // Every job begins in a queue, which tells nothing.
        let is_new = job.state == State::Queued && !self.states.contains_key(&StateKey::Job(job.id));
        if self.has_changed(StateKey::Job(job.id), &job.state) && !is_new {
            changes.push(changes::of_job(job, now));
        }
        changes
    }

    /// Reports whether a part has another state than before, and notes the state.
    fn has_changed(&mut self, part: StateKey, state: &State) -> bool {
        self.states.insert(part, state.clone()).as_ref() != Some(state)
    }

    /// Ends at a job that has failed, although the run goes on.
    fn end_early(&mut self, detail: &RunDetail) -> Option<Line> {
        let failed = detail.jobs.iter().find(|job| job.state.is_failure())?;
        self.verdict = Some(Verdict::Failed);
        Some(Line::Remark(remarks::goes_on(&failed.name, &detail.run)))
    }
}

impl Flow for RunWatch {
    fn wants(&self) -> Vec<Want> {
        let mut wants = vec![Want::from(self.query()).attention(Attention::Focused)];
        if self.absence.is_some() && !self.is_listed {
            wants.push(Query::runs(self.repo.clone()).into());
        }
        wants
    }

    fn update(&mut self, cache: &Cache, now: Now) -> Vec<Line> {
        if self.verdict.is_some() {
            return Vec::new();
        }
        let run = cache.run(&self.repo, self.id);
        if let Some(failure) = run.failure() {
            return self.fail(failure, cache, now).into_iter().collect();
        }
        self.failure = None;
        let Some(detail) = run.value() else { return Vec::new() };
        self.absence = None;
        self.verdict = verdict(&detail.run.state);
        let mut lines = self.compare(detail, now);
        if self.fails_fast && self.verdict.is_none() {
            lines.extend(self.end_early(detail));
        }
        lines
    }

    fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    fn deadline(&self) -> Option<Instant> {
        self.absence.as_ref().map(Absence::ends_at)
    }

    fn runs<'c>(&self, cache: &'c Cache) -> Vec<&'c RunDetail> {
        cache.run(&self.repo, self.id).value().into_iter().collect()
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

#[cfg(test)]
mod tests;
