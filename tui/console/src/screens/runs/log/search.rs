//! The text that is searched for in a log, and where it was found.

use hello_model::{
    job_log::{JobLog, Needle},
    run::JobId,
};
use hello_state::computation::{Computation, JobLogMatches, JobLogSearch};
use tui_input::Input;

use crate::{line_input, screen::Event};

/// A search in a log.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) input: Input,
    pub(super) is_typing: bool,
    needle: Option<Needle>,
    found: Option<JobLogMatches>,
    /// The line from which the first match is looked for, until there is one.
    pub(super) from: Option<usize>,
}

impl Search {
    /// Begins to type. The first match at `line` or below it is gone to.
    pub(super) fn begin(&mut self, line: usize) {
        self.is_typing = true;
        self.from = Some(line);
    }

    /// Takes text that is typed or pasted. Returns whether it was for the search.
    pub(super) fn on(&mut self, event: &Event<'_>) -> bool {
        let has_changed = match event {
            Event::Typed(key) if self.is_typing => line_input::typed(&mut self.input, *key),
            Event::Pasted(text) if self.is_typing => line_input::pasted(&mut self.input, text),
            _ => return false,
        };
        if has_changed {
            self.needle = Needle::new(self.input.value());
        }
        true
    }

    /// Reports whether there is anything to show of it.
    pub(super) fn is_shown(&self) -> bool {
        self.is_typing || !self.input.value().is_empty()
    }

    pub(super) fn needle(&self) -> Option<&Needle> {
        self.needle.as_ref()
    }

    /// Returns what was found of the present text.
    pub(super) fn found(&self, job: JobId) -> Option<&JobLogMatches> {
        self.found
            .as_ref()
            .filter(|found| self.needle.as_ref().is_some_and(|needle| found.answers(job, needle)))
    }

    pub(super) fn take_in(&mut self, found: &JobLogMatches) {
        self.found = Some(found.clone());
    }

    /// Returns the search that is to be made.
    pub(super) fn computation(&self, job: JobId, log: &JobLog) -> Option<Computation> {
        let needle = self.needle.clone()?;
        let known = self.found(job).filter(|found| found.segments <= log.segments().len());
        if known.is_some_and(|known| known.is_complete && known.segments == log.segments().len()) {
            return None;
        }
        let known = known.filter(|known| known.is_complete).cloned();
        Some(Computation::SearchJobLog(JobLogSearch { job, log: log.clone(), needle, known }))
    }

    /// Writes how many there are, and the place of the one at this line: `3 of 17`.
    pub(super) fn count(&self, job: JobId, line: Option<usize>) -> String {
        let Some(found) = self.found(job) else {
            return if self.needle.is_some() { "searching".to_owned() } else { String::new() };
        };
        let place = line.and_then(|line| found.lines.binary_search(&u32::try_from(line).ok()?).ok());
        let more = if found.is_complete { "" } else { "…" };
        match (found.lines.len(), place) {
            (0, _) if found.is_complete => "not found".to_owned(),
            (count, Some(place)) => format!("{} of {count}{more}", place + 1),
            (1, None) => format!("1 line{more}"),
            (count, None) => format!("{count} lines{more}"),
        }
    }
}
