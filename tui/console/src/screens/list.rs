//! The list of a noun: its title with a count, the strips above it, and a table of the noun's columns.

use hello_model::{filter::ValueKind, pages::Pages};
use hello_state::{
    present::{AGE, Arranged, Cell},
    remote::Remote,
};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    column_chooser::arrow,
    filter_bar,
    list_state::{ListState, Listed, Marks},
};
use crate::{
    click::Click,
    cx::Cx,
    widgets::{
        chrome, remote,
        table::{Table, TableColumn, TableRow, Width},
        text,
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
    /// The signs before the first column of a row; without them, that column is left out.
    pub signs: Option<Signs<'a, T>>,
    /// Whether keys move the selection in it.
    pub is_focused: bool,
    /// What is shown if there is no row, without a filter: what that means, and what to do next.
    pub empty: [&'static str; 2],
}

/// The signs before rows.
pub(super) struct Signs<'a, T> {
    /// What the signs mean.
    pub legend: &'static str,
    pub of: &'a dyn Fn(&T) -> Cell,
}

/// How much of a list is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LoadedRows {
    pub loaded: usize,
    pub rest: Rest,
    /// The number of organizations whose rows the service has left out.
    pub left_out: usize,
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
        Self { loaded, rest: Rest::Nothing, left_out: 0 }
    }

    /// Makes the extent of a list that is loaded page by page.
    pub(super) fn of<T>(pages: &Pages<T>) -> Self {
        let rest = match pages.next {
            None => Rest::Nothing,
            Some(_) => Rest::More(pages.total.map(|_| pages.count())),
        };
        Self { loaded: pages.items.len(), rest, left_out: pages.left_out }
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
        let heading = self.heading(chrome::title_room(area.width, &remote::note(self.remote, cx)), cx);
        let room = usize::from(area.width).saturating_sub(text::line(&heading).width() + 6);
        let inner = chrome::pane(&heading, self.note(room, cx), self.is_focused, area, buf, theme);
        let body = filter_bar::draw(&self.state.filter, self.remote, inner, buf, theme);
        if !remote::placeholder(self.remote, T::PLURAL, body, buf, cx) {
            let body = filter_bar::unreadable(self.unreadable, T::NOUN, body, buf, theme);
            let left_out = self.extent.map_or(0, |extent| extent.left_out);
            let body = filter_bar::left_out(left_out, T::PLURAL, body, buf, theme);
            if self.shown.is_empty() {
                remote::nothing(&self.nothing(), body, buf, theme);
            } else {
                self.table(cx, body, buf);
            }
        }
        if let Some(chooser) = &self.state.chooser {
            chooser.draw::<T>(cx, inner, buf);
        }
    }

    /// Writes the title with the count. Where there is no room, the subject is left out, which the header names, too.
    fn heading(&self, room: usize, cx: &Cx<'_>) -> String {
        let mut tail = self.count().unwrap_or_default();
        let is_partial = self.extent.is_some_and(|extent| extent.rest != Rest::Nothing);
        if is_partial && cx.layout(T::NOUN).sort.is_some() {
            tail.push_str(", sorted among these");
        }
        tail.push_str(&self.state.marks(self.shown).map(marks_label).unwrap_or_default());
        let short = format!("{} {tail}", self.title).trim_end().to_owned();
        let whole = self.subject.as_ref().map(|subject| {
            let comma = if tail.is_empty() || tail.starts_with(',') { "" } else { ", " };
            format!("{} of {subject}{comma}{tail}", self.title)
        });
        whole.filter(|whole| text::line(whole).width() <= room).unwrap_or(short)
    }

    fn count(&self) -> Option<String> {
        let is_filtered = !self.state.filter.filter().is_empty();
        self.extent.map(|extent| extent.label(is_filtered.then_some(self.shown.len())))
    }

    /// Returns the note in the corner: how the answer stands, or if there is room, what the signs mean.
    fn note(&self, room: usize, cx: &Cx<'_>) -> Line<'static> {
        let note = remote::note(self.remote, cx);
        let legend = self.signs.as_ref().map(|signs| text::line(&format!(" {} ", signs.legend)));
        legend.filter(|legend| note.spans.is_empty() && legend.width() <= room).unwrap_or(note)
    }

    fn nothing(&self) -> [String; 2] {
        match &self.state.filter {
            filter if filter.filter().is_empty() => self.empty.map(str::to_owned),
            _ => [format!("No {} passes the filter.", T::NOUN), "esc drops the filter".to_owned()],
        }
    }

    fn table(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        let layout = cx.layout(T::NOUN);
        let columns = T::COLUMNS.arranged(layout);
        let signs = self.signs.as_ref();
        let sign_column =
            signs.map(|_| TableColumn { title: " ".to_owned(), width: Width::Content(1, 2), rank: 0 });
        let arranged = columns.iter().map(|arranged| {
            let title = arranged.column.title;
            let arrow = arrow(layout.sort.as_ref(), arranged.column.id);
            let title = arrow.map_or_else(|| title.to_owned(), |arrow| format!("{title} {arrow}"));
            TableColumn { title, width: arranged.width, rank: arranged.rank }
        });
        let drawn: Vec<TableColumn> = sign_column.into_iter().chain(arranged).collect();
        let selected = self.state.position(self.shown);
        let table = Table { columns: &drawn, rows: self.shown.len(), selected, offset: &self.state.offset };
        let headings = table.draw(area, buf, cx.theme, |row| {
            let row = self.shown[row];
            let sign = signs.map(|signs| text::cell(cx.theme, &(signs.of)(row)));
            let cells = sign.into_iter().chain(cells(row, &columns, cx)).collect();
            TableRow { cells, is_marked: self.state.is_marked(row) }
        });
        self.note_clicks(cx, area);
        let signs = drawn.len() - columns.len();
        let id = |place: usize| Some(columns.get(place.checked_sub(signs)?)?.column.id);
        let headings: Vec<(&'static str, Rect)> =
            headings.into_iter().filter_map(|(place, heading)| Some((id(place)?, heading))).collect();
        for (column, heading) in &headings {
            cx.zones.add(*heading, Click::Sort { noun: T::NOUN, column });
        }
        self.state.note_widths(headings.into_iter().map(|(id, heading)| (id, heading.width)).collect());
    }

    /// Notes that a click selects the row below it.
    fn note_clicks(&self, cx: &Cx<'_>, area: Rect) {
        let rows = self.state.offset.get()..self.shown.len();
        for (y, row) in (area.y.saturating_add(HEADING)..area.bottom()).zip(rows) {
            cx.zones.add(Rect { y, height: 1, ..area }, Click::Row(row));
        }
    }
}

/// The lines of a table's heading.
const HEADING: u16 = 1;

fn marks_label(marks: Marks) -> String {
    match marks.hidden {
        0 => format!(", {} marked", grouped(marks.count)),
        hidden => format!(", {} marked ({} not visible)", grouped(marks.count), grouped(hidden)),
    }
}

/// Makes the cells of a row. One that counts up is drawn again when it changes.
fn cells<T: Listed>(row: &T, columns: &[Arranged<T>], cx: &Cx<'_>) -> Vec<Span<'static>> {
    let format = cx.format();
    let is_age = |arranged: &&Arranged<T>| arranged.column.id == AGE;
    let counts_up =
        |arranged: &&Arranged<T>| arranged.column.kind == ValueKind::Duration && !is_age(arranged);
    if let Some(at) = row.began_at().filter(|_| columns.iter().any(|arranged| is_age(&arranged))) {
        cx.wake_for_age(at);
    }
    if let Some(since) = row.running_since().filter(|_| columns.iter().any(|arranged| counts_up(&arranged))) {
        cx.elapsed(since, None);
    }
    columns.iter().map(|arranged| text::cell(cx.theme, &(arranged.column.cell)(row, &format))).collect()
}

/// Writes a number with its thousands apart: `2,406`.
pub(super) fn grouped(number: usize) -> String {
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
        let extent = |loaded, rest| LoadedRows { loaded, rest, left_out: 0 };
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
