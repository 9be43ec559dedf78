//! How log lines are filtered. They are not a table: a line is drawn as one text.

use std::borrow::Cow;

use hello_model::{
    filter::{Fields, Value, ValueKind},
    log::{LogLine, fields, summary},
    time,
};

use super::{Cell, Column, Columns, Fact, Format, Width, badge::level_tone};

const MESSAGE: &str = "message";

/// The columns of log lines.
pub const COLUMNS: Columns<LogLine> = Columns {
    all: &[
        Column {
            id: MESSAGE,
            title: "MESSAGE",
            width: Width::Rest(24),
            kind: ValueKind::Text,
            cell: |line, _| Cell::plain(summary(&line.message)),
            value: |line, _| searched(line, shown(line).map(Cow::Owned)),
        },
        Column {
            id: "level",
            title: "LEVEL",
            width: Width::Fixed(5),
            // In one piece only: a few letters of a level would be found in every line.
            kind: ValueKind::Text,
            cell: |line, _| Cell::toned(line.level.word(), level_tone(line.level)),
            value: |line, _| Value::text(Some(line.level.word())),
        },
        Column {
            id: "stream",
            title: "STREAM",
            width: Width::Fixed(8),
            kind: ValueKind::Text,
            cell: |line, _| Cell::plain(line.stream.rsplit('/').next().unwrap_or(&line.stream)),
            value: |line, _| Value::text(Some(&line.stream)),
        },
        Column {
            id: "at",
            title: "AT",
            width: Width::Fixed(14),
            kind: ValueKind::Time,
            cell: |line, format| Cell::faint(format.moment(Some(line.at))),
            value: |line, _| Value::Time(line.at),
        },
    ],
    screen: &[("at", 1), ("stream", 2), ("level", 1), ("message", 0)],
    command: &[("at", 1), ("stream", 2), ("level", 1), ("message", 0)],
};

/// A line as filters see it, where what is shown of its message is known.
#[derive(Debug, Clone, Copy)]
pub struct SearchedLine<'a> {
    pub line: &'a LogLine,
    /// See [`shown`].
    pub shown: Option<&'a str>,
    pub format: &'a Format,
}

impl Fields for SearchedLine<'_> {
    fn field(&self, place: usize) -> Value<'_> {
        match COLUMNS.all.get(place) {
            Some(column) if column.id == MESSAGE => searched(self.line, self.shown.map(Cow::Borrowed)),
            column => column.map_or(Value::Missing, |column| (column.value)(self.line, self.format)),
        }
    }
}

/// Returns what is shown of a message where that is another text, as of a JSON object. Making it takes longer than
/// searching it.
pub fn shown(line: &LogLine) -> Option<String> {
    match summary(&line.message) {
        Cow::Owned(shown) => Some(shown),
        Cow::Borrowed(_) => None,
    }
}

/// Returns the texts that a filter finds: the message as it was written, and what is shown of it.
fn searched<'a>(line: &'a LogLine, shown: Option<Cow<'a, str>>) -> Value<'a> {
    match shown {
        Some(shown) => Value::Texts([Cow::Borrowed(line.message.as_str()), shown].into()),
        None => Value::text(Some(&line.message)),
    }
}

/// Returns what the service tells of a line: when, where and how severe.
pub fn facts(line: &LogLine, format: &Format) -> Vec<Fact> {
    let delay = line.ingested.map(|at| format.elapsed(line.at, Some(at)));
    [
        Some(Fact::new("time", Cell::plain(format.moment(Some(line.at))))),
        Some(Fact::new("level", Cell::toned(line.level.word(), level_tone(line.level)))),
        Fact::some("stream", Some(line.stream.as_str())),
        Fact::some("ingested", delay.map(|delay| format!("{} later", time::short(delay)))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns the fields of a line that is a JSON object.
pub fn structured(line: &LogLine) -> Vec<Fact> {
    let facts = fields(&line.message).into_iter();
    facts.map(|(name, value)| Fact::new(name, Cell::plain(value))).collect()
}
