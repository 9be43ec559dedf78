//! The selection in a list, kept by identity: a refresh that adds, removes or reorders rows does not move it.

use std::{cell::Cell, fmt::Debug};

use hello_model::time::Timestamp;
use hello_state::present::Columns;

use super::filter::FilterInput;
use crate::{
    command::CommandId,
    commands::{Move, movement},
    cx::Cx,
};

/// A noun that a screen lists.
pub trait Listed: Sized + Debug + 'static {
    /// What a row keeps when its content or its place changes.
    type Key: Clone + PartialEq + Debug;
    /// The word for one row.
    const NOUN: &'static str;
    const COLUMNS: &'static Columns<Self>;

    fn key(&self) -> &Self::Key;

    /// Returns since when a duration in the row counts up; `None` if nothing in it changes by itself.
    fn running_since(&self) -> Option<Timestamp> {
        None
    }
}

/// Which row is selected, and which rows pass.
#[derive(Debug, Clone)]
pub struct ListState<T: Listed> {
    selected: Option<T::Key>,
    /// Where the selection was, for when its row is gone.
    index: usize,
    pub filter: FilterInput,
    pub offset: Cell<usize>,
}

impl<T: Listed> Default for ListState<T> {
    fn default() -> Self {
        Self { selected: None, index: 0, filter: FilterInput::default(), offset: Cell::new(0) }
    }
}

/// Rows that a page key moves.
const PAGE: isize = 10;

/// Rows that are loaded below the selection, so that moving on seldom waits.
const LOOK_AHEAD: usize = 100;

impl<T: Listed> ListState<T> {
    /// Executes a command that concerns the selection or the filter; returns whether it was one. `shown` are the rows
    /// now shown.
    pub fn act(&mut self, command: CommandId, shown: &[&T]) -> bool {
        match movement(command) {
            Some(way) => self.go(way, shown),
            None => return self.filter.act(command),
        }
        true
    }

    /// Returns the items that pass the filter, in their order.
    pub fn passing<'a>(&self, items: &'a [T], cx: &Cx<'_>) -> Vec<&'a T> {
        self.filter.passing(T::COLUMNS, items, cx)
    }

    /// Returns the place of the selection among the rows shown; where its row is gone, the row that took its place.
    pub fn position(&self, shown: &[&T]) -> Option<usize> {
        let last = shown.len().checked_sub(1)?;
        let Some(selected) = &self.selected else { return Some(self.index.min(last)) };
        // It is seldom elsewhere than it was, and a long list is not searched in each frame.
        let is_there = |index: &usize| shown.get(*index).is_some_and(|row| row.key() == selected);
        let found = Some(self.index).filter(is_there);
        let found = found.or_else(|| shown.iter().position(|row| row.key() == selected));
        Some(found.unwrap_or(self.index.min(last)))
    }

    /// Returns the selected row, if any is shown.
    pub fn selected<'a>(&self, shown: &[&'a T]) -> Option<&'a T> {
        self.position(shown).and_then(|at| shown.get(at).copied())
    }

    /// Selects a row by its key.
    pub fn select(&mut self, key: T::Key) {
        self.selected = Some(key);
    }

    /// Returns how many rows of a list that is loaded page by page are needed.
    pub fn rows_needed(&self) -> usize {
        self.index + LOOK_AHEAD
    }

    fn go(&mut self, way: Move, shown: &[&T]) {
        let Some(here) = self.position(shown) else { return };
        let last = shown.len() - 1;
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
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Letter(char);

    impl Listed for Letter {
        type Key = char;
        const NOUN: &'static str = "letter";
        const COLUMNS: &'static Columns<Self> = &Columns { all: &[], screen: &[], command: &[] };

        fn key(&self) -> &char {
            &self.0
        }
    }

    const LETTERS: [Letter; 4] = [Letter('a'), Letter('b'), Letter('c'), Letter('z')];

    #[test]
    fn the_selection_stays_on_its_row() {
        let [a, b, c, z] = &LETTERS;
        let mut rows = ListState::default();
        rows.act(crate::commands::DOWN, &[a, b, c]);
        assert_eq!(rows.selected(&[z, a, b, c]), Some(b));
        assert_eq!(rows.selected(&[z, c]), Some(c), "the row that took its place");
        assert_eq!(rows.selected(&[]), None);
    }
}
