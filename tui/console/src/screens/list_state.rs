//! The selection in a list, kept by identity: a refresh that adds, removes or reorders rows does not move it.

use std::cell::Cell;

use super::filter::Filter;
use crate::{
    command::CommandId,
    commands::{Move, movement},
};

/// Which row is selected, and which rows are let through.
#[derive(Debug, Clone)]
pub struct ListState<K> {
    selected: Option<K>,
    /// Where the selection was, for when its row is gone.
    index: usize,
    pub filter: Filter,
    pub offset: Cell<usize>,
}

impl<K> Default for ListState<K> {
    fn default() -> Self {
        Self { selected: None, index: 0, filter: Filter::default(), offset: Cell::new(0) }
    }
}

/// Rows that a page key moves.
const PAGE: isize = 10;

/// Rows that are loaded below the selection, so that moving on seldom waits.
const LOOK_AHEAD: usize = 100;

impl<K: Clone + PartialEq> ListState<K> {
    /// Executes a command that concerns the selection or the filter; returns whether it was one. `keys` are the rows
    /// now shown.
    pub fn act(&mut self, command: CommandId, keys: &[K]) -> bool {
        match movement(command) {
            Some(way) => self.go(way, keys),
            None => return self.filter.act(command),
        }
        true
    }

    /// Returns the place of the selection among `keys`; where its row is gone, the row that took its place.
    pub fn position(&self, keys: &[K]) -> Option<usize> {
        let last = keys.len().checked_sub(1)?;
        let found = self.selected.as_ref().and_then(|selected| keys.iter().position(|key| key == selected));
        Some(found.unwrap_or(self.index.min(last)))
    }

    /// Returns the selected key, if any row is shown.
    pub fn selected(&self, keys: &[K]) -> Option<K> {
        self.position(keys).and_then(|at| keys.get(at)).cloned()
    }

    /// Selects a row by its key.
    pub fn select(&mut self, key: K) {
        self.selected = Some(key);
    }

    /// Returns how many rows of a list that is loaded page by page are needed.
    pub fn rows_needed(&self) -> usize {
        self.index + LOOK_AHEAD
    }

    fn go(&mut self, way: Move, keys: &[K]) {
        let Some(here) = self.position(keys) else { return };
        let last = keys.len() - 1;
        let there = match way {
            Move::Up | Move::Left => here.saturating_sub(1),
            Move::Down | Move::Right => here + 1,
            Move::PageUp => here.saturating_add_signed(-PAGE),
            Move::PageDown => here.saturating_add_signed(PAGE),
            Move::Top => 0,
            Move::Bottom => last,
        };
        self.index = there.min(last);
        self.selected = keys.get(self.index).cloned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selection_stays_on_its_row_when_others_come_and_go() {
        let mut rows = ListState::default();
        rows.act(crate::commands::DOWN, &["a", "b", "c"]);
        assert_eq!(rows.selected(&["z", "a", "b", "c"]), Some("b"));
        assert_eq!(rows.selected(&["z", "c"]), Some("c"), "the row that took its place");
        assert_eq!(rows.selected(&[]), None);
    }
}
