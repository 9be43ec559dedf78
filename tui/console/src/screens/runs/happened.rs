//! The picture of what happened to a run that is followed.

use hello_state::flow::{self, Change, Verdict};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Paragraph, Widget},
};

use super::Opened;
use crate::{
    cx::Cx,
    theme::{Theme, Tone},
    widgets::{
        chrome,
        text::{span, toned},
    },
};

const TITLE: &str = "What happened";

/// Draws a pane with the latest lines, and the result in its corner.
pub(super) fn draw(open: &Opened, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
    let note = Line::from(vec![result(open, cx.theme), span(" ", Style::new())]);
    let inner = chrome::pane(TITLE, note, false, area, buf, cx.theme);
    Paragraph::new(latest(lines(open, cx), inner.height.into(), cx.theme)).render(inner, buf);
}

/// Returns all lines under a title, for a screen without room for a pane of them.
pub(super) fn lines_under_title(open: &Opened, cx: &Cx<'_>) -> Vec<Line<'static>> {
    if open.lines().is_empty() {
        return Vec::new();
    }
    let title = vec![span(TITLE, cx.theme.title()), span("  ", Style::new()), result(open, cx.theme)];
    [Line::default(), Line::from(title)].into_iter().chain(lines(open, cx)).collect()
}

/// Keeps the lines that fit, and counts the others.
fn latest(mut lines: Vec<Line<'static>>, room: usize, theme: &Theme) -> Vec<Line<'static>> {
    let hidden = lines.len().saturating_sub(room);
    if hidden > 0 {
        // The count takes the place of one more.
        let count = toned(theme, &format!("{} earlier", hidden + 1), Tone::Faint);
        lines.splice(..=hidden, [Line::from(count)]);
    }
    lines
}

fn lines(open: &Opened, cx: &Cx<'_>) -> Vec<Line<'static>> {
    let line = |line: &flow::Line| match line {
        flow::Line::Changed(change) => changed(change, cx.theme),
        flow::Line::Retrying(failure) => {
            Line::from(toned(cx.theme, &format!("⚠ {failure}; trying again"), Tone::Warning))
        }
    };
    open.lines().iter().map(line).collect()
}

fn changed(change: &Change, theme: &Theme) -> Line<'static> {
    Line::from(vec![
        toned(theme, &format!("{}  ", theme.clock(change.at)), Tone::Faint),
        span(&format!("{}: ", change.part()), Style::new()),
        toned(theme, &change.status(), change.tone),
    ])
}

/// Returns in words how the run ended, or that it has not.
fn result(open: &Opened, theme: &Theme) -> Span<'static> {
    let (text, tone) = match open.verdict() {
        None => ("◐ following the run", Tone::Busy),
        Some(Verdict::Succeeded) => ("✓ the run has succeeded", Tone::Good),
        Some(Verdict::Failed) => ("✗ the run has ended without success", Tone::Bad),
        Some(Verdict::Unknown(_)) => ("? the result is not known", Tone::Warning),
    };
    toned(theme, text, tone)
}
