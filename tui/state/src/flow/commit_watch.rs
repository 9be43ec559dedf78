//! Follows all workflow runs of one commit until they have ended.
//!
//! A push starts several workflows, some of them only when another one has ended. The list of the commit's runs is read
//! until the first run is there, now and then while they go on, and once more after the last one has ended.

mod admission;
mod followed;
mod standing;

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use hello_model::{
    failure::{Failure, Kind},
    fetch::{Attention, Want},
    query::Query,
    run::{Repo, RunDetail, RunFilter, RunId, RunList, RunQuery},
    time::Now,
};

pub use self::admission::is_superseded;
use self::{followed::Followed, standing::Standing};
use super::{Flow, Line, Verdict, run_watch::RunWatch};
use crate::cache::Cache;

/// How long the first run of a commit is waited for, unless a shorter time is given.
pub const MAX_WAIT: Duration = Duration::from_mins(5);

/// The number of runs of one commit that are read. A commit of a scheduled workflow has many.
const MAX_LISTED: usize = 90;

/// Reports the changes of all runs of a commit. Of runs that had ended before and are alike, only the newest counts.
#[derive(Debug)]
pub struct CommitWatch {
    query: RunQuery,
    /// The abbreviated commit.
    commit: String,
    wait: Duration,
    fails_fast: bool,
    /// The runs that are followed, oldest first.
    followed: Vec<Followed>,
    /// Runs that had ended before and were followed by a newer one.
    left_out: HashSet<RunId>,
    standing: Standing,
    /// The failure of the list that was reported last, until a request succeeds.
    failure: Option<Failure>,
    verdict: Option<Verdict>,
}

impl CommitWatch {
    /// Begins to follow the runs of a commit, by its full id. The first one is waited for at most `wait`.
    pub fn new(repo: Repo, commit: &str, wait: Duration) -> Self {
        let filter = RunFilter { commit: Some(commit.to_owned()), ..RunFilter::default() };
        Self {
            query: RunQuery { repo, filter },
            commit: commit.get(..7).unwrap_or(commit).to_owned(),
            wait: wait.min(MAX_WAIT),
            fails_fast: false,
            followed: Vec::new(),
            left_out: HashSet::new(),
            standing: Standing::default(),
            failure: None,
            verdict: None,
        }
    }

    /// Sets whether it ends at the first job that fails, while the runs go on.
    #[must_use]
    pub fn fail_fast(self, fails_fast: bool) -> Self {
        Self { fails_fast, ..self }
    }

    /// Reports a failure of the list, or ends with it where trying again does not help.
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

    /// Follows the runs of the list that are new.
    fn admit(&mut self, list: &RunList) {
        let known: HashSet<RunId> = self.followed.iter().map(|run| run.watch.id()).collect();
        for run in &list.runs.items {
            if known.contains(&run.id) || self.left_out.contains(&run.id) {
                continue;
            }
            if is_superseded(run, &list.runs.items) {
                self.left_out.insert(run.id);
                continue;
            }
            let watch = RunWatch::new(self.query.repo.clone(), run.id).listed().fail_fast(self.fails_fast);
            self.followed.push(Followed::new(watch, run));
            self.standing.reopen();
        }
        self.followed.sort_by_key(|run| run.watch.id());
        for followed in &mut self.followed {
            followed.note(&list.runs.items);
        }
    }

    /// Lets the flow of each run compare, and returns what they report.
    fn update_runs(&mut self, cache: &Cache, now: Now) -> Vec<Line> {
        let mut lines = Vec::new();
        for followed in &mut self.followed {
            let had_ended = followed.watch.verdict().is_some();
            lines.extend(followed.update(&self.query.repo, self.fails_fast, cache, now));
            if !had_ended && followed.watch.verdict().is_some() {
                self.standing.run_ended(now);
            }
        }
        lines
    }

    /// Ends early: where a result cannot be found out, or at the first failure if that was asked for.
    fn end_early(&mut self) -> Option<Line> {
        let verdicts = || self.followed.iter().filter_map(|followed| followed.watch.verdict());
        let is_fatal = |failure: &Failure| failure.kind != Kind::NotFound;
        let fatal = verdicts().find(|verdict| matches!(verdict, Verdict::Unknown(why) if is_fatal(why)));
        if let Some(fatal) = fatal.cloned() {
            self.verdict = Some(fatal);
            return None;
        }
        if !self.fails_fast || !verdicts().any(|verdict| *verdict == Verdict::Failed) {
            return None;
        }
        self.verdict = Some(Verdict::Failed);
        let others = self.followed.iter().filter(|followed| followed.watch.verdict().is_none()).count();
        (others > 0).then(|| Line::Remark(standing::others_go_on(others, &self.commit)))
    }

    /// Ends when the first run has not appeared in time.
    fn give_up(&mut self, now: Now) {
        if self.standing.waited(now) >= self.wait {
            self.verdict = Some(Verdict::TimedOut(standing::no_run(&self.commit, self.wait)));
        }
    }
}

impl Flow for CommitWatch {
    fn wants(&self) -> Vec<Want> {
        let attention =
            if self.standing.is_list_urgent() { Attention::Focused } else { Attention::Background };
        let list = Want::from(Query::Runs(self.query.clone())).rows(MAX_LISTED).attention(attention);
        std::iter::once(list).chain(followed::wants(&self.followed)).collect()
    }

    fn update(&mut self, cache: &Cache, now: Now) -> Vec<Line> {
        if self.verdict.is_some() {
            return Vec::new();
        }
        self.standing.begin(now);
        let (mut lines, list) = (Vec::new(), cache.selected_runs(&self.query));
        match list.failure() {
            Some(failure) => lines.extend(self.fail(failure, list.value().is_some())),
            None => self.failure = None,
        }
        if let Some(list) = list.value() {
            self.admit(list);
        }
        lines.extend(self.update_runs(cache, now));
        lines.extend(self.end_early());
        if self.verdict.is_some() {
            return lines;
        }
        if self.followed.is_empty() {
            let is_answered = list.value().is_some();
            lines.extend(self.standing.announce(is_answered, &self.commit, self.wait));
            self.give_up(now);
        } else if self.followed.iter().all(|followed| followed.watch.verdict().is_some()) {
            let ended_at = followed::ended_at(&self.followed, cache, &self.query.repo, now);
            if self.standing.is_confirmed(ended_at, list.confirmed_at().filter(|_| list.failure().is_none()))
            {
                self.verdict = Some(followed::result(&self.followed));
            }
        } else {
            self.standing.reopen();
        }
        self.standing.judge_list(self.followed.is_empty(), now);
        lines
    }

    fn verdict(&self) -> Option<&Verdict> {
        self.verdict.as_ref()
    }

    fn deadline(&self) -> Option<Instant> {
        let first_run = self.standing.began().filter(|_| self.followed.is_empty());
        let runs = self.followed.iter().filter(|followed| followed.watch.verdict().is_none());
        let runs = runs.filter_map(|followed| followed.watch.deadline());
        runs.chain(first_run.map(|began| began + self.wait)).min()
    }

    fn runs<'c>(&self, cache: &'c Cache) -> Vec<&'c RunDetail> {
        self.followed.iter().flat_map(|followed| followed.watch.runs(cache)).collect()
    }

    fn waits_for(&self, now: Now) -> Option<String> {
        if self.verdict.is_some() {
            return None;
        }
        if self.followed.is_empty() {
            let left = self.wait.saturating_sub(self.standing.waited(now));
            return Some(standing::waiting(&self.commit, left));
        }
        self.standing.is_confirming().then(|| format!("looking for further runs of commit {}", self.commit))
    }
}

#[cfg(test)]
mod tests;
