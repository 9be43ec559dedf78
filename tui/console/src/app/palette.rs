//! The palette: everything that can be done here, found by a few of its letters.

use crossterm::event::{Event, KeyEvent};
use hello_model::world::Connection;
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};
use tui_input::{Input, backend::crossterm::EventHandler};

use crate::{
    command::{CommandId, CommandSpec},
    route::ScreenId,
    screens::filter,
    widgets::overlay::PaletteRow,
};

/// The palette while it is open.
#[derive(Debug, Default)]
pub(super) struct Palette {
    input: Input,
    selected: usize,
}

/// Something that the palette can do.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Offer {
    row: PaletteRow,
    pub(super) invoke: Invoke,
}

/// What choosing an offer does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Invoke {
    /// Execute a command of a screen, which is opened first.
    Command(ScreenId, CommandId),
    Connect(Connection),
}

impl Offer {
    /// Offers a command of a screen, which may be unavailable for a reason.
    pub(super) fn command(screen: ScreenId, command: &CommandSpec, unavailable: Option<String>) -> Self {
        let row = PaletteRow { title: command.title.to_owned(), keys: command.key_names(), unavailable };
        Self { row, invoke: Invoke::Command(screen, command.id) }
    }

    /// Offers another context of the settings.
    pub(super) fn context(name: &str, is_in_use: bool) -> Self {
        let unavailable = is_in_use.then(|| "it is in use".to_owned());
        let row = PaletteRow { title: format!("context {name}"), keys: String::new(), unavailable };
        Self { row, invoke: Invoke::Connect(Connection::Context(Some(name.to_owned()))) }
    }

    /// Returns why it cannot be done at present.
    pub(super) fn unavailable(&self) -> Option<&str> {
        self.row.unavailable.as_deref()
    }
}

impl Palette {
    pub(super) fn select_next(&mut self, offers: &[Offer]) {
        let last = self.found(offers).len().saturating_sub(1);
        self.selected = (self.selected + 1).min(last);
    }

    pub(super) fn select_previous(&mut self) {
        self.selected = self.selected.saturating_sub(1);
    }

    pub(super) fn typed(&mut self, key: KeyEvent) {
        self.input.handle_event(&Event::Key(key));
        self.selected = 0;
    }

    pub(super) fn pasted(&mut self, text: &str) {
        filter::insert(&mut self.input, text);
        self.selected = 0;
    }

    pub(super) fn input(&self) -> &Input {
        &self.input
    }

    pub(super) fn selected(&self) -> usize {
        self.selected
    }

    /// Returns the selected offer.
    pub(super) fn chosen<'o>(&self, offers: &'o [Offer]) -> Option<&'o Offer> {
        self.found(offers).into_iter().nth(self.selected)
    }

    /// Returns the rows of the offers that match, the best first.
    pub(super) fn rows(&self, offers: &[Offer]) -> Vec<PaletteRow> {
        self.found(offers).into_iter().map(|offer| offer.row.clone()).collect()
    }

    fn found<'o>(&self, offers: &'o [Offer]) -> Vec<&'o Offer> {
        let pattern = Pattern::parse(self.input.value(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut found: Vec<(u32, &Offer)> = offers
            .iter()
            .filter_map(|offer| {
                let title = Utf32Str::new(&offer.row.title, &mut letters);
                Some((pattern.score(title, &mut matcher)?, offer))
            })
            .collect();
        found.sort_by_key(|(score, offer)| (offer.row.unavailable.is_some(), std::cmp::Reverse(*score)));
        found.into_iter().map(|(_, offer)| offer).collect()
    }
}
