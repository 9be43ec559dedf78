//! How log lines are filtered. They are not a table: a line is drawn as one text.

use hello_model::{
    filter::{Value, ValueKind},
    log::{LogLine, fields, summary},
    time,
};

use super::{Cell, Column, Columns, Fact, Format, Width, badge::level_tone};

/// The columns of log lines.
pub const COLUMNS: Columns<LogLine> = Columns {
    all: &[
        Column {
            id: "message",
            title: "MESSAGE",
            width: Width::Rest(24),
            kind: ValueKind::Text,
            cell: |line, _| Cell::plain(summary(&line.message)),
            value: |line, _| Value::text(Some(&line.message)),
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
