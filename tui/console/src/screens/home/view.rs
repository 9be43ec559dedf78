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
    panes::{PANES, Pane, Shape},
};
use crate::{
    click::Click,
    cx::Cx,
    screens::contents::{Content, Row},
    theme::Tone,
    widgets::{
        chrome,
        details::{self, Part},
        text::{fitted, span},
    },
};

/// The minimum size of the square.
const MIN_SQUARE: (u16, u16) = (96, 28);

/// The minimum height of a pane below the status lines, with its borders.
const MIN_PANE: u16 = 5;

/// The maximum number of lines of the selected row.
const MAX_LINES: usize = 4;

/// The columns before the further lines of the selected row.
const INDENT: usize = 2;

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
    let needs = contents::of(Pane::Needs, cx).rows;
    let selected = home.state(Pane::Needs).position(&needs).filter(|_| home.selected == Pane::Needs);
    let whole = selected.map_or(1, |place| wrapped(&needs[place].line, usize::from(area.width - 4)).len());
    let wanted = u16::try_from(needs.len() + whole).unwrap_or(u16::MAX).saturating_add(1);
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
    draw_rows(home, pane, &rows, inner, cx, buf);
}

/// Draws the rows. The selected one is shown whole, and so are those that tell why something is missing.
fn draw_rows(home: &Home, pane: Pane, rows: &[Row], area: Rect, cx: &Cx<'_>, buf: &mut Buffer) {
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    let state = home.state(pane);
    let selected = state.position(rows).filter(|_| pane == home.selected);
    let lines_of = |place: usize| match &rows[place] {
        row if row.is_whole || selected == Some(place) => wrapped(&row.line, width),
        row => vec![fitted(row.line.clone(), width)],
    };
    let mut first = state.offset.get().min(rows.len().saturating_sub(height));
    if let Some(selected) = selected {
        first = first.min(selected);
        let mut room = height;
        let fits = |place: &usize| {
            let left = room.checked_sub(lines_of(*place).len());
            room = left.unwrap_or(0);
            left.is_some()
        };
        let highest = (first..=selected).rev().take_while(fits).last();
        first = highest.unwrap_or(selected);
    }
    state.offset.set(first);
    let mut y = area.y;
    for place in first..rows.len() {
        let is_selected = selected == Some(place);
        for line in lines_of(place) {
            if y == area.bottom() {
                return;
            }
            let at = Rect { y, height: 1, ..area };
            line.render(at, buf);
            if is_selected {
                cx.theme.select(at, buf);
            }
            cx.zones.add(at, Click::Row(place * PANES.len() + pane as usize));
            y += 1;
        }
    }
}

fn wrapped(line: &Line<'static>, width: usize) -> Vec<Line<'static>> {
    let parts = line.spans.iter().map(|span| Part::new(span.content.clone(), span.style));
    let mut lines = details::wrap(parts, INDENT, width);
    lines.truncate(MAX_LINES);
    lines
}
