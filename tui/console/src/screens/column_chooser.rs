//! The chooser of columns: which are shown, how wide, and by which one the list is sorted.

use hello_state::present::{Column, ListLayout, Sort, Width};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::Line,
    widgets::{Clear, Widget},
};

use super::listed::Listed;
use crate::{
    command::CommandId,
    commands::{CLOSE_COLUMNS, Move, NARROWER, RESET_COLUMNS, SORT, TOGGLE_COLUMN, WIDER, movement},
    cx::Cx,
    screen::Request,
    theme::Tone,
    widgets::{chrome, text::span},
};

/// The chooser while it is open.
#[derive(Debug, Clone)]
pub(super) struct ColumnChooser {
    selected: usize,
}

/// Terminal columns by which a key changes a width.
const STEP: i16 = 2;

/// The width of the chooser with its borders.
const WIDTH: u16 = 40;

impl ColumnChooser {
    /// Opens the chooser with the column selected that the list is sorted by.
    pub(super) fn new<T: Listed>(cx: &Cx<'_>) -> Self {
        let sort = cx.layout(T::NOUN).sort.as_ref();
        let is_sorted = |column: &&Column<T>| sort.is_some_and(|sort| sort.column == column.id);
        Self { selected: T::COLUMNS.offered().iter().position(is_sorted).unwrap_or(0) }
    }

    /// Executes a command; returns what the console has to do, and whether the chooser stays open. `widths` are those of
    /// the columns that are drawn.
    pub(super) fn act<T: Listed>(
        &mut self,
        command: CommandId,
        widths: &[(&str, u16)],
        cx: &Cx<'_>,
    ) -> (Vec<Request>, bool) {
        let columns = T::COLUMNS.offered();
        let Some(column) = columns.get(self.selected) else { return (Vec::new(), false) };
        let mut layout = cx.layout(T::NOUN).clone();
        let drawn = widths.iter().find(|(id, _)| *id == column.id).map(|(_, width)| *width);
        match (movement(command), command) {
            (Some(way), _) => {
                self.go(way, columns.len());
                return (Vec::new(), true);
            }
            (None, SORT) => layout.sort = Sort::after(layout.sort.as_ref(), column.id),
            (None, TOGGLE_COLUMN) => {
                if !layout.toggle(T::COLUMNS, column.id) {
                    let text = "The last column stays.".to_owned();
                    return (vec![Request::Notify(text, Tone::Warning)], true);
                }
            }
            (None, NARROWER) => layout.widen(column, drawn, -STEP),
            (None, WIDER) => layout.widen(column, drawn, STEP),
            (None, RESET_COLUMNS) => layout = ListLayout::default(),
            (None, CLOSE_COLUMNS) => return (Vec::new(), false),
            (None, _) => return (Vec::new(), true),
        }
        (vec![Request::Arrange(T::NOUN, layout)], true)
    }

    fn go(&mut self, way: Move, count: usize) {
        let last = count.saturating_sub(1);
        self.selected = match way {
            Move::Up => self.selected.saturating_sub(1),
            Move::Down => (self.selected + 1).min(last),
            Move::PageUp | Move::Top => 0,
            Move::PageDown | Move::Bottom => last,
            Move::Left | Move::Right => self.selected,
        };
    }

    /// Draws the chooser over the right side of the list, so that what it changes is seen.
    pub(super) fn draw<T: Listed>(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        let (theme, columns, layout) = (cx.theme, T::COLUMNS.offered(), cx.layout(T::NOUN));
        let height = u16::try_from(columns.len()).unwrap_or(u16::MAX).saturating_add(2).min(area.height);
        let width = WIDTH.min(area.width);
        let area = Rect { x: area.right() - width, width, height, ..area };
        Clear.render(area, buf);
        let inner = chrome::pane("Sort and columns", Line::default(), true, area, buf, theme);
        let first = (self.selected + 1).saturating_sub(usize::from(inner.height));
        for (y, (place, column)) in (inner.y..inner.bottom()).zip(columns.iter().enumerate().skip(first)) {
            let row = Rect { y, height: 1, ..inner };
            span(&row_text(T::COLUMNS, column, layout), Style::new()).render(row, buf);
            if place == self.selected {
                theme.select(row, buf);
            }
        }
    }
}

/// Writes a column: whether it is shown, its title, how the list is sorted by it, and its width if one was chosen.
fn row_text<T: 'static>(
    columns: &hello_state::present::Columns<T>,
    column: &Column<T>,
    layout: &ListLayout,
) -> String {
    let shown = if layout.shows(columns, column.id) { "[x]" } else { "[ ]" };
    let width = match (layout.columns.get(column.id).and_then(|chosen| chosen.width), layout.width(column)) {
        (Some(_), Width::Fixed(width)) => format!("width {width}"),
        _ => String::new(),
    };
    let arrow = arrow(layout.sort.as_ref(), column.id).unwrap_or(" ");
    format!("{shown} {:<12} {arrow} {width:>12}", column.title)
}

/// Returns the sign in the heading of a column that a list is sorted by.
pub(super) fn arrow(sort: Option<&Sort>, column: &str) -> Option<&'static str> {
    sort.filter(|sort| sort.column == column).map(|sort| if sort.is_descending { "↓" } else { "↑" })
}
