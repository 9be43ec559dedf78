//! The palette: everything that can be done here, found by a few of its letters.

use std::borrow::Cow;

use crossterm::event::KeyEvent;
use hello_catalog::entity::{DEFAULT_NAMESPACE, EntityRef};
use hello_model::world::Connection;
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};
use tui_input::Input;

use crate::{
    command::{CommandId, CommandSpec},
    line_input,
    route::ScreenId,
    screen::Request,
    widgets::palette::PaletteRow,
};

/// The palette while it is open.
#[derive(Debug, Default)]
pub(super) struct Palette {
    input: Input,
    offers: Vec<Offer>,
    /// What was typed as a filter of the screen, where there is one.
    filter: Option<Offer>,
    is_filterable: bool,
    /// The places of the offers that match, the best first.
    found: Vec<usize>,
    selected: usize,
}

/// What the text of a filter begins with.
const FILTER_SIGN: char = '/';

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
    /// Do what the screen in view asks for.
    Request(Box<Request>),
    Connect(Connection),
    SelectComponent(EntityRef),
    /// Go to the page of an entity.
    Entity(EntityRef),
    /// Filter the rows of the screen.
    Filter(String),
}

impl Offer {
    /// Offers a command of a screen, which may be unavailable for a reason.
    pub(super) fn command(screen: ScreenId, command: &CommandSpec, unavailable: Option<String>) -> Self {
        let row = PaletteRow { title: command.title.to_owned(), keys: command.key_names(), unavailable };
        Self { row, invoke: Invoke::Command(screen, command.id) }
    }

    /// Offers something that the screen in view asks for.
    pub(super) fn request(title: String, request: Request) -> Self {
        let row = PaletteRow { title, keys: String::new(), unavailable: None };
        Self { row, invoke: Invoke::Request(Box::new(request)) }
    }

    /// Offers another context of the settings.
    pub(super) fn context(name: &str, is_in_use: bool) -> Self {
        let unavailable = is_in_use.then(|| "it is in use".to_owned());
        let row = PaletteRow { title: format!("context {name}"), keys: String::new(), unavailable };
        Self { row, invoke: Invoke::Connect(Connection::Context(Some(name.to_owned()))) }
    }

    /// Offers a component of the catalog.
    pub(super) fn component(reference: &EntityRef, is_in_use: bool) -> Self {
        let unavailable = is_in_use.then(|| "it is in use".to_owned());
        let title = format!("component {}", name(reference));
        let row = PaletteRow { title, keys: String::new(), unavailable };
        Self { row, invoke: Invoke::SelectComponent(reference.clone()) }
    }

    /// Offers a tab of the page in view.
    pub(super) fn tab(screen: ScreenId, title: &str, command: CommandId) -> Self {
        let row = PaletteRow { title: format!("tab {title}"), keys: String::new(), unavailable: None };
        Self { row, invoke: Invoke::Command(screen, command) }
    }

    /// Offers the page of an entity. Its kind stands where others have their keys.
    pub(super) fn entity(reference: &EntityRef) -> Self {
        let title = format!("entity {}", name(reference));
        let row = PaletteRow { title, keys: reference.kind.clone(), unavailable: None };
        Self { row, invoke: Invoke::Entity(reference.clone()) }
    }

    fn filter(text: &str) -> Self {
        let title = match text {
            "" => "filter this screen: type a filter".to_owned(),
            text => format!("filter this screen: {text}"),
        };
        let row = PaletteRow { title, keys: FILTER_SIGN.to_string(), unavailable: None };
        Self { row, invoke: Invoke::Filter(text.to_owned()) }
    }

    /// Returns why it cannot be done at present.
    pub(super) fn unavailable(&self) -> Option<&str> {
        self.row.unavailable.as_deref()
    }
}

/// Writes a name, with its namespace unless that is the default.
fn name(EntityRef { namespace, name, .. }: &EntityRef) -> Cow<'_, str> {
    match namespace.as_str() {
        DEFAULT_NAMESPACE => Cow::Borrowed(name),
        namespace => Cow::Owned(format!("{namespace}/{name}")),
    }
}

impl Palette {
    /// `is_filterable` says whether the rows of the screen can be filtered.
    pub(super) fn new(offers: Vec<Offer>, is_filterable: bool) -> Self {
        let mut palette = Self { offers, is_filterable, ..Self::default() };
        palette.search();
        palette
    }

    /// Replaces the offers. The selection stays on its offer.
    pub(super) fn renew(&mut self, offers: Vec<Offer>) {
        let selected = self.chosen().map(|offer| offer.invoke.clone());
        self.offers = offers;
        self.search();
        let place = self.found.iter().position(|at| Some(&self.offers[*at].invoke) == selected.as_ref());
        self.selected = place.unwrap_or(0);
    }

    pub(super) fn select_next(&mut self) {
        self.select(self.selected + 1);
    }

    pub(super) fn select_previous(&mut self) {
        self.select(self.selected.saturating_sub(1));
    }

    /// Selects a row, or the last one.
    pub(super) fn select(&mut self, row: usize) {
        self.selected = row.min(self.rows().len().saturating_sub(1));
    }

    pub(super) fn typed(&mut self, key: KeyEvent) {
        line_input::typed(&mut self.input, key);
        self.search();
    }

    pub(super) fn pasted(&mut self, text: &str) {
        line_input::pasted(&mut self.input, text);
        self.search();
    }

    pub(super) fn input(&self) -> &Input {
        &self.input
    }

    pub(super) fn selected(&self) -> usize {
        self.selected
    }

    /// Returns the selected offer.
    pub(super) fn chosen(&self) -> Option<&Offer> {
        self.filter.as_ref().or_else(|| self.found.get(self.selected).map(|at| &self.offers[*at]))
    }

    /// Returns the rows of the offers that match, the best first.
    pub(super) fn rows(&self) -> Vec<&PaletteRow> {
        match &self.filter {
            Some(filter) => vec![&filter.row],
            None => self.found.iter().map(|at| &self.offers[*at].row).collect(),
        }
    }

    fn search(&mut self) {
        self.selected = 0;
        let text = self.input.value();
        self.filter = text.strip_prefix(FILTER_SIGN).filter(|_| self.is_filterable).map(Offer::filter);
        let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut found: Vec<(u32, usize)> = (0..self.offers.len())
            .filter_map(|at| {
                let title = Utf32Str::new(&self.offers[at].row.title, &mut letters);
                Some((pattern.score(title, &mut matcher)?, at))
            })
            .collect();
        let is_unavailable = |at: usize| self.offers[at].row.unavailable.is_some();
        // A whole word means the command of that name, also where that does nothing at present.
        let word = text.trim().to_lowercase();
        let has_word = |at: usize| self.offers[at].row.title.to_lowercase().contains(&word);
        found.sort_by_key(|(score, at)| (!has_word(*at), is_unavailable(*at), std::cmp::Reverse(*score)));
        self.found = found.into_iter().map(|(_, at)| at).collect();
    }
}
