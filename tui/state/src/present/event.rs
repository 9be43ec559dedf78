//! How the events of a service and of its stack are shown.

use std::borrow::Cow;

use hello_model::{
    event::Event,
    filter::{Value, ValueKind},
};

use super::{
    Cell, Column, Columns, Width,
    badge::{stack_badge, words},
};

/// The columns of events.
pub const COLUMNS: Columns<Event> = Columns {
    all: &[
        Column {
            id: "at",
            title: "AT",
            width: Width::Fixed(14),
            kind: ValueKind::Time,
            cell: |event, format| Cell::plain(format.moment(Some(event.at))),
            value: |event, _| Value::Time(event.at),
        },
        Column {
            id: "source",
            title: "SOURCE",
            width: Width::Fixed(14),
            kind: ValueKind::Name,
            cell: |event, _| Cell::plain(event.source),
            value: |event, _| Value::text(Some(event.source)),
        },
        Column {
            id: "resource",
            title: "RESOURCE",
            width: Width::Rest(20),
            kind: ValueKind::Name,
            cell: |event, _| Cell::or_dash(event.resource.as_deref()),
            value: |event, _| Value::text(event.resource.as_deref()),
        },
        Column {
            id: "status",
            title: "STATUS",
            width: Width::Fixed(19),
            kind: ValueKind::Name,
            cell: |event, _| {
                event
                    .status
                    .as_deref()
                    .map_or_else(|| Cell::or_dash(None), |word| Cell::badge(stack_badge(word)))
            },
            value: |event, _| {
                event
                    .status
                    .as_deref()
                    .map_or(Value::Missing, |status| Value::Text(Cow::Owned(words(status))))
            },
        },
        Column {
            id: "message",
            title: "MESSAGE",
            width: Width::Rest(24),
            kind: ValueKind::Text,
            cell: |event, _| Cell::or_dash(Some(&event.message)),
            value: |event, _| Value::text(Some(&event.message)),
        },
    ],
    screen: &[("at", 0), ("source", 1), ("status", 0), ("resource", 1), ("message", 0)],
    command: &[("at", 0), ("source", 2), ("resource", 1), ("status", 0), ("message", 0)],
};
