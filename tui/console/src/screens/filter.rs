//! A filter that is typed over a list: which rows it lets through.

use crossterm::event::KeyEvent;
use tui_input::{Input, InputRequest, backend::crossterm::EventHandler};

use crate::{
    command::CommandId,
    commands::{BACK, DROP_FILTER, FILTER, KEEP_FILTER},
    screen::Event,
};

/// The words that a row must have, and whether they are being typed.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    input: Input,
    typing: bool,
}

impl Filter {
    /// Executes a command that concerns the filter; returns whether it was one.
    pub fn act(&mut self, command: CommandId) -> bool {
        match command {
            FILTER => self.typing = true,
            KEEP_FILTER => self.typing = false,
            BACK | DROP_FILTER if self.is_shown() => *self = Self::default(),
            _ => return false,
        }
        true
    }

    /// Takes text that is typed or pasted; returns whether the filter may have changed.
    pub fn on(&mut self, event: &Event<'_>) -> bool {
        match event {
            Event::Typed(key) if self.typing => self.typed(*key),
            Event::Pasted(text) if self.typing => insert(&mut self.input, text),
            _ => return false,
        }
        true
    }

    fn typed(&mut self, key: KeyEvent) {
        self.input.handle_event(&crossterm::event::Event::Key(key));
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
        filter.act(FILTER);
        filter.on(&Event::Pasted("main\nFAIL"));
        assert!(filter.matches(&["failure", "main"]));
        assert!(!filter.matches(&["failure", "develop"]));
    }

    #[test]
    fn esc_drops_it_once() {
        let mut filter = Filter::default();
        filter.act(FILTER);
        filter.on(&Event::Pasted("x"));
        filter.act(KEEP_FILTER);
        assert!(filter.act(BACK));
        assert!(!filter.act(BACK), "there is none any more");
    }
}
