//! The lines that are kept: a bounded number of lines and bytes, and an honest count of those that are not.

use std::{
    collections::{HashSet, VecDeque},
    time::Duration,
};

use hello_model::{
    log::{Level, LogLine},
    time::{Timestamp, before},
};

/// Lines kept. Older ones are forgotten, and counted.
pub const MAX_LINES: usize = 5_000;

/// Bytes kept, with what each line costs beside its text.
const MAX_BYTES: usize = 48 * 1024 * 1024;

/// Lines in the order of their time.
#[derive(Debug, Default)]
pub struct LogBuffer {
    lines: VecDeque<NumberedLine>,
    bytes: usize,
    forgotten: u64,
    errors: usize,
    next: u64,
}

/// A line, and its number in the order of arrival.
#[derive(Debug)]
struct NumberedLine {
    number: u64,
    line: LogLine,
}

impl NumberedLine {
    fn size(&self) -> usize {
        size_of::<Self>() - size_of::<LogLine>() + self.line.size()
    }
}

impl LogBuffer {
    /// Inserts lines by their time: one that comes late stands where it belongs. The oldest make room.
    pub(crate) fn insert(&mut self, lines: Vec<LogLine>) {
        let mut is_in_order = true;
        for line in lines {
            is_in_order &= self.lines.back().is_none_or(|last| last.line.at <= line.at);
            self.errors += usize::from(line.level == Level::Error);
            let kept = NumberedLine { number: self.next, line };
            self.next += 1;
            self.bytes += kept.size();
            self.lines.push_back(kept);
        }
        if !is_in_order {
            // Lines of one time stay in the order of their arrival.
            self.lines.make_contiguous().sort_by_key(|kept| kept.line.at);
        }
        while self.lines.len() > MAX_LINES || self.bytes > MAX_BYTES {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some(gone) = self.lines.pop_front() else { return };
        self.bytes -= gone.size();
        self.errors -= usize::from(gone.line.level == Level::Error);
        self.forgotten += 1;
    }

    /// Counts the errors of so much time before the newest line.
    pub fn errors_within(&self, window: Duration) -> usize {
        let Some(newest) = self.lines.back() else { return 0 };
        let begin = before(newest.line.at, window);
        let recent = self.newest_first().take_while(|line| line.at >= begin);
        recent.filter(|line| line.level == Level::Error).count()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Counts the lines that were read and are no longer kept.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Returns the time of the oldest line, if older ones were forgotten.
    pub(crate) fn kept_since(&self) -> Option<Timestamp> {
        self.lines.front().filter(|_| self.forgotten > 0).map(|kept| kept.line.at)
    }

    /// Returns the ids of the lines written at `since` or later.
    pub(crate) fn ids_since(&self, since: Timestamp) -> HashSet<String> {
        self.newest_first().take_while(|line| line.at >= since).map(|line| line.id.clone()).collect()
    }

    /// Returns the lines, the newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &LogLine> {
        self.numbered().map(|(_, line)| line)
    }

    /// Returns the lines with their numbers in the order of arrival, the newest line first.
    pub fn numbered(&self) -> impl Iterator<Item = (u64, &LogLine)> {
        self.lines.iter().rev().map(|kept| (kept.number, &kept.line))
    }

    /// Returns the number that the next line will have.
    pub fn next_number(&self) -> u64 {
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: usize, level: Level) -> LogLine {
        LogLine {
            id: id.to_string(),
            stream: String::new(),
            at: Timestamp::UNIX_EPOCH,
            ingested: None,
            message: String::new(),
            level,
        }
    }

    fn at(id: usize, second: i64) -> LogLine {
        LogLine { at: Timestamp::from_second(second).unwrap(), ..line(id, Level::Info) }
    }

    fn large(id: usize, length: usize) -> LogLine {
        LogLine { message: "x".repeat(length), ..line(id, Level::Info) }
    }

    #[test]
    fn a_late_line_is_sorted_by_its_time() {
        let mut buffer = LogBuffer::default();
        buffer.insert(vec![at(1, 10), at(2, 20), at(3, 15)]);
        let ids: Vec<&str> = buffer.newest_first().map(|line| line.id.as_str()).collect();
        assert_eq!(ids, ["2", "3", "1"]);
    }

    #[test]
    fn forgotten_lines_are_counted() {
        let mut buffer = LogBuffer::default();
        buffer.insert((0..MAX_LINES + 3).map(|id| line(id, Level::Error)).collect());
        assert_eq!((buffer.len(), buffer.forgotten(), buffer.errors()), (MAX_LINES, 3, MAX_LINES));
        let oldest = buffer.newest_first().last().unwrap();
        assert_eq!(oldest.id, "3");
    }

    #[test]
    fn large_lines_are_bounded_in_bytes() {
        let mut buffer = LogBuffer::default();
        for id in 0..200 {
            buffer.insert(vec![large(id, 1024 * 1024)]);
            assert!(buffer.bytes <= MAX_BYTES);
        }
        assert_eq!((buffer.len(), buffer.forgotten()), (47, 153));
        buffer.insert((0..MAX_LINES).map(|id| large(id, 10)).collect());
        let exact: usize = buffer.lines.iter().map(NumberedLine::size).sum();
        assert_eq!(buffer.bytes, exact);
    }

    #[test]
    fn kept_lines_begin_at_the_newest_forgotten_time() {
        let mut buffer = LogBuffer::default();
        buffer.insert(vec![at(1, 100), at(2, 110)]);
        assert_eq!(buffer.kept_since(), None);
        buffer.insert((0..100).map(|id| LogLine { at: at(0, 120).at, ..large(id, 1024 * 1024) }).collect());
        assert_eq!(buffer.kept_since(), Some(at(0, 120).at));
    }
}
