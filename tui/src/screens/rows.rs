//! The selection in a list, kept by identity: a refresh that adds, removes or reorders rows does not move it.

use std::cell::Cell;

use crossterm::event::{Event, KeyEvent};
use tui_input::{Input, backend::crossterm::EventHandler};

use crate::app::action::{Action, Move};

/// Which row is selected, and which rows are let through.
#[derive(Debug, Clone)]
pub struct Rows<K> {
    selected: Option<K>,
    /// Where the selection was, for when its row is gone.
    index: usize,
    filter: Input,
    typing: bool,
    pub offset: Cell<usize>,
}

impl<K> Default for Rows<K> {
    fn default() -> Self {
        Self { selected: None, index: 0, filter: Input::default(), typing: false, offset: Cell::new(0) }
    }
}

/// Rows that a page key moves.
const PAGE: isize = 10;

impl<K: Clone + PartialEq> Rows<K> {
    /// Does what concerns the selection or the filter; returns whether it did. `keys` are the rows now shown.
    pub fn act(&mut self, action: &Action, keys: &[K]) -> bool {
        match action {
            Action::Move(way) => self.go(*way, keys),
            Action::Filter => self.typing = true,
            Action::Submit if self.typing => self.typing = false,
            Action::Type(key) if self.typing => self.typed(*key),
            Action::Insert(text) if self.typing => self.insert(text),
            Action::Back if self.typing || !self.filter.value().is_empty() => {
                self.typing = false;
                self.filter.reset();
            }
            _ => return false,
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

    /// Says whether a row with these texts passes the filter: every word is found in one of them.
    pub fn lets_through(&self, texts: &[&str]) -> bool {
        self.filter.value().split_whitespace().all(|word| {
            let word = word.to_lowercase();
            texts.iter().any(|text| text.to_lowercase().contains(&word))
        })
    }

    pub fn is_typing(&self) -> bool {
        self.typing
    }

    /// Returns what to show of the filter, if there is one.
    pub fn filter(&self) -> Option<&Input> {
        (self.typing || !self.filter.value().is_empty()).then_some(&self.filter)
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

    fn typed(&mut self, key: KeyEvent) {
        self.filter.handle_event(&Event::Key(key));
    }

    fn insert(&mut self, text: &str) {
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        let value = format!("{}{text}", self.filter.value());
        self.filter = Input::new(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selection_stays_on_its_row_when_others_come_and_go() {
        let mut rows = Rows::default();
        rows.act(&Action::Move(Move::Down), &["a", "b", "c"]);
        assert_eq!(rows.selected(&["z", "a", "b", "c"]), Some("b"));
        assert_eq!(rows.selected(&["z", "c"]), Some("c"), "the row that took its place");
        assert_eq!(rows.selected(&[]), None);
    }

    #[test]
    fn every_word_of_the_filter_must_be_found() {
        let mut rows = Rows::<u8>::default();
        rows.act(&Action::Filter, &[]);
        rows.act(&Action::Insert("main FAIL".to_owned()), &[]);
        assert!(rows.lets_through(&["failure", "main"]));
        assert!(!rows.lets_through(&["failure", "develop"]));
    }

    #[test]
    fn esc_drops_the_filter_before_it_goes_back() {
        let mut rows = Rows::<u8>::default();
        rows.act(&Action::Filter, &[]);
        rows.act(&Action::Insert("x".to_owned()), &[]);
        rows.act(&Action::Submit, &[]);
        assert!(rows.act(&Action::Back, &[]));
        assert!(!rows.act(&Action::Back, &[]));
    }
}
