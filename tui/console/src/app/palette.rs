//! The palette: every command by name, found by a few of its letters.

use crossterm::event::Event;
use nucleo_matcher::{
    Config, Matcher,
    pattern::{CaseMatching, Normalization, Pattern},
};
use tui_input::{Input, backend::crossterm::EventHandler};

use crate::action::{Action, Move, ScreenId};
use crate::screens::filter;

/// The palette while it is open.
#[derive(Debug, Default)]
pub struct Palette {
    input: Input,
    selected: usize,
}

/// Returns every command with its name.
fn commands() -> Vec<(&'static str, Action)> {
    vec![
        ("home", Action::Show(ScreenId::Home)),
        ("catalog", Action::Show(ScreenId::Catalog)),
        ("trucks", Action::Show(ScreenId::Trucks)),
        ("runs", Action::Show(ScreenId::Runs)),
        ("deployments", Action::Show(ScreenId::Deployments)),
        ("logs", Action::Show(ScreenId::Logs)),
        ("new truck", Action::New),
        ("refresh", Action::Refresh),
        ("start the sandbox", Action::StartSandbox),
        ("keys", Action::Help),
        ("quit", Action::Quit),
    ]
}

impl Palette {
    /// Moves the selection or types into the palette.
    pub fn act(&mut self, action: &Action) {
        let last = self.found().len().saturating_sub(1);
        match action {
            Action::Move(Move::Up) => self.selected = self.selected.saturating_sub(1),
            Action::Move(_) => self.selected = (self.selected + 1).min(last),
            Action::Type(key) => {
                self.input.handle_event(&Event::Key(*key));
                self.selected = 0;
            }
            Action::Insert(text) => {
                filter::insert(&mut self.input, text);
                self.selected = 0;
            }
            _ => {}
        }
    }

    /// Returns what the selected command does.
    pub fn chosen(&self) -> Option<Action> {
        self.found().into_iter().nth(self.selected).map(|(_, action)| action)
    }

    pub fn input(&self) -> &Input {
        &self.input
    }

    pub fn selected(&self) -> usize {
        self.selected
    }

    /// Returns the names of the commands that fit, the best first.
    pub fn names(&self) -> Vec<String> {
        self.found().into_iter().map(|(name, _)| name.to_owned()).collect()
    }

    fn found(&self) -> Vec<(&'static str, Action)> {
        let pattern = Pattern::parse(self.input.value(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut found: Vec<_> = commands()
            .into_iter()
            .filter_map(|command| {
                let mut letters = Vec::new();
                let name = nucleo_matcher::Utf32Str::new(command.0, &mut letters);
                pattern.score(name, &mut matcher).map(|score| (score, command))
            })
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, command)| command).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_letters_find_a_command() {
        let mut palette = Palette::default();
        palette.act(&Action::Insert("dpl".to_owned()));
        assert_eq!(palette.chosen(), Some(Action::Show(ScreenId::Deployments)));
    }

    #[test]
    fn what_fits_nothing_does_nothing() {
        let mut palette = Palette::default();
        palette.act(&Action::Insert("xyzzy".to_owned()));
        assert_eq!(palette.chosen(), None);
    }
}
