//! A block of text in rows of a width.

use std::{borrow::Cow, ops::Range};

use hello_model::text::visible;
use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{Block, Part};
use crate::widgets::text::span;

/// The most bytes of a part that are shown.
const MAX_PART: usize = 4 * 1024 * 1024;

/// A block as it was wrapped, kept until its text or the width changes.
#[derive(Debug)]
pub(super) struct Wrapped {
    block: Block<'static>,
    width: usize,
    indent: usize,
    /// The text of all parts, safe to draw.
    pub(super) text: String,
    /// Where each style ends in it.
    styles: Vec<(usize, Style)>,
    /// Where each row begins and ends in it.
    rows: Vec<(usize, usize)>,
    /// The ranges of it that no row ends in.
    kept: Vec<Range<usize>>,
}

impl Wrapped {
    pub(super) fn new(block: &Block<'_>, width: usize) -> Self {
        let width = width.max(1);
        // Where an indent would take half of the room, it takes little.
        let indent = if block.indent * 2 > width { (width / 4).min(2) } else { block.indent };
        let mut wrapped = Self {
            block: owned(block),
            width,
            indent,
            text: String::new(),
            styles: Vec::new(),
            rows: Vec::new(),
            kept: Vec::new(),
        };
        let mut begin = 0;
        for part in &block.parts {
            let start = wrapped.text.len();
            let end = part.text.floor_char_boundary(MAX_PART);
            for (index, line) in part.text[..end].split('\n').enumerate() {
                if index > 0 {
                    wrapped.break_line(begin);
                    begin = wrapped.text.len();
                }
                wrapped.text.push_str(&visible(line.strip_suffix('\r').unwrap_or(line)));
            }
            if end < part.text.len() {
                let rest = format!("… {} more bytes are not shown", part.text.len() - end);
                wrapped.text.push_str(&rest);
            }
            wrapped.styles.push((wrapped.text.len(), part.style));
            if part.is_kept_together && wrapped.text[start..].width() <= width.saturating_sub(indent) {
                wrapped.kept.push(start..wrapped.text.len());
            }
        }
        wrapped.break_line(begin);
        wrapped
    }

    /// Reports whether this is how the block looks at that width.
    pub(super) fn is_of(&self, block: &Block<'_>, width: usize) -> bool {
        self.width == width.max(1) && self.block == *block
    }

    pub(super) fn is_stop(&self) -> bool {
        self.block.is_stop
    }

    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Returns a row, indented unless it is the first.
    pub(super) fn line(&self, row: usize) -> Line<'static> {
        let Some((begin, end)) = self.rows.get(row).copied() else { return Line::default() };
        let mut line = Line::default();
        if row > 0 && self.indent > 0 {
            line.push_span(span(&" ".repeat(self.indent), Style::new()));
        }
        let mut from = begin;
        let first = self.styles.partition_point(|(until, _)| *until <= begin);
        for (until, style) in &self.styles[first..] {
            let to = end.min(*until);
            if to > from {
                line.push_span(self.piece(from, to, *style));
                from = to;
            }
            if from >= end {
                break;
            }
        }
        line
    }

    fn piece(&self, from: usize, to: usize, style: Style) -> Span<'static> {
        span(self.text.get(from..to).unwrap_or_default(), style)
    }

    /// Divides what follows `begin` into rows.
    fn break_line(&mut self, begin: usize) {
        let rest = self.width.saturating_sub(self.indent).max(1);
        let room = if self.rows.is_empty() { self.width } else { rest };
        let label = if self.rows.is_empty() { self.indent } else { 0 };
        let (rows, kept) = (&mut self.rows, &self.kept);
        let (column, last_space, is_first) = (0, None, true);
        let mut breaker = Breaker { rows, kept, room, rest, label, begin, column, last_space, is_first };
        let line = &self.text[begin..];
        if line.is_ascii() {
            for (at, byte) in line.bytes().enumerate() {
                breaker.add(begin + at, 1, byte == b' ');
            }
        } else {
            for (at, cluster) in line.grapheme_indices(true) {
                breaker.add(begin + at, cluster.width(), cluster == " ");
            }
        }
        let begin = breaker.begin;
        self.rows.push((begin, self.text.len()));
    }
}

/// Finds the ends of rows.
#[derive(Debug)]
struct Breaker<'r> {
    rows: &'r mut Vec<(usize, usize)>,
    /// The ranges that no row ends in.
    kept: &'r [Range<usize>],
    /// Columns of the present row.
    room: usize,
    /// Columns of the rows that follow.
    rest: usize,
    /// Columns at the beginning of the present row that are not followed by a break: the value begins beside its label.
    label: usize,
    /// Where the present row begins.
    begin: usize,
    /// Columns taken so far.
    column: usize,
    /// The last space after a word: where it is, and the columns up to its end.
    last_space: Option<(usize, usize)>,
    /// Whether the present row is the first of its line.
    is_first: bool,
}

impl Breaker<'_> {
    fn add(&mut self, at: usize, width: usize, is_space: bool) {
        // Of several spaces between two words, none begins the next row.
        if is_space && !self.is_first && at == self.begin {
            self.begin = at + 1;
            return;
        }
        let is_space = is_space && !self.kept.iter().any(|range| range.contains(&at));
        while self.column + width > self.room && at > self.begin {
            match self.last_space {
                _ if is_space => return self.end_row(at, at + 1, 0),
                Some((space, columns)) => self.end_row(space, space + 1, self.column - columns),
                None => self.end_row(at, at, 0),
            }
        }
        if is_space && at > self.begin && self.column + width > self.label {
            self.last_space = Some((at, self.column + width));
        }
        self.column += width;
    }

    fn end_row(&mut self, end: usize, next: usize, column: usize) {
        self.rows.push((self.begin, end));
        (self.begin, self.column, self.room, self.last_space) = (next, column, self.rest, None);
        (self.label, self.is_first) = (0, false);
    }
}

fn owned(block: &Block<'_>) -> Block<'static> {
    let part = |part: &Part<'_>| Part {
        text: Cow::Owned(part.text.to_string()),
        style: part.style,
        is_kept_together: part.is_kept_together,
    };
    Block { parts: block.parts.iter().map(part).collect(), indent: block.indent, is_stop: block.is_stop }
}
