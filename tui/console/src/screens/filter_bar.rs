//! The strips above a list: the filter, and the failure under data that is still shown.

use hello_model::{failure::Failure, pages::left_out_organizations};
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    widgets::{Paragraph, Widget, Wrap},
};

use super::filter::FilterInput;
use hello_state::remote::Remote;

use crate::{
    theme::{Theme, Tone},
    widgets::{
        form, remote,
        text::{toned, wrapped_height},
    },
};

/// Draws the strips that there are and returns what is left of `area`.
pub(super) fn draw<T>(
    filter: &FilterInput,
    held: Remote<'_, T>,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Rect {
    let body = typed(filter, area, buf, theme);
    failure(held, body, buf, theme)
}

/// Draws the failure of the last look, where older data is still shown under it.
pub(super) fn failure<T>(held: Remote<'_, T>, area: Rect, buf: &mut Buffer, theme: &Theme) -> Rect {
    match held.failure().filter(|_| held.value().is_some()) {
        Some(failure) => told(failure, area, buf, theme),
        None => area,
    }
}

/// Says how many entries of an answer could not be shown, where there are such, and returns what is left of `area`.
pub(super) fn unreadable(count: usize, noun: &str, area: Rect, buf: &mut Buffer, theme: &Theme) -> Rect {
    if count == 0 {
        return area;
    }
    let [top, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    let ending = if count == 1 { "y" } else { "ies" };
    let text = format!("⚠ {count} entr{ending} without an id cannot be shown as a {noun}");
    toned(theme, &text, Tone::Warning).render(top, buf);
    body
}

/// Says that a service has left out rows of organizations, where it has, and returns what is left of `area`.
pub(super) fn left_out(count: usize, plural: &str, area: Rect, buf: &mut Buffer, theme: &Theme) -> Rect {
    if count == 0 {
        return area;
    }
    let [top, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    let text = format!("⚠ without the {plural} of {}", left_out_organizations(count));
    toned(theme, &text, Tone::Warning).render(top, buf);
    body
}

/// Draws a failure in as many rows as it takes, but never in more than half of `area`.
pub(super) fn told(failure: &Failure, area: Rect, buf: &mut Buffer, theme: &Theme) -> Rect {
    let lines = remote::failure_lines(failure, theme);
    let rows = wrapped_height(&lines, area.width).min(area.height / 2);
    let [top, body] = Layout::vertical([Constraint::Length(rows), Constraint::Min(0)]).areas(area);
    Paragraph::new(lines).wrap(Wrap { trim: false }).render(top, buf);
    body
}

/// Draws the filter, where there is one.
pub(super) fn typed(filter: &FilterInput, area: Rect, buf: &mut Buffer, theme: &Theme) -> Rect {
    if !filter.is_shown() {
        return area;
    }
    let [top, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    let [label, value] = Layout::horizontal([Constraint::Length(2), Constraint::Min(0)]).areas(top);
    toned(theme, "/", Tone::Accent).render(label, buf);
    form::input(filter.input(), filter.is_typing(), value, buf);
    body
}
