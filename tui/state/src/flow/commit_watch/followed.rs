//! The runs of a commit that are followed.

use hello_model::{
    fetch::{Attention, Want},
    run::{Repo, Run},
    time::{Now, Timestamp},
};

use crate::{
    cache::Cache,
    flow::{Flow, Line, Verdict, run_watch::RunWatch},
};

/// The number of active runs that are asked for every few seconds. The others follow more slowly.
const MAX_FOCUSED: usize = 4;

/// A run that is followed.
#[derive(Debug)]
pub(super) struct Followed {
    pub(super) watch: RunWatch,
    /// Whether it was active when it was seen first.
    was_active: bool,
    /// Whether the list says that it has ended.
    has_ended_in_list: bool,
}

impl Followed {
    pub(super) fn new(watch: RunWatch, run: &Run) -> Self {
        let is_active = run.state.is_active();
        Self { watch, was_active: is_active, has_ended_in_list: !is_active }
    }

    /// Takes in how the list shows it.
    pub(super) fn note(&mut self, listed: &[Run]) {
        if let Some(run) = listed.iter().find(|run| run.id == self.watch.id()) {
            self.has_ended_in_list = !run.state.is_active();
        }
    }

    /// Compares the run, from its beginning if it was started again, and names it in what it reports.
    pub(super) fn update(&mut self, repo: &Repo, fails_fast: bool, cache: &Cache, now: Now) -> Vec<Line> {
        if self.watch.is_outdated(cache) {
            self.watch = RunWatch::new(repo.clone(), self.watch.id()).listed().fail_fast(fails_fast);
        }
        let lines = self.watch.update(cache, now);
        let detail = self.watch.runs(cache).first().copied();
        self.was_active |= detail.is_some_and(|detail| detail.run.state.is_active());
        let run = detail.map(|detail| detail.run.reference());
        let named = |line| match line {
            Line::Changed(mut change) if change.id != run.as_ref().map(|run| run.id.0) => {
                change.run.clone_from(&run);
                Line::Changed(change)
            }
            line => line,
        };
        lines.into_iter().map(named).collect()
    }
}

/// Returns what the runs need. A run is asked for at once when the list says that it has ended.
pub(super) fn wants(all: &[Followed]) -> impl Iterator<Item = Want> {
    let mut active = 0;
    all.iter().flat_map(move |followed| {
        let is_active = followed.watch.verdict().is_none();
        active += usize::from(is_active);
        let is_focused = followed.has_ended_in_list || active <= MAX_FOCUSED;
        let attention = if is_focused { Attention::Focused } else { Attention::Visible };
        followed.watch.wants().into_iter().map(move |want| want.attention(attention))
    })
}

/// Returns when the last run ended: now, if one was active when it was seen first.
pub(super) fn ended_at(all: &[Followed], cache: &Cache, repo: &Repo, now: Now) -> Timestamp {
    let ended = all.iter().map(|followed| {
        let updated = cache.run(repo, followed.watch.id()).value().and_then(|detail| detail.run.updated_at);
        updated.filter(|_| !followed.was_active).map_or(now.wall, |at| at.min(now.wall))
    });
    ended.max().unwrap_or(now.wall)
}

/// Returns the result of all runs, which have ended: a failure counts more than an unknown result.
pub(super) fn result(all: &[Followed]) -> Verdict {
    let verdicts = || all.iter().filter_map(|followed| followed.watch.verdict());
    let failed = verdicts().find(|verdict| **verdict == Verdict::Failed);
    let unknown = || verdicts().find(|verdict| matches!(verdict, Verdict::Unknown(_)));
    failed.or_else(unknown).cloned().unwrap_or(Verdict::Succeeded)
}
