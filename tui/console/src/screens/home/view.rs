//! The picture of Home.
//!
//! ```text
//! ┌ Needs you ───────────────────┐      Needs you   ✗ 2: …
//! └──────────────────────────────┘      Health      ● …
//! ┌ Health ──────┐┌ Deployment ──┐      Deployment  ✓ …
//! └──────────────┘└──────────────┘      Last runs   ✓ …
//! ┌ Last runs ───┐┌ Errors ──────┐      Errors      ✓ …
//! └──────────────┘└──────────────┘      ┌ the selected pane ┐
//! ```

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::Line,
    widgets::Widget,
};

use super::{
    Home, contents,
    panes::{Content, PANES, Pane, Shape},
};
use crate::{
    click::Click,
    cx::Cx,
    theme::Tone,
    widgets::{
        chrome,
        text::{fitted, span},
    },
};

/// The minimum size of the square.
const MIN_SQUARE: (u16, u16) = (96, 28);

/// The minimum height of a pane below the status lines, with its borders.
const MIN_PANE: u16 = 5;

/// The columns of the titles of status lines.
const TITLES: usize = 18;

pub(super) fn draw(home: &Home, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let lines = u16::try_from(PANES.len()).unwrap_or(u16::MAX);
    let shape = match () {
        () if area.width >= MIN_SQUARE.0 && area.height >= MIN_SQUARE.1 => Shape::Square,
        () if area.height >= lines + MIN_PANE => Shape::Stack,
        () => Shape::Status,
    };
    home.shape.set(shape);
    if shape == Shape::Square {
        return square(home, cx, area, buf);
    }
    let [status, below] = Layout::vertical([Constraint::Length(lines), Constraint::Min(0)]).areas(area);
    status_lines(home, cx, status, buf);
    if shape == Shape::Stack {
        pane(home, home.selected, cx, below, buf);
    }
}

fn square(home: &Home, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let needs = contents::of(Pane::Needs, cx).rows.len();
    let wanted = u16::try_from(needs).unwrap_or(u16::MAX).saturating_add(2);
    let [top, middle, bottom] = Layout::vertical([
        Constraint::Length(wanted.clamp(3, area.height / 3)),
        Constraint::Fill(1),
        Constraint::Fill(1),
    ])
    .areas(area);
    pane(home, Pane::Needs, cx, top, buf);
    for (panes, area) in [([Pane::Health, Pane::Deployment], middle), ([Pane::Runs, Pane::Errors], bottom)] {
        let halves: [Rect; 2] = Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).areas(area);
        for (one, area) in panes.into_iter().zip(halves) {
            pane(home, one, cx, area, buf);
        }
    }
}

fn status_lines(home: &Home, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    for (y, (place, pane)) in (area.y..area.bottom()).zip(PANES.into_iter().enumerate()) {
        let line = Rect { y, height: 1, ..area };
        let content = contents::of(pane, cx);
        let mark = if pane == home.selected { "▸ " } else { "  " };
        let mut spans = vec![
            span(mark, cx.theme.tone(Tone::Accent)),
            span(&format!("{:<TITLES$}  ", pane.title()), cx.theme.title()),
        ];
        spans.extend(content.status);
        fitted(Line::from(spans), usize::from(line.width)).render(line, buf);
        cx.zones.add(line, Click::Row(place));
    }
}

fn pane(home: &Home, pane: Pane, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
    let is_focused = pane == home.selected;
    let Content { note, rows, status } = contents::of(pane, cx);
    let inner = chrome::pane(pane.title(), note, is_focused, area, buf, cx.theme);
    if rows.is_empty() {
        Line::from(status).style(Style::new()).render(inner, buf);
        return;
    }
    let state = home.state(pane);
    let selected = state.position(&rows);
    let height = usize::from(inner.height);
    let mut first = state.offset.get().min(rows.len().saturating_sub(height));
    if let Some(selected) = selected.filter(|_| is_focused) {
        first = first.clamp(selected.saturating_sub(height.saturating_sub(1)), selected);
    }
    state.offset.set(first);
    for (y, (place, row)) in (inner.y..inner.bottom()).zip(rows.iter().enumerate().skip(first)) {
        let line = Rect { y, height: 1, ..inner };
        fitted(row.line.clone(), usize::from(line.width)).render(line, buf);
        if is_focused && selected == Some(place) {
            buf.set_style(line, cx.theme.selected());
        }
        cx.zones.add(line, Click::Row(place * PANES.len() + pane as usize));
    }
}
