//! A table with a selection: columns that give way when it gets narrow, rows that are drawn only where they are seen.

use std::cell::Cell;

use hello_model::text::cut;
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    text::Span,
    widgets::Widget,
};

pub use hello_state::present::Width;

use super::text::span;
use crate::theme::Theme;

/// A column. Columns with the highest `rank` disappear first when there is no room.
#[derive(Debug, Clone)]
pub struct TableColumn {
    pub title: String,
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

/// A row as it is drawn.
#[derive(Debug, Default)]
pub struct TableRow {
    pub cells: Vec<Span<'static>>,
    /// Whether the row has a mark before it.
    pub is_marked: bool,
}

/// A column that is drawn: its place in the cells of a row, and its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fitted {
    place: usize,
    rank: u8,
    /// The width to which it may be cut.
    least: u16,
    width: u16,
    /// Whether it takes the room that is left.
    is_elastic: bool,
}

const GAP: u16 = 2;

/// The sign before a row that is marked.
pub const MARK: &str = "*";

impl Table<'_> {
    /// Draws the heading and those rows that fit; `row` makes one row. Marks stand in the column before the area.
    /// Returns the columns that fit, each as its place and its width.
    pub fn draw(
        &self,
        area: Rect,
        buf: &mut Buffer,
        theme: &Theme,
        row: impl Fn(usize) -> TableRow,
    ) -> Vec<(usize, u16)> {
        if area.height == 0 {
            return Vec::new();
        }
        let [heading, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
        let first = self.scroll(usize::from(body.height));
        let seen = first..self.rows.min(first + usize::from(body.height));
        let rows: Vec<(usize, TableRow)> = seen.map(|number| (number, row(number))).collect();
        let columns = fit(self.measured(&rows), area.width);
        let places = places(&columns, area);
        for (column, place) in columns.iter().zip(&places) {
            let title = &self.columns[column.place].title;
            draw_cell(&span(title, theme.heading()), Rect { y: heading.y, height: 1, ..*place }, buf);
        }
        for (y, (number, row)) in (body.y..).zip(rows) {
            for (column, place) in columns.iter().zip(&places) {
                if let Some(cell) = row.cells.get(column.place) {
                    draw_cell(cell, Rect { y, height: 1, ..*place }, buf);
                }
            }
            if self.selected == Some(number) {
                theme.select(Rect { y, height: 1, ..area }, buf);
            }
            if let Some(x) = area.x.checked_sub(1).filter(|_| row.is_marked) {
                span(MARK, theme.title()).render(Rect { x, y, width: 1, height: 1 }, buf);
            }
        }
        columns.iter().map(|column| (column.place, column.width)).collect()
    }

    /// Measures the columns. The rows that are not seen do not count: there may be a million.
    fn measured(&self, rows: &[(usize, TableRow)]) -> Vec<Fitted> {
        let content = |place: usize| {
            let title = span(&self.columns[place].title, ratatui::style::Style::new()).width();
            let cells = rows.iter().filter_map(|(_, row)| row.cells.get(place)).map(Span::width);
            u16::try_from(cells.fold(title, usize::max)).unwrap_or(u16::MAX)
        };
        let fitted = |(place, column): (usize, &TableColumn)| {
            let (least, width) = match column.width {
                Width::Fixed(width) | Width::Rest(width) => (width, width),
                Width::Content(least, most) => {
                    let width = content(place).min(most);
                    (least.min(width), width)
                }
            };
            let is_elastic = matches!(column.width, Width::Rest(_));
            Fitted { place, rank: column.rank, least, width, is_elastic }
        };
        self.columns.iter().enumerate().map(fitted).collect()
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

/// Draws a cell. Text that does not fit ends with `…`.
fn draw_cell(cell: &Span<'static>, area: Rect, buf: &mut Buffer) {
    let text = cut(&cell.content, area.width.into());
    span(&text, cell.style).render(area, buf);
}

/// Cuts columns down to their least width, and where that is not enough leaves out those with the highest rank. What is
/// left of the room goes to the elastic columns.
fn fit(mut columns: Vec<Fitted>, room: u16) -> Vec<Fitted> {
    loop {
        let total: u16 =
            columns.iter().map(|column| column.width.saturating_add(GAP)).fold(0, u16::saturating_add);
        let excess = total.saturating_sub(GAP).saturating_sub(room);
        let slack: u16 = columns.iter().map(slack).fold(0, u16::saturating_add);
        let highest = columns.iter().map(|column| column.rank).max().unwrap_or(0);
        if excess <= slack || highest == 0 {
            shrink(&mut columns, excess);
            stretch(&mut columns, room.saturating_sub(total.saturating_sub(GAP)));
            return columns;
        }
        columns.retain(|column| column.rank < highest);
    }
}

fn slack(column: &Fitted) -> u16 {
    column.width.saturating_sub(column.least)
}

/// Takes `excess` from the columns, always from the one with the most to give.
fn shrink(columns: &mut [Fitted], excess: u16) {
    for _ in 0..excess {
        let widest = columns.iter_mut().max_by_key(|column| slack(column)).filter(|column| slack(column) > 0);
        let Some(widest) = widest else { return };
        widest.width -= 1;
    }
}

/// Gives the room that is left to the elastic columns.
fn stretch(columns: &mut [Fitted], mut room: u16) {
    let mut left =
        u16::try_from(columns.iter().filter(|column| column.is_elastic).count()).unwrap_or(u16::MAX);
    for column in columns.iter_mut().filter(|column| column.is_elastic) {
        let share = room / left.max(1);
        column.width = column.width.saturating_add(share);
        room -= share;
        left -= 1;
    }
}

/// Returns where the columns are. On a terminal that is too narrow, the last ones have no room.
fn places(columns: &[Fitted], area: Rect) -> Vec<Rect> {
    let mut x = area.x;
    let mut places = Vec::with_capacity(columns.len());
    for column in columns {
        let width = column.width.min(area.right().saturating_sub(x));
        places.push(Rect { x, width, ..area });
        x = x.saturating_add(width).saturating_add(GAP).min(area.right());
    }
    places
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use ratatui::style::Style;

    use super::*;

    fn column(title: &str, width: Width, rank: u8) -> TableColumn {
        TableColumn { title: title.to_owned(), width, rank }
    }

    fn drawn(columns: &[TableColumn], rows: &[&[&str]], width: u16) -> Vec<String> {
        let offset = Cell::new(0);
        let table = Table { columns, rows: rows.len(), selected: None, offset: &offset };
        let area = Rect::new(0, 0, width, u16::try_from(rows.len()).unwrap() + 1);
        let mut buf = Buffer::empty(area);
        table.draw(area, &mut buf, &Theme::new(false, TimeZone::UTC), |row| TableRow {
            cells: rows[row].iter().map(|text| span(text, Style::new())).collect(),
            is_marked: false,
        });
        let line = |y| (0..width).map(|x| buf[(x, y)].symbol().to_owned()).collect::<String>();
        (0..area.height).map(|y| line(y).trim_end().to_owned()).collect()
    }

    #[test]
    fn columns_are_as_wide_as_what_is_seen() {
        let columns = [
            column("A", Width::Content(2, 8), 0),
            column("B", Width::Rest(3), 0),
            column("C", Width::Fixed(3), 1),
        ];
        assert_eq!(
            drawn(&columns, &[&["abc", "x", "c"], &["a", "long text", "c"]], 20),
            ["A    B           C", "abc  x           c", "a    long text   c"]
        );
    }

    #[test]
    fn a_narrow_table_cuts_texts_and_then_drops_columns() {
        let columns = [
            column("NAME", Width::Content(4, 20), 0),
            column("TITLE", Width::Rest(5), 0),
            column("EXTRA", Width::Fixed(5), 3),
        ];
        let rows: &[&[&str]] = &[&["abcdefghij", "the title", "extra"]];
        assert_eq!(drawn(&columns, rows, 20)[1], "abcde…  the …  extra");
        assert_eq!(drawn(&columns, rows, 14)[1], "abcdef…  the …");
        assert_eq!(drawn(&columns, rows, 3)[1], "ab…");
    }
}
