//! A search in the log of a job.

use std::sync::atomic::{AtomicBool, Ordering};

use hello_model::{
    job_log::{JobLog, Needle},
    run::JobId,
};

/// A search for the lines that have a text.
#[derive(Debug, Clone, PartialEq)]
pub struct JobLogSearch {
    pub job: JobId,
    /// The log as far as it was received. Cloning shares its text.
    pub log: JobLog,
    pub needle: Needle,
    /// What a search of the beginning of the same log has found.
    pub known: Option<JobLogMatches>,
}

/// The lines found so far.
#[derive(Debug, Clone, PartialEq)]
pub struct JobLogMatches {
    pub job: JobId,
    pub needle: Needle,
    /// The numbers of the lines, in order.
    pub lines: Vec<u32>,
    /// How many segments of the log were searched.
    pub segments: usize,
    /// Whether these are all segments that there were.
    pub is_complete: bool,
}

impl JobLogSearch {
    /// Reports whether another search has the same result.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let size = |search: &Self| (search.log.segments().len(), search.log.bytes());
        self.job == other.job && self.needle == other.needle && size(self) == size(other)
    }

    /// Emits the first lines found at once, for a screen that goes to one of them, and then all lines.
    pub(super) fn run(&self, stop: &AtomicBool, emit: &mut dyn FnMut(JobLogMatches)) {
        let mut found = self.begin();
        let mut has_emitted = false;
        for (first, segment) in self.log.segments().skip(found.segments) {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let lines = self.needle.lines_in(segment).into_iter();
            found.lines.extend(lines.filter_map(|line| u32::try_from(first + line).ok()));
            found.segments += 1;
            if !has_emitted && !found.lines.is_empty() {
                has_emitted = true;
                emit(found.clone());
            }
        }
        found.is_complete = true;
        emit(found);
    }

    fn begin(&self) -> JobLogMatches {
        let is_same = |known: &&JobLogMatches| known.answers(self.job, &self.needle);
        self.known.as_ref().filter(is_same).cloned().unwrap_or_else(|| JobLogMatches {
            job: self.job,
            needle: self.needle.clone(),
            lines: Vec::new(),
            segments: 0,
            is_complete: false,
        })
    }
}

impl JobLogMatches {
    /// Reports whether it answers a search for this text in the log of this job.
    pub fn answers(&self, job: JobId, needle: &Needle) -> bool {
        self.job == job && self.needle == *needle
    }

    /// Returns the place of the next match after a line, from the beginning again behind the last one.
    pub fn next(&self, line: usize) -> Option<usize> {
        let place = self.lines.partition_point(|found| *found as usize <= line);
        (!self.lines.is_empty()).then_some(place % self.lines.len().max(1))
    }

    /// Returns the place of the next match before a line, from the end again before the first one.
    pub fn previous(&self, line: usize) -> Option<usize> {
        let place = self.lines.partition_point(|found| (*found as usize) < line);
        place.checked_sub(1).or(self.lines.len().checked_sub(1))
    }

    /// Returns the line of a match.
    pub fn line(&self, place: usize) -> Option<usize> {
        self.lines.get(place).map(|line| *line as usize)
    }
}

#[cfg(test)]
mod tests {
    use hello_model::job_log::LogWriter;

    use super::*;

    fn log(text: &str) -> JobLog {
        let (mut writer, mut log) = (LogWriter::default(), JobLog::default());
        writer.push(text.as_bytes()).into_iter().for_each(|segment| log.push(segment));
        writer.finish().into_iter().for_each(|segment| log.push(segment));
        log
    }

    fn search(log: JobLog, text: &str) -> JobLogSearch {
        JobLogSearch { job: JobId(7), log, needle: Needle::new(text).unwrap(), known: None }
    }

    fn results(search: &JobLogSearch) -> Vec<JobLogMatches> {
        let mut pieces = Vec::new();
        search.run(&AtomicBool::new(false), &mut |found| pieces.push(found));
        pieces
    }

    #[test]
    fn the_first_matches_come_before_all_matches() {
        let mut text = "the answer is an error\n".to_owned();
        text.push_str(&"a line like most others\n".repeat(100_000));
        text.push_str("another ERROR\n");
        let pieces = results(&search(log(&text), "error"));
        let lines: Vec<_> = pieces.iter().map(|piece| (piece.lines.as_slice(), piece.is_complete)).collect();
        assert_eq!(lines, [(&[0][..], false), (&[0, 100_001], true)]);
    }

    #[test]
    fn a_log_that_grows_is_searched_only_where_it_has_grown() {
        let mut log = log("one error\n");
        let known = results(&search(log.clone(), "error")).pop();
        let (mut writer, mut more) = (LogWriter::default(), JobLog::default());
        writer.push(b"text\nan error\n");
        let segment = writer.finish().unwrap();
        more.push(segment.clone());
        log.push(segment);
        // Only the second segment is read: the known result of the first one is taken as it is.
        let known = known.map(|known| JobLogMatches { lines: vec![0, 0], ..known });
        let found = results(&JobLogSearch { known, ..search(log, "error") }).pop().unwrap();
        assert_eq!((found.lines, found.segments, found.is_complete), (vec![0, 0, 2], 2, true));
    }

    #[test]
    fn the_matches_are_walked_in_a_circle() {
        let found = results(&search(log("a\nx\na\nx\na\n"), "a")).pop().unwrap();
        let line = |place: Option<usize>| place.and_then(|place| found.line(place));
        assert_eq!(
            (line(found.next(0)), line(found.next(3)), line(found.next(4))),
            (Some(2), Some(4), Some(0))
        );
        assert_eq!((line(found.previous(4)), line(found.previous(0))), (Some(2), Some(4)));
        let none = results(&search(log("x\n"), "a")).pop().unwrap();
        assert_eq!((none.next(0), none.previous(0)), (None, None));
    }

    #[test]
    fn a_stopped_search_has_no_result() {
        let mut pieces = 0;
        search(log("a\n"), "a").run(&AtomicBool::new(true), &mut |_| pieces += 1);
        assert_eq!(pieces, 0);
    }
}
