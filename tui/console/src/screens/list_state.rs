//! The selection in a list, kept by identity: a refresh that adds, removes or reorders rows does not move it.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
};

use hello_model::query::Query;
use hello_state::present::{Column, ListLayout, Sort};

pub use super::listed::Listed;
use super::{column_chooser::ColumnChooser, filter::FilterInput, row_order::RowOrder};
use crate::{
    command::{CommandId, Mode},
    commands::{BACK, CHOOSE_COLUMNS, MARK, Move, OPEN, movement},
    cx::Cx,
    screen::{Event, Request},
};

/// Which rows are selected and marked, and which rows pass the filter.
#[derive(Debug, Clone)]
pub struct ListState<T: Listed> {
    selected: Option<T::Key>,
    /// Where the selection was, for when its row is gone.
    index: usize,
    /// Whether the selected row is not in the list yet.
    is_coming: Cell<bool>,
    /// In the order in which they were marked.
    marked: Vec<T::Key>,
    pub filter: FilterInput,
    pub(super) chooser: Option<ColumnChooser>,
    /// The widths of the columns in the last frame, for making one wider or narrower.
    widths: RefCell<Vec<(&'static str, u16)>>,
    pub offset: Cell<usize>,
    /// The rows that are shown, as they were computed last.
    order: RefCell<Option<RowOrder>>,
}

impl<T: Listed> Default for ListState<T> {
    fn default() -> Self {
        Self {
            selected: None,
            index: 0,
            is_coming: Cell::default(),
            marked: Vec::new(),
            filter: FilterInput::default(),
            chooser: None,
            widths: RefCell::default(),
            offset: Cell::new(0),
            order: RefCell::default(),
        }
    }
}

/// How many rows are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) count: usize,
    /// Those that the filter hides, or that are not loaded any more.
    pub(super) hidden: usize,
}

/// Rows that a page key moves.
const PAGE: isize = 10;

/// Rows that are loaded below the selection, so that moving on seldom waits.
const LOOK_AHEAD: usize = 100;

/// The maximum number of rows that are marked.
const MAX_MARKED: usize = 1_000;

impl<T: Listed> ListState<T> {
    /// Executes a command that concerns the list as such: its selection, marks, filter or columns. `shown` are the rows
    /// now shown. Returns `None` for any other command.
    pub fn act(&mut self, command: CommandId, shown: &[&T], cx: &Cx<'_>) -> Option<Vec<Request>> {
        if let Some(chooser) = &mut self.chooser {
            let (requests, is_open) = chooser.act::<T>(command, &self.widths.borrow(), cx);
            if !is_open {
                self.chooser = None;
            }
            return Some(requests);
        }
        match (movement(command), command) {
            (Some(way), _) => self.go(way, shown),
            (None, CHOOSE_COLUMNS) => self.chooser = Some(ColumnChooser::new::<T>(cx)),
            (None, MARK) => return Some(self.mark(shown)),
            (None, command) if self.filter.act(command) => {}
            (None, BACK) if !self.marked.is_empty() => self.marked.clear(),
            (None, BACK) => return Some(vec![Request::Close]),
            _ => return None,
        }
        Some(Vec::new())
    }

    /// Returns why a command that concerns the selected row does nothing. `shown` returns the rows now shown.
    pub fn unavailable<'a>(&self, command: CommandId, shown: impl FnOnce() -> Vec<&'a T>) -> Option<String> {
        let needs_row = matches!(command, OPEN | MARK);
        (needs_row && self.selected(&shown()).is_none()).then(|| format!("no {} is selected", T::NOUN))
    }

    /// Takes text that is typed or pasted into the filter; returns whether the filter may have changed.
    pub fn on(&mut self, event: &Event<'_>) -> bool {
        self.filter.on(event)
    }

    /// Returns what the palette offers for the list: to sort it by each of its columns.
    pub fn offers(&self, cx: &Cx<'_>) -> Vec<(String, Request)> {
        let layout = cx.layout(T::NOUN);
        let offer = |column: &Column<T>| {
            let sort = Sort::after(layout.sort.as_ref(), column.id);
            let title = match &sort {
                None => format!("do not sort by {}", column.title),
                Some(sort) if sort.is_descending => format!("sort by {}, reversed", column.title),
                Some(_) => format!("sort by {}", column.title),
            };
            (title, Request::Arrange(T::NOUN, ListLayout { sort, ..layout.clone() }))
        };
        T::COLUMNS.offered().into_iter().map(offer).collect()
    }

    /// Returns which keys apply while nothing else is open.
    pub fn mode(&self) -> Mode {
        match () {
            () if self.filter.is_typing() => Mode::Typing,
            () if self.chooser.is_some() => Mode::Columns,
            () => Mode::Browse,
        }
    }

    /// Returns the items that pass the filter, in the order of the list or in that of the column that it is sorted by.
    /// `queries` are those that the items answer: until one of the answers changes, the rows stay.
    pub fn passing<'a>(&self, items: &'a [T], queries: &[Query], cx: &Cx<'_>) -> Vec<&'a T> {
        let filter = self.filter.filter();
        if filter.is_empty() && cx.layout(T::NOUN).sort.is_none() {
            return items.iter().collect();
        }
        let mut order = self.order.borrow_mut();
        let places = RowOrder::places(&mut order, items, queries, filter, cx);
        places.iter().filter_map(|place| items.get(*place)).collect()
    }

    /// Returns the place of the selection among the rows shown; where its row is gone, the row that took its place.
    /// Nothing while the selected row is not there yet: a key must not concern another one.
    pub fn position(&self, shown: &[&T]) -> Option<usize> {
        let last = shown.len().checked_sub(1)?;
        let is_selected = |row: &&T| self.selected.as_ref() == Some(row.key());
        // It is there in most cases, and a search of all rows takes time.
        let expected = shown.get(self.index).filter(|row| is_selected(row)).map(|_| self.index);
        let search = || self.selected.as_ref().and_then(|_| shown.iter().position(is_selected));
        let found = expected.or_else(search);
        let is_coming = self.is_coming.get() && found.is_none();
        self.is_coming.set(is_coming);
        found.or_else(|| (!is_coming).then(|| self.index.min(last)))
    }

    /// Returns the selected row, if any is shown.
    pub fn selected<'a>(&self, shown: &[&'a T]) -> Option<&'a T> {
        self.position(shown).and_then(|at| shown.get(at).copied())
    }

    /// Selects a row by its key.
    pub fn select(&mut self, key: T::Key) {
        self.selected = Some(key);
    }

    /// Selects a row that may come with the next answer only. Until then no row is selected.
    pub fn select_coming(&mut self, key: T::Key) {
        self.select(key);
        self.is_coming.set(true);
    }

    /// Returns the keys of the rows that are marked, also of those that are not shown.
    pub fn marked(&self) -> &[T::Key] {
        &self.marked
    }

    /// Takes the marks of these rows away.
    pub fn unmark(&mut self, keys: &[T::Key]) {
        self.marked.retain(|key| !keys.contains(key));
    }

    /// Forgets the selection and the marks: other rows are listed from now on. The filter stays.
    pub fn forget_rows(&mut self) {
        (self.selected, self.index) = (None, 0);
        self.is_coming.set(false);
        self.marked.clear();
        self.offset.set(0);
    }

    pub(super) fn is_marked(&self, row: &T) -> bool {
        self.marked.contains(row.key())
    }

    /// Counts the marks.
    pub(super) fn marks(&self, shown: &[&T]) -> Option<Marks> {
        let marked: HashSet<&T::Key> = self.marked.iter().collect();
        let count = marked.len();
        let visible = || shown.iter().filter(|row| marked.contains(row.key())).count();
        (count > 0).then(|| Marks { count, hidden: count.saturating_sub(visible()) })
    }

    /// Notes the widths of the columns that are drawn, by their ids.
    pub(super) fn note_widths(&self, widths: Vec<(&'static str, u16)>) {
        self.widths.replace(widths);
    }

    /// Returns how many rows of a list that is loaded page by page are needed.
    pub fn rows_needed(&self) -> usize {
        self.index + LOOK_AHEAD
    }

    /// Marks the selected row, or takes its mark away, and goes on to the next one.
    fn mark(&mut self, shown: &[&T]) -> Vec<Request> {
        let Some(row) = self.selected(shown) else { return Vec::new() };
        match self.marked.iter().position(|key| key == row.key()) {
            Some(at) => drop(self.marked.remove(at)),
            None if self.marked.len() == MAX_MARKED => {
                let text = format!("No more than {MAX_MARKED} {} can be marked.", T::PLURAL);
                return vec![Request::Notify(text, crate::theme::Tone::Warning)];
            }
            None => self.marked.push(row.key().clone()),
        }
        self.go(Move::Down, shown);
        Vec::new()
    }

    /// Selects the row at a place among the rows shown.
    pub fn select_place(&mut self, place: usize, shown: &[&T]) {
        if let Some(row) = shown.get(place) {
            self.index = place;
            self.selected = Some(row.key().clone());
            self.is_coming.set(false);
        }
    }

    fn go(&mut self, way: Move, shown: &[&T]) {
        let Some(last) = shown.len().checked_sub(1) else { return };
        self.is_coming.set(false);
        let here = self.position(shown).unwrap_or_default();
        let there = match way {
            Move::Up | Move::Left => here.saturating_sub(1),
            Move::Down | Move::Right => here + 1,
            Move::PageUp => here.saturating_add_signed(-PAGE),
            Move::PageDown => here.saturating_add_signed(PAGE),
            Move::Top => 0,
            Move::Bottom => last,
        };
        self.index = there.min(last);
        self.selected = shown.get(self.index).map(|row| row.key().clone());
    }
}

#[cfg(test)]
mod tests {
    use hello_state::present::Columns;

    use super::*;
    use crate::cx::fixture::Fixture;

    #[derive(Debug, PartialEq)]
    struct Letter(char);

    impl Listed for Letter {
        type Key = char;
        const NOUN: &'static str = "letter";
        const PLURAL: &'static str = "letters";
        const COLUMNS: &'static Columns<Self> = &Columns { all: &[], screen: &[], command: &[] };

        fn key(&self) -> &char {
            &self.0
        }
    }

    const LETTERS: [Letter; 4] = [Letter('a'), Letter('b'), Letter('c'), Letter('z')];

    #[test]
    fn the_selection_stays_on_its_row() {
        let (fixture, [a, b, c, z]) = (Fixture::new(), &LETTERS);
        let mut rows = ListState::default();
        rows.act(crate::commands::DOWN, &[a, b, c], &fixture.cx());
        assert_eq!(rows.selected(&[z, a, b, c]), Some(b));
        assert_eq!(rows.selected(&[z, c]), Some(c), "the row that took its place");
        assert_eq!(rows.selected(&[]), None);
    }

    #[test]
    fn no_row_is_selected_in_place_of_one_that_is_coming() {
        let (fixture, [a, b, c, z]) = (Fixture::new(), &LETTERS);
        let mut rows = ListState::default();
        rows.select_coming('z');
        assert_eq!(rows.selected(&[a, b]), None);
        assert_eq!(rows.selected(&[z, a, b]), Some(z));
        assert_eq!(rows.selected(&[a, b]), Some(a), "it is gone again");
        rows.select_coming('z');
        rows.act(crate::commands::DOWN, &[a, b, c], &fixture.cx());
        assert_eq!(rows.selected(&[a, b, c]), Some(b), "the user selects another one");
    }

    #[test]
    fn marks_stay_on_their_rows_and_hidden_ones_count() {
        let (fixture, [a, b, c, z]) = (Fixture::new(), &LETTERS);
        let mut rows = ListState::default();
        rows.act(MARK, &[a, b, c], &fixture.cx());
        rows.act(MARK, &[a, b, c], &fixture.cx());
        assert_eq!(rows.marked(), ['a', 'b']);
        assert!(rows.is_marked(b) && !rows.is_marked(c), "the order of the list does not matter");
        assert_eq!(rows.marks(&[z, b, c]), Some(Marks { count: 2, hidden: 1 }));
        rows.act(crate::commands::UP, &[a, b, c], &fixture.cx());
        rows.act(MARK, &[a, b, c], &fixture.cx());
        assert_eq!(rows.marked(), ['a']);
        assert!(rows.act(BACK, &[a, b, c], &fixture.cx()).is_some());
        assert_eq!(
            (rows.marks(&[a]), rows.act(BACK, &[a], &fixture.cx())),
            (None, Some(vec![Request::Close]))
        );
    }
}
