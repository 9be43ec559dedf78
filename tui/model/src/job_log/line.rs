//! One line of a log, as it is shown.

use std::borrow::Cow;

use memchr::memrchr;

use super::{
    command::{Command, LineKind, command, message},
    escapes::{clean, leading},
    stamp,
};
use crate::time::Timestamp;

/// How much of a line is shown, in bytes. A screen has no room for more.
pub const MAX_SHOWN: usize = 16 * 1024;

/// How many parts of a line that a carriage return separates are searched for a time.
const MAX_PARTS: usize = 64;

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobLogLine<'a> {
    /// Its number in the log, from 0.
    pub number: usize,
    /// When it was written; of a line without a time, that of the line above.
    pub time: Option<Timestamp>,
    pub kind: LineKind,
    /// The text without time, command and control characters. A message can have several rows.
    pub text: Cow<'a, str>,
    /// Whether the text is only the beginning of a longer one.
    pub is_cut: bool,
}

impl JobLogLine<'_> {
    /// Returns the rows of the text: more than one only if it is a message with line breaks.
    pub fn rows(&self) -> impl Iterator<Item = &str> {
        self.text.split('\n')
    }
}

/// The parts of a line, as bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Parts<'a> {
    /// The last time in the line.
    pub(super) stamp: Option<&'a [u8]>,
    /// What is left of the line in a terminal, with the command.
    pub(super) body: &'a [u8],
}

impl<'a> Parts<'a> {
    /// Splits a line without its line feed. As in a terminal, the text after the last carriage return replaces the text
    /// before it.
    pub(super) fn of(line: &'a [u8]) -> Self {
        let line = trim_returns(line);
        let Some(at) = memrchr(b'\r', line) else { return split(line) };
        let last = split(&line[at + 1..]);
        let stamp = last.stamp.or_else(|| earlier_stamp(&line[..at]));
        Self { stamp, body: last.body }
    }

    /// Returns a line that is the rest of a longer one.
    pub(super) fn of_rest(line: &'a [u8]) -> Self {
        Self { stamp: None, body: trim_returns(line) }
    }

    /// Returns the command at the beginning.
    pub(super) fn command(self) -> Command<'a> {
        command(self.body)
    }

    /// Returns the text, of which at most `limit` bytes are read, and whether there are more.
    pub(super) fn text(self, limit: usize) -> (LineKind, Cow<'a, str>, bool) {
        let command = self.command();
        let end = boundary(command.message, limit);
        let text = clean(&command.message[..end]);
        let text = if command.kind.is_message() { with_place(&command, message(text)) } else { text };
        (command.kind, text, end < command.message.len())
    }
}

/// Writes the place of a message before it.
fn with_place<'a>(command: &Command<'_>, text: Cow<'a, str>) -> Cow<'a, str> {
    match command.place() {
        Some(place) => Cow::Owned(format!("{}: {text}", clean(place.as_bytes()))),
        None => text,
    }
}

fn trim_returns(mut line: &[u8]) -> &[u8] {
    while let [rest @ .., b'\r'] = line {
        line = rest;
    }
    line
}

/// Finds the last time in the parts that were replaced.
fn earlier_stamp(mut line: &[u8]) -> Option<&[u8]> {
    for _ in 0..MAX_PARTS {
        let at = memrchr(b'\r', line);
        let found = split(&line[at.map_or(0, |at| at + 1)..]).stamp;
        match at {
            Some(at) if found.is_none() => line = &line[..at],
            _ => return found,
        }
    }
    split(line).stamp
}

/// Splits a part of a line. Byte-order marks are left out, and escape sequences before a command.
fn split(part: &[u8]) -> Parts<'_> {
    let part = skip_mark(part);
    let part = &part[if part.first() == Some(&0x1b) { leading(part) } else { 0 }..];
    let (stamp, body) = match stamp::stamp_length(part) {
        Some(length) => (Some(&part[..length]), part.get(length + 1..).unwrap_or_default()),
        None => (None, part),
    };
    let body = skip_mark(body);
    let start = leading(body);
    let is_command = start > 0 && command(&body[start..]).kind != LineKind::Text;
    Parts { stamp, body: if is_command { &body[start..] } else { body } }
}

fn skip_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

/// Returns the end of the first `limit` bytes, where no character is cut.
pub(super) fn boundary(bytes: &[u8], limit: usize) -> usize {
    if bytes.len() <= limit {
        return bytes.len();
    }
    let is_inside = |at: &usize| bytes.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    (limit.saturating_sub(3)..=limit).rev().find(|at| !is_inside(at)).unwrap_or(limit)
}
