//! The picture of the logs screen.

use hello_model::log::{LogLine, gist};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::Line,
    widgets::{Paragraph, Widget, Wrap},
};

use super::{Logs, State};
use crate::{
    screens::strip,
    widgets::{
        chrome,
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
    let body = strip::typed(&logs.filter, inner, buf, look);
    let body = match &logs.state {
        State::Failed { failure, .. } if logs.lines.is_empty() => {
            Paragraph::new(remote::failure_text(failure, look)).wrap(Wrap { trim: false }).render(body, buf);
            return;
        }
        State::Failed { failure, .. } => strip::told(failure, body, buf, look),
        _ => body,
    };
    let lines: Vec<Line<'static>> = logs
        .in_view(usize::from(body.height))
        .into_iter()
        .map(|line| draw_line(line, logs.shift, usize::from(body.width), look))
        .collect();
    if lines.is_empty() {
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
        () if logs.source.is_none() => "waiting for the catalog",
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
    let count = logs.lines.len();
    let mut line = Line::from(toned(look, &format!("{forgotten}{count} lines · "), Tone::Faint));
    match (&logs.state, &logs.held) {
        (State::Still | State::Reading | State::Live, Some(_)) => {
            line.push_span(toned(look, "held · f follows ", Tone::Warning));
        }
        _ => line.extend(state(logs, look)),
    }
    line
}

/// Says in a word how it stands with the tail.
pub(super) fn state(logs: &Logs, look: &Look) -> Line<'static> {
    let (word, tone) = match &logs.state {
        State::Throttled { until } => (format!("throttled until {}", look.clock(*until)), Tone::Warning),
        State::Failed { failure, .. } => (format!("⚠ {}", remote::word(failure)), Tone::Warning),
        State::Live => ("live".to_owned(), Tone::Good),
        State::Still | State::Reading => ("reading".to_owned(), Tone::Busy),
    };
    Line::from(toned(look, &format!("{word} "), tone))
}

fn draw_line(line: &LogLine, shift: usize, width: usize, look: &Look) -> Line<'static> {
    let stream = line.stream.rsplit('/').next().unwrap_or(&line.stream);
    let stream: String = stream.chars().take(8).collect();
    let tone = look.tone(level_tone(line.level));
    Line::from(vec![
        span(&format!("{} ", look.clock(line.at)), look.tone(Tone::Faint)),
        span(&format!("{stream:<8} "), look.tone(Tone::Accent)),
        span(&format!("{:<5} ", line.level.word()), tone),
        // Cut before it is styled: a message may have a million characters. Some of them may have no width.
        span(&gist(&line.message).chars().skip(shift).take(4 * width).collect::<String>(), Style::new()),
    ])
}
