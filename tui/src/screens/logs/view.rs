//! The picture of the logs screen.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Text},
    widgets::{Paragraph, Widget, Wrap},
};

use super::{Logs, State};
use crate::{
    domain::log::{LogLine, gist},
    widgets::{
        chrome, form,
        look::{Look, Tone, level_tone},
        remote,
        text::{span, toned},
    },
};

pub(super) fn draw(logs: &Logs, area: Rect, buf: &mut Buffer, look: &Look) {
    let title = match &logs.group {
        Some(group) => format!("Logs of {group}"),
        None => "Logs".to_owned(),
    };
    let inner = chrome::pane(&title, note(logs, look), true, area, buf, look);
    let body = filter_strip(logs, inner, buf, look);
    let body = failure_strip(logs, body, buf, look);
    let lines: Vec<Line<'static>> =
        logs.upwards().take(usize::from(body.height)).map(|(_, line)| draw_line(line, look)).collect();
    if lines.is_empty() && !matches!(logs.state, State::Failed { .. }) {
        toned(look, nothing(logs), Tone::Faint).render(body, buf);
    }
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    for (y, line) in (body.y..body.y + count).zip(lines.into_iter().rev()) {
        line.render(Rect { y, height: 1, ..body }, buf);
    }
}

fn nothing(logs: &Logs) -> &'static str {
    match () {
        () if !logs.lines.is_empty() => "No line passes the filter; esc drops it.",
        () if logs.state == State::Live => "No line in the last ten minutes; waiting for the next.",
        () => "Reading…",
    }
}

/// Says in the corner how it stands with the tail, and how complete the picture is.
fn note(logs: &Logs, look: &Look) -> Line<'static> {
    let forgotten = match logs.lines.forgotten() {
        0 => String::new(),
        count => format!("{count} older forgotten · "),
    };
    let (word, tone) = match &logs.state {
        State::Throttled { until } => (format!("throttled until {}", look.clock(*until)), Tone::Warning),
        State::Failed { failure, .. } => (remote::word(failure).to_owned(), Tone::Bad),
        _ if logs.held.is_some() => ("held · f follows".to_owned(), Tone::Warning),
        State::Live => ("live".to_owned(), Tone::Good),
        State::Still | State::Reading => ("reading".to_owned(), Tone::Busy),
    };
    let count = logs.lines.len();
    Line::from(vec![
        toned(look, &format!("{forgotten}{count} lines · "), Tone::Faint),
        toned(look, &format!("{word} "), tone),
    ])
}

fn draw_line(line: &LogLine, look: &Look) -> Line<'static> {
    let stream = line.stream.rsplit('/').next().unwrap_or(&line.stream);
    let stream: String = stream.chars().take(8).collect();
    let tone = look.tone(level_tone(line.level));
    Line::from(vec![
        span(&format!("{} ", look.clock(line.at)), look.tone(Tone::Faint)),
        span(&format!("{stream:<8} "), look.tone(Tone::Accent)),
        span(&format!("{:<5} ", line.level.word()), tone),
        span(&gist(&line.message), Style::new()),
    ])
}

fn filter_strip(logs: &Logs, area: Rect, buf: &mut Buffer, look: &Look) -> Rect {
    if !logs.is_typing && logs.filter.value().is_empty() {
        return area;
    }
    let [top, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    let [label, value] = Layout::horizontal([Constraint::Length(2), Constraint::Min(0)]).areas(top);
    toned(look, "/", Tone::Accent).render(label, buf);
    form::input(&logs.filter, logs.is_typing, value, buf);
    body
}

fn failure_strip(logs: &Logs, area: Rect, buf: &mut Buffer, look: &Look) -> Rect {
    let State::Failed { failure, .. } = &logs.state else { return area };
    let text: Text<'static> = remote::failure_text(failure, look);
    let height = if logs.lines.is_empty() { area.height } else { 3.min(area.height) };
    let [top, body] = Layout::vertical([Constraint::Length(height), Constraint::Min(0)]).areas(area);
    Paragraph::new(text).wrap(Wrap { trim: false }).render(top, buf);
    body
}
