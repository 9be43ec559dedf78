//! A piece of a log: its bytes as they came, and a small index.

use memchr::{memchr, memchr_iter, memrchr};

use super::{
    command::{Command, LineKind},
    line::{JobLogLine, Parts},
    stamp,
};
use crate::time::Timestamp;

/// The maximum size of a segment, in bytes. A longer line is broken.
pub const MAX_SEGMENT: usize = 1024 * 1024;

/// Of so many lines, the beginning of one is in the index. An index of all lines of a log with short lines would be larger
/// than the log.
const STRIDE: usize = 32;

/// Whole lines of a log, at most [`MAX_SEGMENT`] bytes of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSegment {
    bytes: Box<[u8]>,
    /// Where every 32nd line begins.
    anchors: Box<[u32]>,
    marks: Box<[Mark]>,
    lines: usize,
    errors: usize,
    warnings: usize,
    /// The last time before the segment, and the last one in it.
    time_before: Option<Timestamp>,
    last_time: Option<Timestamp>,
    /// Whether the first line is the rest of the line before.
    begins_inside_line: bool,
    /// Whether a line has escape sequences, or text that a carriage return replaces.
    has_controls: bool,
}

/// A line that begins or ends a group, is a message or begins a step: its number in the segment, its kind and whether a step
/// begins, in four bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark(u32);

/// The kinds of lines that are marked.
const MARKED: [LineKind; 5] =
    [LineKind::Group, LineKind::EndGroup, LineKind::Error, LineKind::Warning, LineKind::Notice];

/// What the runner writes first of a step that runs after the others.
const LATE_STEPS: [&[u8]; 2] = [b"Post job cleanup.", b"Cleaning up orphan processes"];

impl Mark {
    const STEP: u32 = 8;

    fn of(line: usize, raw: &[u8]) -> Option<Self> {
        let Command { kind, message, .. } = Parts::of(raw).command();
        let is_step = match kind {
            LineKind::Group => message.starts_with(b"Run "),
            LineKind::Text => LATE_STEPS.contains(&message),
            _ => false,
        };
        let code = MARKED.iter().position(|marked| *marked == kind);
        let code = u32::try_from(code.or(is_step.then_some(MARKED.len()))?).ok()?;
        let step = if is_step { Self::STEP } else { 0 };
        u32::try_from(line * 16).ok().map(|place| Self(place + step + code))
    }

    fn line(self) -> usize {
        self.0 as usize / 16
    }

    fn kind(self) -> LineKind {
        MARKED.get(self.0 as usize % 8).copied().unwrap_or_default()
    }

    fn begins_step(self) -> bool {
        self.0 & Self::STEP != 0
    }
}

impl LogSegment {
    /// Reads whole lines. `time_before` is the last time before them.
    pub(super) fn new(bytes: Vec<u8>, time_before: Option<Timestamp>, begins_inside_line: bool) -> Self {
        let (mut anchors, mut marks) = (Vec::new(), Vec::new());
        let (mut lines, mut has_controls) = (0, memchr(0x1b, &bytes).is_some());
        for (start, line) in split_lines(&bytes) {
            if lines % STRIDE == 0 {
                anchors.push(u32::try_from(start).unwrap_or(u32::MAX));
            }
            if lines > 0 || !begins_inside_line {
                marks.extend(Mark::of(lines, line));
                has_controls |= memchr(b'\r', line).is_some_and(|at| line[at..].iter().any(|c| *c != b'\r'));
            }
            lines += 1;
        }
        let count = |kind| marks.iter().filter(|mark: &&Mark| mark.kind() == kind).count();
        let (errors, warnings) = (count(LineKind::Error), count(LineKind::Warning));
        let mut segment = Self {
            bytes: bytes.into_boxed_slice(),
            anchors: anchors.into_boxed_slice(),
            marks: marks.into_boxed_slice(),
            lines,
            errors,
            warnings,
            time_before,
            last_time: None,
            begins_inside_line,
            has_controls,
        };
        segment.last_time = segment.time_above(lines);
        segment
    }

    /// Returns the lines as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Counts the lines.
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Returns the memory that the segment occupies, in bytes.
    pub fn size(&self) -> usize {
        size_of::<Self>() + self.bytes.len() + size_of_val(&*self.anchors) + size_of_val(&*self.marks)
    }

    pub fn errors(&self) -> usize {
        self.errors
    }

    pub fn warnings(&self) -> usize {
        self.warnings
    }

    /// Returns the last time in the segment, or before it.
    pub fn last_time(&self) -> Option<Timestamp> {
        self.last_time
    }

    /// Reports whether a shown text can differ from the bytes of its line, apart from messages.
    pub fn has_controls(&self) -> bool {
        self.has_controls
    }

    /// Returns the number of the line at an offset.
    pub fn line_at(&self, offset: usize) -> usize {
        let anchor = self.anchors.partition_point(|start| *start as usize <= offset).saturating_sub(1);
        let start = self.anchors.get(anchor).map_or(0, |start| *start as usize);
        let between = self.bytes.get(start..offset).unwrap_or_default();
        anchor * STRIDE + memchr_iter(b'\n', between).count()
    }

    /// Returns the line around an offset: where it begins, and its bytes without the line feed.
    pub fn line_around(&self, offset: usize) -> (usize, &[u8]) {
        let before = self.bytes.get(..offset).unwrap_or(&self.bytes);
        let start = memrchr(b'\n', before).map_or(0, |at| at + 1);
        (start, first_line(&self.bytes[start..]))
    }

    /// Returns a line as it came, without its line feed.
    pub fn raw(&self, line: usize) -> &[u8] {
        first_line(self.from(line))
    }

    /// Returns the lines from this one on, with the time of each. Of each text, at most `limit` bytes are read.
    pub(super) fn read(&self, line: usize, limit: usize) -> impl Iterator<Item = JobLogLine<'_>> {
        let mut time = self.time_above(line);
        split_lines(self.from(line)).zip(line..).map(move |((_, raw), number)| {
            let parts = self.parts(number, raw);
            time = parts.stamp.and_then(stamp::time).or(time);
            let (kind, text, is_cut) = parts.text(limit);
            JobLogLine { number, time, kind, text, is_cut }
        })
    }

    /// Returns the first line that was written at this time or later. Times are taken to be in order.
    pub(super) fn first_at(&self, time: Timestamp) -> Option<usize> {
        let is_before = |anchor: usize| self.time_above(anchor * STRIDE + 1).is_none_or(|at| at < time);
        let (mut low, mut high) = (0, self.anchors.len());
        while low < high {
            let middle = low.midpoint(high);
            if is_before(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let mut lines = self.read(low.saturating_sub(1) * STRIDE, 0);
        lines.find(|line| line.time.is_some_and(|at| at >= time)).map(|line| line.number)
    }

    /// Returns the lines that begin or end a group, or are a message.
    pub(super) fn marks(&self) -> impl DoubleEndedIterator<Item = (usize, LineKind)> {
        let marks = self.marks.iter().map(|mark| (mark.line(), mark.kind()));
        marks.filter(|(_, kind)| *kind != LineKind::Text)
    }

    /// Returns the lines with which the runner begins a step.
    pub(super) fn step_starts(&self) -> impl Iterator<Item = usize> {
        self.marks.iter().filter(|mark| mark.begins_step()).map(|mark| mark.line())
    }

    /// Splits a line into its parts.
    pub(super) fn parts<'a>(&self, number: usize, raw: &'a [u8]) -> Parts<'a> {
        if number == 0 && self.begins_inside_line { Parts::of_rest(raw) } else { Parts::of(raw) }
    }

    /// Returns the last time above a line.
    fn time_above(&self, line: usize) -> Option<Timestamp> {
        let mut end = line;
        while end > 0 {
            let begin = (end - 1) / STRIDE * STRIDE;
            let lines = split_lines(self.from(begin)).zip(begin..end);
            let stamps = lines.filter_map(|((_, raw), number)| self.parts(number, raw).stamp);
            if let Some(time) = stamps.filter_map(stamp::time).last() {
                return Some(time);
            }
            end = begin;
        }
        self.time_before
    }

    /// Returns the bytes from the beginning of a line on.
    fn from(&self, line: usize) -> &[u8] {
        if line >= self.lines {
            return &[];
        }
        let start = self.anchors.get(line / STRIDE).map_or(0, |start| *start as usize);
        let from = self.bytes.get(start..).unwrap_or_default();
        match line % STRIDE {
            0 => from,
            skipped => memchr_iter(b'\n', from).nth(skipped - 1).map_or(&[], |at| &from[at + 1..]),
        }
    }
}

fn first_line(bytes: &[u8]) -> &[u8] {
    &bytes[..memchr(b'\n', bytes).unwrap_or(bytes.len())]
}

/// Returns the lines of a text with their offsets, without line feeds. A line feed at the end begins no further line.
fn split_lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let (at, line) = (start, first_line(rest));
        start += line.len() + 1;
        Some((at, line))
    })
}
