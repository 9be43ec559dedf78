//! The one way to draw how it stands with something remote: waiting, failed, stale.

use hello_model::{
    failure::{Failure, Kind},
    time,
};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Text},
    widgets::{Paragraph, Widget, Wrap},
};

use super::{
    look::{self, Look, Tone},
    text::{line, toned},
};
use crate::remote::Remote;

/// Returns a short note for a pane's corner: a spinner, or the age of what could not be confirmed.
pub fn note<T>(remote: &Remote<T>, look: &Look) -> Line<'static> {
    match (remote.spinner(), remote.failure(), remote.stale_for()) {
        (Some(step), _, _) => {
            Line::from(toned(look, &format!("{} loading ", look::spinner(step)), Tone::Busy))
        }
        (_, Some(_), Some(age)) => {
            Line::from(toned(look, &format!("⚠ {} old ", time::short(age)), Tone::Warning))
        }
        (_, Some(failure), None) => Line::from(toned(look, &format!("⚠ {} ", word(failure)), Tone::Warning)),
        _ => Line::default(),
    }
}

/// Returns the one word for a kind of failure.
pub fn word(failure: &Failure) -> &'static str {
    match failure.kind {
        Kind::NotConfigured => "not connected",
        Kind::Unauthorized => "not allowed",
        Kind::NotFound => "not found",
        Kind::RateLimited { .. } => "rate limited",
        Kind::Offline => "offline",
        Kind::Invalid(_) => "refused",
        Kind::Unexpected => "unexpected answer",
    }
}

/// Returns the lines that tell a failure whole: what, why, what to type next.
pub fn failure_text(failure: &Failure, look: &Look) -> Text<'static> {
    let mut lines =
        vec![Line::from(toned(look, &format!("✗ {}", failure.what), Tone::Bad)), line(&failure.why)];
    if let Some(hint) = &failure.hint {
        lines.push(Line::from(toned(look, &format!("→ {hint}"), Tone::Accent)));
    }
    Text::from(lines)
}

/// Draws what stands in for a value that was never there: waiting, or the failure. Returns whether it drew.
pub fn placeholder<T>(remote: &Remote<T>, area: Rect, buf: &mut Buffer, look: &Look) -> bool {
    if remote.value().is_some() {
        return false;
    }
    let text = match remote.failure() {
        Some(failure) => failure_text(failure, look),
        None => Text::from(match remote.spinner() {
            Some(step) => Line::from(toned(look, &format!("{} loading", look::spinner(step)), Tone::Busy)),
            None if remote.is_untouched() => Line::from(toned(look, "waiting for the catalog", Tone::Faint)),
            None => Line::default(),
        }),
    };
    Paragraph::new(text).wrap(Wrap { trim: false }).render(area, buf);
    true
}

/// Returns a failure in short: what failed and why, and what to type next.
pub fn failure_lines(failure: &Failure, look: &Look) -> Vec<Line<'static>> {
    let what = Line::from(toned(look, &format!("✗ {failure}"), Tone::Bad));
    let hint = failure.hint.as_ref().map(|hint| Line::from(toned(look, &format!("→ {hint}"), Tone::Accent)));
    [what].into_iter().chain(hint).collect()
}
