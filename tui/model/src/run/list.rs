//! The runs of a repository, page by page.

use serde::Serialize;

use super::{Run, RunId};
use crate::pages::{Cursor, ListItem, Paged, Pages};

/// The newest runs of a repository, newest first. Runs without a date come last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunList {
    pub runs: Pages<Run>,
    /// The number of entries in the responses that have no id and cannot be shown.
    pub unreadable: usize,
}

impl ListItem for Run {
    type Id = RunId;

    fn identity(&self) -> &RunId {
        &self.id
    }
}

impl Paged for RunList {
    fn loaded(&self) -> usize {
        self.runs.loaded()
    }

    fn next(&self) -> Option<&Cursor> {
        self.runs.next()
    }

    fn refresh(&mut self, head: Self) {
        self.runs.refresh(head.runs);
        self.unreadable = self.unreadable.max(head.unreadable);
    }

    fn append(&mut self, page: Self) {
        self.runs.append(page.runs);
        self.unreadable += page.unreadable;
    }

    fn is_confirmed_by(&self, head: &Self) -> bool {
        self.unreadable >= head.unreadable && self.runs.is_confirmed_by(&head.runs)
    }
}
