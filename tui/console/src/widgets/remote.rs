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

use super::text::{line, toned};
use crate::theme::{self, Theme, Tone};
use hello_state::remote::Remote;

use crate::cx::Cx;

/// Returns a short note for a pane's corner: a spinner, or the age of what could not be confirmed.
pub fn note<T>(remote: Remote<'_, T>, cx: &Cx<'_>) -> Line<'static> {
    let theme = cx.theme;
    match (spinner_step(remote, cx), remote.failure(), remote.stale_since()) {
        (Some(step), _, _) => {
            Line::from(toned(theme, &format!("{} loading ", theme::spinner(step)), Tone::Busy))
        }
        (_, Some(_), Some(at)) => {
            Line::from(toned(theme, &format!("⚠ {} old ", time::short(cx.age(at))), Tone::Warning))
        }
        (_, Some(failure), None) => Line::from(toned(theme, &format!("⚠ {} ", word(failure)), Tone::Warning)),
        _ => Line::default(),
    }
}

/// Returns the step of the spinner to draw, once waiting has become noticeable.
pub fn spinner_step<T>(remote: Remote<'_, T>, cx: &Cx<'_>) -> Option<usize> {
    remote.loading_since().and_then(|since| cx.spinner(since))
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
        Kind::Conflict => "changed meanwhile",
        Kind::Unexpected => "unexpected answer",
    }
}

/// Returns the lines that tell a failure whole: what, why, what to type next.
pub fn failure_text(failure: &Failure, theme: &Theme) -> Text<'static> {
    let (glyph, tone) = sign(failure);
    let mut lines =
        vec![Line::from(toned(theme, &format!("{glyph} {}: {}", word(failure), failure.what), tone))];
    // A reason may quote lines of a file.
    lines.extend(failure.why.lines().map(line));
    let hint = failure.hint.as_deref().unwrap_or("r tries again");
    lines.push(Line::from(toned(theme, &format!("→ {hint}"), Tone::Accent)));
    Text::from(lines)
}

/// Returns the glyph and the tone of a failure: what was denied or never configured is not broken.
fn sign(failure: &Failure) -> (&'static str, Tone) {
    match failure.kind {
        Kind::Unauthorized => ("⊘", Tone::Warning),
        Kind::NotConfigured => ("○", Tone::Plain),
        _ => ("✗", Tone::Bad),
    }
}

/// Draws what stands in for a value that was never there: waiting, or the failure. Returns whether it drew. `what` is
/// the value in words.
pub fn placeholder<T>(remote: Remote<'_, T>, what: &str, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) -> bool {
    let theme = cx.theme;
    if remote.value().is_some() {
        return false;
    }
    let text = match remote.failure() {
        Some(failure) => failure_text(failure, theme),
        None => Text::from(match spinner_step(remote, cx) {
            Some(step) => {
                Line::from(toned(theme, &format!("{} loading {what}", theme::spinner(step)), Tone::Busy))
            }
            None if remote.is_untouched() => Line::from(toned(theme, "waiting for the catalog", Tone::Faint)),
            None => Line::default(),
        }),
    };
    Paragraph::new(text).wrap(Wrap { trim: false }).render(area, buf);
    true
}

/// Draws that an answer has nothing to show: what that means, and what to do next.
pub fn nothing([what, next]: &[String; 2], area: Rect, buf: &mut Buffer, theme: &Theme) {
    let text = Text::from(vec![line(what), Line::from(toned(theme, &format!("→ {next}"), Tone::Accent))]);
    Paragraph::new(text).wrap(Wrap { trim: false }).render(area, buf);
}

/// Returns a failure in short: what failed and why, and what to type next.
pub fn failure_lines(failure: &Failure, theme: &Theme) -> Vec<Line<'static>> {
    let what = Line::from(toned(theme, &format!("✗ {failure}"), Tone::Bad));
    let hint = failure.hint.as_ref().map(|hint| Line::from(toned(theme, &format!("→ {hint}"), Tone::Accent)));
    [what].into_iter().chain(hint).collect()
}
