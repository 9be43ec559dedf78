//! The one-line strips above a list: the filter, and the failure under data that is still shown.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Line,
    widgets::Widget,
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

/// Draws the failure of the last look, where older data is still shown under it.
pub(super) fn failure<T>(held: &Remote<T>, area: Rect, buf: &mut Buffer, look: &Look) -> Rect {
    line(remote::failure_line(held, look), area, buf)
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

fn line(line: Option<Line<'static>>, area: Rect, buf: &mut Buffer) -> Rect {
    let Some(line) = line else { return area };
    let [top, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
    line.render(top, buf);
    body
}
