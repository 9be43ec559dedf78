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

/// The columns that the text of an elastic column gets, if it is so long, before other columns get more than their least.
const READABLE: u16 = 40;

/// From this rank on, columns are shown only where texts have those columns.
const GOOD_TO_HAVE: u8 = 3;

/// The width of an elastic column on the narrowest terminals.
const NARROWEST: u16 = 4;

/// The sign before a row that is marked.
pub const MARK: &str = "*";

impl Table<'_> {
    /// Draws the heading and those rows that fit; `row` makes one row. Marks stand in the column before the area.
    /// Returns the columns that fit, each as its place among all columns and the area of its heading.
    pub fn draw(
        &self,
        area: Rect,
        buf: &mut Buffer,
        theme: &Theme,
        row: impl Fn(usize) -> TableRow,
    ) -> Vec<(usize, Rect)> {
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
        let headings = places.into_iter().map(|place| Rect { y: heading.y, height: 1, ..place });
        columns.iter().map(|column| column.place).zip(headings).collect()
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
                Width::Fixed(width) => (width, width),
                Width::Rest(least) => (least, content(place).clamp(least, least.max(READABLE))),
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

/// Chooses the columns that have room, those with the lowest ranks first, cuts them down, and gives the room that is left
/// to the elastic ones. The columns of a rank come and go together.
fn fit(mut columns: Vec<Fitted>, room: u16) -> Vec<Fitted> {
    let mut ranks: Vec<u8> = columns.iter().map(|column| column.rank).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let mut chosen: Vec<u8> = Vec::new();
    for rank in ranks {
        let is_in = |column: &&Fitted| chosen.contains(&column.rank) || column.rank == rank;
        let least = total(columns.iter().filter(is_in).map(|column| column.least_before(rank)));
        if chosen.is_empty() || least <= room {
            chosen.push(rank);
        }
    }
    columns.retain(|column| chosen.contains(&column.rank));
    let wanted = total(columns.iter().map(|column| column.width));
    shrink(&mut columns, wanted.saturating_sub(room));
    stretch(&mut columns, room.saturating_sub(wanted));
    columns
}

/// Returns the width of columns with the gaps between them.
fn total(widths: impl Iterator<Item = u16>) -> u16 {
    widths.fold(0, |total: u16, width| total.saturating_add(width).saturating_add(GAP)).saturating_sub(GAP)
}

impl Fitted {
    /// Returns the width that the column keeps if those of a rank are shown, too. A text stays readable before columns
    /// that are only good to have.
    fn least_before(&self, rank: u8) -> u16 {
        let is_readable = self.is_elastic && self.rank < rank && rank >= GOOD_TO_HAVE;
        if is_readable { self.least.max(READABLE) } else { self.least }
    }
}

fn slack(column: &Fitted) -> u16 {
    column.width.saturating_sub(column.least)
}

/// Takes `excess` from the columns: first from those that are not elastic, then from the elastic ones, whose texts say
/// the most. Where all are as narrow as they may be, the elastic ones give more, so that those after them are seen.
fn shrink(columns: &mut [Fitted], excess: u16) {
    let left = take(columns, excess, |column| if column.is_elastic { 0 } else { slack(column) });
    let left = take(columns, left, slack);
    let last = |column: &Fitted| if column.is_elastic { column.width.saturating_sub(NARROWEST) } else { 0 };
    take(columns, left, last);
}

/// Takes `excess` from the columns, always from the one with the most to give. Returns what is left of it.
fn take(columns: &mut [Fitted], excess: u16, spare: impl Fn(&Fitted) -> u16) -> u16 {
    for left in (1..=excess).rev() {
        let widest = columns.iter_mut().max_by_key(|column| spare(column)).filter(|column| spare(column) > 0);
        let Some(widest) = widest else { return left };
        widest.width -= 1;
    }
    0
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
    fn a_long_text_gets_room_from_other_columns() {
        let columns = [
            column("WORKFLOW", Width::Content(8, 28), 0),
            column("TITLE", Width::Rest(5), 0),
            column("AGE", Width::Content(3, 5), 0),
        ];
        let rows: &[&[&str]] = &[&["Deploy to staging", "feat: retire a truck for good", "12m"]];
        assert_eq!(drawn(&columns, rows, 46)[1], "Deploy to…  feat: retire a truck for good  12m");
        assert_eq!(drawn(&columns, rows, 36)[1], "Deploy …  feat: retire a truck…  12m");
        assert_eq!(drawn(&columns, rows, 20)[1], "Deploy …  feat…  12m", "the age is seen to the last");
    }

    #[test]
    fn a_narrow_table_cuts_texts_and_then_drops_columns() {
        let columns = [
            column("NAME", Width::Content(4, 20), 0),
            column("TITLE", Width::Rest(5), 0),
            column("EXTRA", Width::Fixed(5), 3),
        ];
        let rows: &[&[&str]] = &[&["abcdefghij", "the title", "extra"]];
        assert_eq!(drawn(&columns, rows, 59)[1], format!("abcdefghij  {:<40}  extra", "the title"));
        assert_eq!(drawn(&columns, rows, 50)[1], "abcdefghij  the title");
        assert_eq!(drawn(&columns, rows, 14)[1], "abc…  the tit…");
        assert_eq!(drawn(&columns, rows, 3)[1], "ab…");
    }
}
