//! A run that was opened. A flow follows it and says what happened.

use hello_model::{fetch::Want, query::Query, run::RunId};
use hello_state::flow::{Flow, Line, Verdict, run_watch::RunWatch};

use super::reason::{self, ErrorLine};
use crate::{cx::Cx, widgets::details::DetailsState};

/// The maximum number of lines that are kept. A run that goes on for days has more.
const MAX_LINES: usize = 200;

/// For how many failed jobs annotations are read.
const MAX_ANNOTATED: usize = 5;

/// A part of an open run at which the cursor stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Job(u64),
    Step { job: u64, number: u64 },
    Artifact(u64),
}

/// A run that was opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) id: RunId,
    pub(super) state: DetailsState,
    /// The flow; `None` until the repository is known.
    watch: Option<RunWatch>,
    lines: Vec<Line>,
    /// The part at which the cursor is. It keeps its place when others come before it.
    pub(super) part: Option<Part>,
    /// The first error in the log of the job that failed.
    pub(super) error: Option<ErrorLine>,
}

impl Opened {
    pub(super) fn new(id: RunId) -> Self {
        Self { id, state: DetailsState::default(), watch: None, lines: Vec::new(), part: None, error: None }
    }

    pub(super) fn wants(&self, cx: &Cx<'_>) -> Vec<Want> {
        let run = self.watch.as_ref().map(Flow::wants).unwrap_or_default();
        run.into_iter().chain(self.parts_wanted(cx)).collect()
    }

    /// Returns the queries for what belongs to the run, as soon as it is known.
    fn parts_wanted(&self, cx: &Cx<'_>) -> Vec<Want> {
        let (Some(repo), Some(detail)) = (cx.repo(), cx.run(self.id).value()) else { return Vec::new() };
        let of_fork = detail
            .run
            .awaits_fork_approval()
            .then(|| Query::ForkChanges(repo.clone(), detail.run.commit.clone()));
        let artifacts = (!detail.run.state.is_active()).then(|| Query::Artifacts(repo.clone(), self.id));
        let reason = reason::wants(detail, self.error.as_ref(), repo, cx);
        let failed = detail.jobs.iter().filter(|job| job.state.is_failure()).take(MAX_ANNOTATED);
        let annotations = failed.map(|job| Query::Annotations(repo.clone(), job.id));
        of_fork.into_iter().chain(artifacts).chain(annotations).map(Want::from).chain(reason).collect()
    }

    /// Returns the job at which the cursor is, or whose step.
    pub(super) fn job(&self) -> Option<u64> {
        match self.part? {
            Part::Job(job) | Part::Step { job, .. } => Some(job),
            Part::Artifact(_) => None,
        }
    }

    /// Lets the flow compare what is known now with what it has reported.
    pub(super) fn follow(&mut self, cx: &Cx<'_>) {
        let Some(repo) = cx.repo() else { return };
        let new = || RunWatch::new(repo.clone(), self.id);
        let watch = self.watch.get_or_insert_with(new);
        if watch.is_outdated(cx.cache) {
            *watch = new();
            self.lines.clear();
        }
        if let Some(detail) = cx.run(self.id).value() {
            reason::find_error(&mut self.error, detail, cx);
        }
        let lines = watch.update(cx.cache, cx.now);
        let was_followed = !self.lines.is_empty();
        let has_ended = matches!(watch.verdict(), Some(Verdict::Succeeded | Verdict::Failed));
        // The jobs tell all about a run that had ended before.
        if was_followed || !has_ended {
            self.lines.extend(lines);
        }
        self.lines.drain(..self.lines.len().saturating_sub(MAX_LINES));
    }

    /// Returns what happened while the run was followed, the latest last; nothing of a run that had ended before.
    pub(super) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Returns how the run ended, once it has.
    pub(super) fn verdict(&self) -> Option<&Verdict> {
        self.watch.as_ref()?.verdict()
    }
}
