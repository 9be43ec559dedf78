//! The list of a noun: its title with a count, the strips above it, and a table of the noun's columns.

use hello_model::{filter::ValueKind, pages::Pages};
use hello_state::{present, remote::Remote};
use ratatui::{buffer::Buffer, layout::Rect, text::Span, widgets::Widget};

use super::{
    filter_bar,
    list_state::{ListState, Listed},
};
use crate::{
    cx::Cx,
    theme::Tone,
    widgets::{
        chrome, remote,
        table::{Table, TableColumn, Width},
        text::{self, toned},
    },
};

/// A list, ready to be drawn.
pub(super) struct List<'a, T: Listed, A> {
    pub title: &'static str,
    /// What the rows belong to, as in `Runs of …`.
    pub subject: Option<String>,
    /// The answer that the rows are from.
    pub remote: Remote<'a, A>,
    pub state: &'a ListState<T>,
    /// The rows that pass the filter.
    pub shown: &'a [&'a T],
    /// How much is loaded; `None` before the first answer.
    pub extent: Option<LoadedRows>,
    /// The number of entries in the answer that cannot be shown.
    pub unreadable: usize,
    /// Whether a row is marked before its first column; without it, that column is left out.
    pub is_marked: Option<&'a dyn Fn(&T) -> bool>,
    /// Whether keys move the selection in it.
    pub is_focused: bool,
    /// What is shown if there is no row, without a filter.
    pub empty: &'static str,
}

/// How much of a list is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LoadedRows {
    pub loaded: usize,
    pub rest: Rest,
}

/// What is known of the rows that are not loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// There are none.
    Nothing,
    /// There are more, and the number of all rows, if the service reports it.
    More(Option<usize>),
    /// They could not be read.
    Unread,
}

impl LoadedRows {
    /// Makes the extent of a list that is loaded as a whole.
    pub(super) fn whole(loaded: usize) -> Self {
        Self { loaded, rest: Rest::Nothing }
    }

    /// Makes the extent of a list that is loaded page by page.
    pub(super) fn of<T>(pages: &Pages<T>) -> Self {
        let rest = match pages.next {
            None => Rest::Nothing,
            Some(_) => Rest::More(pages.total.map(|_| pages.count())),
        };
        Self { loaded: pages.items.len(), rest }
    }

    /// Writes the count of a title. `passed` is the number of rows that pass the filter, if there is one.
    pub(super) fn label(self, passed: Option<usize>) -> String {
        let loaded = grouped(self.loaded);
        // A filter that passes every loaded row may be one that the service has applied.
        let passed = passed.filter(|passed| *passed < self.loaded || self.rest == Rest::Nothing);
        match (passed.map(grouped), self.rest) {
            (None, Rest::Nothing) => loaded,
            (Some(passed), Rest::Nothing) => format!("{passed} of {loaded}"),
            (None, Rest::More(Some(all))) => format!("{loaded} of {} loaded", grouped(all)),
            (None, Rest::More(None)) => format!("{loaded} loaded, there are more"),
            (Some(passed), Rest::More(_)) => format!("{passed} of {loaded} loaded"),
            (None, Rest::Unread) => format!("{loaded}, the rest is not read"),
            (Some(passed), Rest::Unread) => format!("{passed} of {loaded}, the rest is not read"),
        }
    }
}

impl<T: Listed, A> List<'_, T, A> {
    /// Draws the list in a pane.
    pub(super) fn draw(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        let theme = cx.theme;
        let note = remote::note(self.remote, cx);
        let inner = chrome::pane(&self.heading(), note, self.is_focused, area, buf, theme);
        let body = filter_bar::draw(&self.state.filter, self.remote, inner, buf, theme);
        if remote::placeholder(self.remote, body, buf, cx) {
            return;
        }
        let body = filter_bar::unreadable(self.unreadable, T::NOUN, body, buf, theme);
        if self.shown.is_empty() {
            toned(theme, &self.nothing(), Tone::Faint).render(body, buf);
            return;
        }
        self.table(cx, body, buf);
    }

    fn heading(&self) -> String {
        let title = self.title;
        let is_filtered = !self.state.filter.filter().is_empty();
        let count = self.extent.map(|extent| extent.label(is_filtered.then_some(self.shown.len())));
        match (&self.subject, count) {
            (Some(subject), Some(count)) => format!("{title} of {subject}, {count}"),
            (Some(subject), None) => format!("{title} of {subject}"),
            (None, Some(count)) => format!("{title} {count}"),
            (None, None) => title.to_owned(),
        }
    }

    fn nothing(&self) -> String {
        if self.state.filter.filter().is_empty() {
            return self.empty.to_owned();
        }
        format!("No {} passes the filter; esc drops it.", T::NOUN)
    }

    fn table(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        let mark = self.is_marked.map(|_| TableColumn { title: " ", width: Width::Fixed(1), rank: 0 });
        let columns = T::COLUMNS.of(T::COLUMNS.screen);
        let drawn: Vec<TableColumn> = mark
            .into_iter()
            .chain(columns.iter().map(|(column, rank)| TableColumn {
                title: column.title,
                width: column.width,
                rank: *rank,
            }))
            .collect();
        let selected = self.state.position(self.shown);
        let rows = self.shown.len();
        Table { columns: &drawn, rows, selected, offset: &self.state.offset }.draw(
            area,
            buf,
            cx.theme,
            |row| {
                let row = self.shown[row];
                let mark = self.is_marked.map(|is_marked| if is_marked(row) { "▸" } else { " " });
                let mark = mark.map(|mark| toned(cx.theme, mark, Tone::Accent));
                mark.into_iter().chain(cells(row, &columns, cx)).collect()
            },
        );
    }
}

/// Makes the cells of a row. One that counts up is drawn again with each second.
fn cells<T: Listed>(row: &T, columns: &[(&present::Column<T>, u8)], cx: &Cx<'_>) -> Vec<Span<'static>> {
    let format = cx.format();
    if let Some(since) = row.running_since()
        && columns.iter().any(|(column, _)| column.kind == ValueKind::Duration)
    {
        cx.elapsed(since, None);
    }
    columns.iter().map(|(column, _)| text::cell(cx.theme, &(column.cell)(row, &format))).collect()
}

/// Writes a number with its thousands apart: `2,406`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_counts_shown_and_loaded_rows() {
        let extent = |loaded, rest| LoadedRows { loaded, rest };
        for (extent, passed, label) in [
            (extent(6, Rest::Nothing), None, "6"),
            (extent(6, Rest::Nothing), Some(2), "2 of 6"),
            (extent(2_406, Rest::Nothing), Some(17), "17 of 2,406"),
            (extent(300, Rest::More(Some(1_002_406))), None, "300 of 1,002,406 loaded"),
            (extent(300, Rest::More(Some(2_406))), Some(17), "17 of 300 loaded"),
            (extent(300, Rest::More(Some(2_406))), Some(300), "300 of 2,406 loaded"),
            (extent(300, Rest::More(None)), None, "300 loaded, there are more"),
            (extent(300, Rest::Unread), None, "300, the rest is not read"),
            (extent(300, Rest::Unread), Some(0), "0 of 300, the rest is not read"),
        ] {
            assert_eq!(extent.label(passed), label);
        }
    }
}
