//! The one-line strips above a list: the filter, and the failure under data that is still shown.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    widgets::{Paragraph, Widget, Wrap},
};

use super::rows::Rows;
use crate::{
    app::remote::Remote,
    widgets::{
        form,
        look::{Look, Tone},
        remote,
        text::toned,
    },
};

/// Draws the strips that there are and returns what is left of `area`.
pub(super) fn draw<K: Clone + PartialEq, T>(
    rows: &Rows<K>,
    held: &Remote<T>,
    area: Rect,
    buf: &mut Buffer,
    look: &Look,
) -> Rect {
    let body = filter(rows, area, buf, look);
    failure(held, body, buf, look)
}

/// Draws the failure of the last look, where older data is still shown under it; long ones take several rows.
pub(super) fn failure<T>(held: &Remote<T>, area: Rect, buf: &mut Buffer, look: &Look) -> Rect {
    let lines = remote::failure_lines(held, look);
    let width = usize::from(area.width).max(1);
    let rows: usize = lines.iter().map(|line| line.width().div_ceil(width)).sum();
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height / 3);
    let [top, body] = Layout::vertical([Constraint::Length(rows), Constraint::Min(0)]).areas(area);
    Paragraph::new(lines).wrap(Wrap { trim: false }).render(top, buf);
    body
}

/// Draws the filter, where there is one.
pub(super) fn filter<K: Clone + PartialEq>(
    rows: &Rows<K>,
    area: Rect,
    buf: &mut Buffer,
    look: &Look,
) -> Rect {
    let Some(input) = rows.filter() else { return area };
    let [top, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    let [label, value] = Layout::horizontal([Constraint::Length(2), Constraint::Min(0)]).areas(top);
    toned(look, "/", Tone::Accent).render(label, buf);
    form::input(input, rows.is_typing(), value, buf);
    body
}
