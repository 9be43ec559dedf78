//! How the component is: its tasks, and if it serves trucks, the answers of the trucks service.

use hello_model::deployment::ServiceSnapshot;
use ratatui::{style::Style, text::Line};

use crate::{
    cx::Cx,
    screen::Request,
    screens::{
        contents::{self, Content, Row, filled, row},
        list::LoadedRows,
        trucks,
    },
    theme::Tone,
    widgets::text::{fact, span, toned},
};

/// The columns of labels.
const LABELS: usize = 9;

pub(super) fn content(cx: &Cx<'_>) -> Content {
    let mut content = filled(cx.service(), cx, |snapshot| of_service(snapshot, cx));
    if cx.target.is_some_and(|target| target.serves_trucks) {
        content.rows.extend(trucks_rows(cx));
    }
    content
}

fn of_service(snapshot: &ServiceSnapshot, cx: &Cx<'_>) -> Content {
    let service = &snapshot.service;
    let (glyph, tone) = match (service.running, service.desired) {
        (_, 0) => ("○", Tone::Plain),
        (0, _) => ("✗", Tone::Bad),
        (running, desired) if running < desired => ("◐", Tone::Warning),
        _ => ("●", Tone::Good),
    };
    let tasks = if service.running > service.desired {
        format!("{glyph} {} tasks running, {} wanted", service.running, service.desired)
    } else {
        format!("{glyph} {} of {} tasks running", service.running, service.desired)
    };
    let status = vec![toned(cx.theme, &tasks, tone)];
    let mut rows = vec![row("tasks", Line::from(status.clone()), None)];
    rows.extend(
        service
            .task_definition
            .as_deref()
            .map(|revision| row("revision", fact(cx.theme, "revision", LABELS, revision), None)),
    );
    rows.extend(service.stack.as_deref().map(|stack| {
        let name = stack.split('/').nth(1).unwrap_or(stack);
        row("stack", fact(cx.theme, "stack", LABELS, name), None)
    }));
    rows.extend(snapshot.events.iter().take(3).map(|event| {
        let age = contents::age(event.at, cx);
        row(format!("event {}", event.at), fact(cx.theme, &age, LABELS, event.summary()), None)
    }));
    Content { status, rows, ..Content::default() }
}

/// Says whether the trucks service answers, and how many trucks it has.
fn trucks_rows(cx: &Cx<'_>) -> Vec<Row> {
    let fleet = cx.cache.trucks();
    let route = || Some(Request::Go(trucks::SPEC.id.into()));
    let (up, tone) = match (fleet.value(), fleet.failure()) {
        (_, Some(failure)) => (format!("✗ trucks service: {}", failure.why), Tone::Bad),
        (Some(value), None) => {
            let version = value.service_version.as_deref().map(|version| format!(" {version}"));
            (format!("● trucks service up{}", version.unwrap_or_default()), Tone::Good)
        }
        (None, None) => return Vec::new(),
    };
    let mut rows = vec![row("trucks service", Line::from(toned(cx.theme, &up, tone)), route()).whole()];
    rows.extend(fleet.value().map(|value| {
        let count = LoadedRows::of(&value.trucks).label(None);
        let spans = vec![
            span(&format!("{:<LABELS$}  ", "trucks"), cx.theme.tone(Tone::Faint)),
            span(&count, Style::new()),
        ];
        row("trucks", Line::from(spans), route())
    }));
    rows
}
