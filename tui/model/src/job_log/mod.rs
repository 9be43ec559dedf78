//! The log of one job of a workflow run.
//!
//! A log can have hundreds of megabytes. It is kept as it came, in [`LogSegment`]s that are shared and never change, and a
//! line is read when it is shown. A [`LogWriter`] makes the segments of the bytes as they arrive.
//!
//! The rules of GitHub's runner: each line begins with its time, and one without a time belongs to the line above.
//! A line that begins with a command, such as `##[error]`, is of that kind. Groups do not nest: a second `##[group]` ends
//! the first.

mod command;
mod escapes;
mod event;
mod line;
mod needle;
mod segment;
mod stamp;
mod steps;
mod writer;

use std::{ops::Range, sync::Arc};

pub use self::{
    command::LineKind,
    event::{JobLogEvent, LogEnd, MAX_LOG},
    line::{JobLogLine, MAX_SHOWN},
    needle::Needle,
    segment::{LogSegment, MAX_SEGMENT},
    steps::{StepLines, failed_step, first_error, sections},
    writer::LogWriter,
};
use crate::time::Timestamp;

/// The log of a job, as far as it was received. Cloning shares the text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobLog {
    segments: Vec<Placed>,
    lines: usize,
    errors: usize,
    warnings: usize,
    bytes: usize,
}

/// A segment, and the number of its first line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Placed {
    first: usize,
    segment: Arc<LogSegment>,
}

impl JobLog {
    /// Makes a log without lines.
    pub const fn new() -> Self {
        Self { segments: Vec::new(), lines: 0, errors: 0, warnings: 0, bytes: 0 }
    }

    /// Adds the next segment.
    pub fn push(&mut self, segment: Arc<LogSegment>) {
        let first = self.lines;
        self.lines += segment.lines();
        self.errors += segment.errors();
        self.warnings += segment.warnings();
        self.bytes += segment.bytes().len();
        self.segments.push(Placed { first, segment });
    }

    /// Counts the lines.
    pub fn len(&self) -> usize {
        self.lines
    }

    pub fn is_empty(&self) -> bool {
        self.lines == 0
    }

    /// Returns the size of the text, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the memory that the log occupies, in bytes.
    pub fn size(&self) -> usize {
        self.segments.iter().map(|placed| size_of::<Placed>() + placed.segment.size()).sum()
    }

    pub fn errors(&self) -> usize {
        self.errors
    }

    pub fn warnings(&self) -> usize {
        self.warnings
    }

    /// Returns the segments, each with the number of its first line.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = (usize, &LogSegment)> {
        self.segments.iter().map(|placed| (placed.first, &*placed.segment))
    }

    /// Returns a line. Of a long text, only the beginning is read.
    pub fn line(&self, number: usize) -> Option<JobLogLine<'_>> {
        self.lines(number..number.saturating_add(1)).next()
    }

    /// Returns the lines of a range. Of a long text, only the beginning is read.
    pub fn lines(&self, range: Range<usize>) -> impl Iterator<Item = JobLogLine<'_>> {
        self.read(range, MAX_SHOWN)
    }

    /// Returns the lines of a range with their whole texts.
    pub fn whole_lines(&self, range: Range<usize>) -> impl Iterator<Item = JobLogLine<'_>> {
        self.read(range, usize::MAX)
    }

    /// Returns a line as it came, without its line feed.
    pub fn raw(&self, number: usize) -> Option<&[u8]> {
        let placed = self.segments.get(self.place(number)).filter(|_| number < self.lines)?;
        Some(placed.segment.raw(number - placed.first))
    }

    /// Returns the lines of a range that begin or end a group, or are a message.
    pub fn marks(&self, range: Range<usize>) -> impl DoubleEndedIterator<Item = (usize, LineKind)> {
        let marks = self.placed(&range).iter().flat_map(|Placed { first, segment }| {
            segment.marks().map(move |(line, kind)| (first + line, kind))
        });
        marks.filter(move |(line, _)| range.contains(line))
    }

    /// Returns the lines of a range with which the runner begins a step.
    fn step_starts(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        let starts = self
            .placed(&range)
            .iter()
            .flat_map(|Placed { first, segment }| segment.step_starts().map(move |line| first + line));
        starts.filter(move |line| range.contains(line))
    }

    /// Returns the segments of a range of lines.
    fn placed(&self, range: &Range<usize>) -> &[Placed] {
        let end = (self.place(range.end.saturating_sub(1)) + 1).min(self.segments.len());
        self.segments.get(self.place(range.start)..end).unwrap_or_default()
    }

    /// Returns the first line that was written at this time or later; the number of lines if there is none.
    pub fn first_at(&self, time: Timestamp) -> usize {
        let is_before = |placed: &Placed| placed.segment.last_time().is_none_or(|last| last < time);
        let place = self.segments.partition_point(is_before);
        let Some(placed) = self.segments.get(place) else { return self.lines };
        placed.segment.first_at(time).map_or(self.lines, |line| placed.first + line)
    }

    fn read(&self, range: Range<usize>, limit: usize) -> impl Iterator<Item = JobLogLine<'_>> {
        let segments = self.segments.get(self.place(range.start)..).unwrap_or_default();
        let start = range.start;
        let lines = segments.iter().flat_map(move |Placed { first, segment }| {
            let lines = segment.read(start.saturating_sub(*first), limit);
            lines.map(move |line| JobLogLine { number: first + line.number, ..line })
        });
        lines.take(range.len())
    }

    /// Returns the place of the segment with a line; the last one for a line that does not exist.
    fn place(&self, line: usize) -> usize {
        self.segments.partition_point(|placed| placed.first <= line).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests;
