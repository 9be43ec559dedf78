//! The cursor of an open run.

use super::{opened::Opened, tree};
use crate::{commands::Move, cx::Cx};

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
