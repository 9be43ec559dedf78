//! A run that was opened. A flow follows it and says what happened.

use hello_model::{fetch::Want, run::RunId};
use hello_state::flow::{Flow, Line, Verdict, run_watch::RunWatch};

use crate::{cx::Cx, widgets::details::DetailsState};

/// The maximum number of lines that are kept. A run that goes on for days has more.
const MAX_LINES: usize = 200;

/// A run that was opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) id: RunId,
    pub(super) state: DetailsState,
    /// The flow; `None` until the repository is known.
    watch: Option<RunWatch>,
    lines: Vec<Line>,
}

impl Opened {
    pub(super) fn new(id: RunId) -> Self {
        Self { id, state: DetailsState::default(), watch: None, lines: Vec::new() }
    }

    pub(super) fn wants(&self) -> Vec<Want> {
        self.watch.as_ref().map(Flow::wants).unwrap_or_default()
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
