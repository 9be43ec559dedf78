//! A table with a selection: columns that give way when it gets narrow, rows that are drawn only where they are seen.

use std::cell::Cell;

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Span,
    widgets::Widget,
};

pub use hello_state::present::Width;

use crate::theme::Theme;

/// A column. Columns with the highest `rank` disappear first when there is no room.
#[derive(Debug, Clone, Copy)]
pub struct TableColumn {
    pub title: &'static str,
    pub width: Width,
    pub rank: u8,
}

/// A table, ready to be drawn.
#[derive(Debug)]
pub struct Table<'a> {
    pub columns: &'a [TableColumn],
    pub rows: usize,
    pub selected: Option<usize>,
    /// The first row drawn. Remembered between frames, so that the view does not jump: the one piece of state that drawing
    /// itself moves.
    pub offset: &'a Cell<usize>,
}

const GAP: u16 = 2;

impl Table<'_> {
    /// Draws the heading and those rows that fit; `cells` makes the cells of one row.
    pub fn draw(
        &self,
        area: Rect,
        buf: &mut Buffer,
        theme: &Theme,
        cells: impl Fn(usize) -> Vec<Span<'static>>,
    ) {
        if area.height == 0 {
            return;
        }
        let shown = self.shown(area.width);
        let [heading, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
        let places = Self::places(&shown, area);
        for ((_, column), place) in shown.iter().zip(&places) {
            super::text::span(column.title, theme.heading())
                .render(Rect { y: heading.y, height: 1, ..*place }, buf);
        }
        let first = self.scroll(usize::from(body.height));
        for (y, row) in (body.y..body.bottom()).zip(first..self.rows) {
            let cells = cells(row);
            for ((index, _), place) in shown.iter().zip(&places) {
                if let Some(cell) = cells.get(*index) {
                    cell.render(Rect { y, height: 1, ..*place }, buf);
                }
            }
            if self.selected == Some(row) {
                buf.set_style(Rect { x: area.x, y, width: area.width, height: 1 }, theme.selected());
            }
        }
    }

    /// Returns the columns that fit, with their places in a row's cells.
    fn shown(&self, width: u16) -> Vec<(usize, TableColumn)> {
        let mut shown: Vec<(usize, TableColumn)> = self.columns.iter().copied().enumerate().collect();
        while shown.len() > 1 && Self::wanted(&shown) > width {
            let Some(last) = shown.iter().map(|(_, column)| column.rank).max() else { break };
            shown.retain(|(_, column)| column.rank != last || last == 0);
            if last == 0 {
                break;
            }
        }
        shown
    }

    fn wanted(columns: &[(usize, TableColumn)]) -> u16 {
        columns
            .iter()
            .map(|(_, column)| match column.width {
                Width::Fixed(width) | Width::Rest(width) => width + GAP,
            })
            .sum::<u16>()
            .saturating_sub(GAP)
    }

    fn places(columns: &[(usize, TableColumn)], area: Rect) -> Vec<Rect> {
        let widths = columns.iter().map(|(_, column)| match column.width {
            Width::Fixed(width) => Constraint::Length(width),
            Width::Rest(_) => Constraint::Fill(1),
        });
        Layout::horizontal(widths).spacing(GAP).split(area).to_vec()
    }

    /// Moves the view so that the selected row is in it and no room is wasted at the end.
    fn scroll(&self, height: usize) -> usize {
        let mut first = self.offset.get().min(self.rows.saturating_sub(height));
        if let Some(selected) = self.selected {
            first = first.clamp(selected.saturating_sub(height.saturating_sub(1)), selected);
        }
        self.offset.set(first);
        first
    }
}
