//! The lines that are kept: a bounded number, and an honest count of those that are not.

use std::{
    collections::{HashSet, VecDeque},
    time::Duration,
};

use crate::domain::{
    log::{Level, LogLine},
    time::Timestamp,
};

/// Lines kept. Older ones are forgotten, and counted.
pub(super) const KEPT: usize = 5_000;

/// A ring of lines in the order of their time.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    lines: VecDeque<LogLine>,
    forgotten: u64,
    errors: usize,
}

impl Buffer {
    /// Takes lines in; of more than can be kept, only the last ones are ever stored.
    pub(super) fn take(&mut self, lines: Vec<LogLine>) {
        for line in lines {
            if self.lines.len() == KEPT {
                let gone = self.lines.pop_front();
                self.errors -= usize::from(gone.is_some_and(|gone| gone.level == Level::Error));
                self.forgotten += 1;
            }
            self.errors += usize::from(line.level == Level::Error);
            self.put(line);
        }
    }

    /// Puts a line at its time: one that comes late stands where it belongs.
    fn put(&mut self, line: LogLine) {
        let later = self.lines.iter().rev().take_while(|kept| kept.at > line.at).count();
        self.lines.insert(self.lines.len() - later, line);
    }

    /// Counts the errors of so much time before the newest line.
    pub(super) fn errors_within(&self, window: Duration) -> usize {
        let Some(newest) = self.lines.back() else { return 0 };
        let begin = newest.at - window;
        let recent = self.lines.iter().rev().take_while(|line| line.at >= begin);
        recent.filter(|line| line.level == Level::Error).count()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Counts the lines that were read and are no longer kept.
    pub(super) fn forgotten(&self) -> u64 {
        self.forgotten
    }

    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// Returns the latest moment of all lines; the last one that arrived may be an older one that was late.
    pub(super) fn latest(&self) -> Option<Timestamp> {
        self.lines.iter().map(|line| line.at).max()
    }

    /// Returns the ids of the lines written at `since` or later.
    pub(super) fn ids_since(&self, since: Timestamp) -> HashSet<String> {
        self.lines.iter().filter(|line| line.at >= since).map(|line| line.id.clone()).collect()
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = &LogLine> {
        self.lines.iter().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: usize, level: Level) -> LogLine {
        LogLine {
            id: id.to_string(),
            stream: String::new(),
            at: crate::domain::time::Timestamp::UNIX_EPOCH,
            ingested: None,
            message: String::new(),
            level,
        }
    }

    #[test]
    fn a_line_that_comes_late_stands_at_its_time() {
        let at = |id: usize, second| LogLine {
            at: Timestamp::from_second(second).unwrap(),
            ..line(id, Level::Info)
        };
        let mut buffer = Buffer::default();
        buffer.take(vec![at(1, 10), at(2, 20), at(3, 15)]);
        let ids: Vec<&str> = buffer.newest_first().map(|line| line.id.as_str()).collect();
        assert_eq!(ids, ["2", "3", "1"]);
    }

    #[test]
    fn what_is_forgotten_is_counted() {
        let mut buffer = Buffer::default();
        buffer.take((0..KEPT + 3).map(|id| line(id, Level::Error)).collect());
        assert_eq!((buffer.len(), buffer.forgotten(), buffer.errors()), (KEPT, 3, KEPT));
        let oldest = buffer.newest_first().last().unwrap();
        assert_eq!(oldest.id, "3");
    }
}
