//! Which lines pass the filter.

use std::collections::HashMap;

use hello_model::filter::Filter;
use hello_state::{
    log_buffer::{LogBuffer, MAX_LINES},
    present::{Format, log_line::COLUMNS},
};

/// Which lines pass the filter, by their numbers: that is computed once for each line, not for each frame.
#[derive(Debug, Default)]
pub(super) struct Verdicts {
    pub(super) passes: HashMap<u64, bool>,
    /// The number of the first line that was not judged yet.
    next: u64,
}

impl Verdicts {
    /// Judges the lines that have come since.
    pub(super) fn update(&mut self, lines: &LogBuffer, filter: &Filter, format: &Format) {
        if self.passes.len() > 2 * MAX_LINES {
            let kept: HashMap<u64, bool> = lines
                .numbered()
                .filter_map(|(number, _)| Some((number, *self.passes.get(&number)?)))
                .collect();
            self.passes = kept;
        }
        let mut matcher = filter.matcher(&COLUMNS.fields(), &format.clock);
        for (number, line) in lines.numbered().filter(|(number, _)| *number >= self.next) {
            self.passes.insert(number, matcher.matches(&COLUMNS.row(line, format)));
        }
        self.next = lines.next_number();
    }
}
