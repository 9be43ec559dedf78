//! How log lines are filtered. They are not a table: a line is drawn as one text.

use hello_model::{
    filter::{Value, ValueKind},
    log::{LogLine, summary},
};

use super::{Cell, Column, Columns, Width, badge::level_tone};

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
