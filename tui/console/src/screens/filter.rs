//! A filter that is typed over a list: which rows it lets through.

use crossterm::event::Event;
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler};

use crate::action::Action;

/// The words that a row must have, and whether they are being typed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    input: Input,
    typing: bool,
}

impl Filter {
    /// Does what concerns the filter; returns whether it did.
    pub fn act(&mut self, action: &Action) -> bool {
        match action {
            Action::Filter => self.typing = true,
            Action::Submit if self.typing => self.typing = false,
            Action::Type(key) if self.typing => drop(self.input.handle_event(&Event::Key(*key))),
            Action::Insert(text) if self.typing => insert(&mut self.input, text),
            Action::Back if self.is_shown() => *self = Self::default(),
            _ => return false,
        }
        true
    }

    /// Reports whether a row with these texts passes: every word is found in one of them.
    pub fn matches(&self, texts: &[&str]) -> bool {
        self.input.value().split_whitespace().all(|word| {
            let word = word.to_lowercase();
            texts.iter().any(|text| text.to_lowercase().contains(&word))
        })
    }

    pub fn is_typing(&self) -> bool {
        self.typing
    }

    /// Says whether there is anything to show of it.
    pub fn is_shown(&self) -> bool {
        self.typing || !self.input.value().is_empty()
    }

    pub fn input(&self) -> &Input {
        &self.input
    }
}

/// Inserts pasted text at the cursor; line ends and tabs become spaces, other control characters are left out.
pub fn insert(input: &mut Input, text: &str) {
    let spaced = text.trim_end().chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c });
    for c in spaced.filter(|c| !c.is_control()) {
        input.handle(InputRequest::InsertChar(c));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_be_found() {
        let mut filter = Filter::default();
        filter.act(&Action::Filter);
        filter.act(&Action::Insert("main\nFAIL".to_owned()));
        assert!(filter.matches(&["failure", "main"]));
        assert!(!filter.matches(&["failure", "develop"]));
    }

    #[test]
    fn esc_drops_it_once() {
        let mut filter = Filter::default();
        filter.act(&Action::Filter);
        filter.act(&Action::Insert("x".to_owned()));
        filter.act(&Action::Submit);
        assert!(filter.act(&Action::Back));
        assert!(!filter.act(&Action::Back), "the next esc goes back");
    }
}
