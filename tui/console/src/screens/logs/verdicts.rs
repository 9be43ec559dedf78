//! Which lines pass the filter.

use std::collections::HashMap;

use hello_model::filter::Filter;
use hello_state::{
    log_buffer::{LogBuffer, MAX_LINES},
    present::{
        Format,
        log_line::{COLUMNS, SearchedLine, shown},
    },
};

/// Which lines pass the filter, by their numbers: that is computed once for each line, not for each frame.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    judged: HashMap<u64, JudgedLine>,
    /// The number of the first line that was not judged yet.
    next: u64,
}

#[derive(Debug)]
struct JudgedLine {
    passes: bool,
    /// What is shown of its message, made once for all letters of a filter.
    shown: Option<Box<str>>,
}

impl Verdicts {
    /// Reports whether a line passes. One that was not judged yet does.
    pub(super) fn passes(&self, number: u64) -> bool {
        self.judged.get(&number).is_none_or(|line| line.passes)
    }

    /// Lets all lines be judged again, because the filter has changed.
    pub(super) fn restart(&mut self) {
        self.next = 0;
    }

    /// Judges the lines that have come since.
    pub(super) fn update(&mut self, lines: &LogBuffer, filter: &Filter, format: &Format) {
        if filter.is_empty() {
            *self = Self { judged: HashMap::new(), next: lines.next_number() };
            return;
        }
        if self.judged.len() > 2 * MAX_LINES {
            let kept = lines.numbered().filter_map(|(number, _)| self.judged.remove_entry(&number));
            self.judged = kept.collect();
        }
        let mut matcher = filter.matcher(&COLUMNS.fields(), &format.clock);
        for (number, line) in lines.numbered().filter(|(number, _)| *number >= self.next) {
            let judged = self.judged.entry(number).or_insert_with(|| JudgedLine {
                passes: true,
                shown: shown(line).map(String::into_boxed_str),
            });
            judged.passes = matcher.matches(&SearchedLine { line, shown: judged.shown.as_deref(), format });
        }
        self.next = lines.next_number();
    }
}
