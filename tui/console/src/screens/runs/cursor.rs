//! The cursor of an open run.

use hello_model::run::{Artifact, JobId};

use super::{
    log,
    opened::{Opened, Part},
    tree,
};
use crate::{commands::Move, cx::Cx, route::Scope, screen::Request, theme::Tone};

impl Opened {
    /// Moves the cursor, or the view.
    pub(super) fn go(&mut self, way: Move, cx: &Cx<'_>) {
        self.state.go(way);
        self.note_part(cx);
    }

    /// Puts the cursor on a part that was clicked.
    pub(super) fn select(&mut self, stop: usize, cx: &Cx<'_>) {
        self.state.select(stop);
        self.note_part(cx);
    }

    /// Returns the way to the log of the job at the cursor, which begins at the step at the cursor.
    pub(super) fn log(&self, scope: &Scope, cx: &Cx<'_>) -> Request {
        let (job, step) = match self.at_cursor(cx) {
            Some(Part::Job(job)) => (job, None),
            Some(Part::Step { job, number }) => (job, Some(number)),
            Some(Part::Artifact(_)) | None => {
                return Request::Notify("Put the cursor on a job to see its log.".to_owned(), Tone::Plain);
            }
        };
        Request::Go(log::route(&log::SPEC, scope.clone(), self.id, JobId(job), step))
    }

    /// Returns the artifact at which the cursor is.
    pub(super) fn artifact<'a>(&self, cx: &Cx<'a>) -> Option<&'a Artifact> {
        let Some(Part::Artifact(id)) = self.at_cursor(cx) else { return None };
        let artifacts = cx.cache.artifacts(cx.repo()?, self.id).value()?;
        artifacts.iter().find(|artifact| artifact.id == id)
    }

    /// Downloads the artifact at which the cursor is.
    pub(super) fn download(&self, cx: &Cx<'_>) -> Vec<Request> {
        let download = |artifact: &Artifact| Some(Request::Download(cx.repo()?.clone(), artifact.clone()));
        self.artifact(cx).and_then(download).into_iter().collect()
    }

    /// Returns the part at the cursor, which is at the first one at first.
    fn at_cursor(&self, cx: &Cx<'_>) -> Option<Part> {
        let (_, parts) = tree::of(self, cx);
        self.part.or_else(|| parts.get(self.state.selected().unwrap_or(0)).copied())
    }

    fn note_part(&mut self, cx: &Cx<'_>) {
        let (_, parts) = tree::of(self, cx);
        self.part = self.state.selected().and_then(|stop| parts.get(stop).copied());
    }

    /// Puts the cursor back on its part, which may have another place now.
    pub(super) fn keep_part(&self, cx: &Cx<'_>) {
        let Some(part) = self.part else { return };
        let (_, parts) = tree::of(self, cx);
        if let Some(stop) = parts.iter().position(|other| *other == part) {
            self.state.select(stop);
        }
    }
}
