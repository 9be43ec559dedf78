//! The palette: everything that can be done here, found by a few of its letters.

use std::{borrow::Cow, cmp::Reverse};

use crossterm::event::KeyEvent;
use hello_catalog::entity::{DEFAULT_NAMESPACE, EntityRef};
use hello_model::world::Connection;
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{AtomKind, CaseMatching, Normalization, Pattern},
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
    /// The text that they match.
    searched: String,
    selected: usize,
}

/// What the text of a filter begins with.
const FILTER_SIGN: char = '/';

/// What makes a text more than words that must all be found: more letters may then find more offers.
const OPERATORS: [char; 5] = ['!', '^', '$', '\'', '\\'];

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
        palette.search_all();
        palette
    }

    /// Replaces the offers. The selection stays on its offer.
    pub(super) fn renew(&mut self, offers: Vec<Offer>) {
        let selected = self.chosen().map(|offer| offer.invoke.clone());
        self.offers = offers;
        self.search_all();
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

    /// Searches what was found before, if the text has only become longer, or else all offers.
    fn search(&mut self) {
        let text = self.input.value();
        let is_longer = text.starts_with(&self.searched) && !text.contains(OPERATORS);
        if is_longer {
            let found = std::mem::take(&mut self.found);
            self.search_in(found.into_iter());
        } else {
            self.search_all();
        }
    }

    fn search_all(&mut self) {
        self.search_in(0..self.offers.len());
    }

    fn search_in(&mut self, places: impl Iterator<Item = usize>) {
        self.selected = 0;
        let text = self.input.value();
        self.filter = text.strip_prefix(FILTER_SIGN).filter(|_| self.is_filterable).map(Offer::filter);
        let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        // Words in one piece are found faster than letters with others between them.
        let in_one_piece = (!text.contains(OPERATORS))
            .then(|| Pattern::new(text, CaseMatching::Ignore, Normalization::Smart, AtomKind::Substring));
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        // A whole word means the command of that name, also where that does nothing at present.
        let word = text.trim().to_lowercase();
        let mut found: Vec<_> = places
            .filter_map(|at| {
                let row = &self.offers[at].row;
                let title = haystack(&row.title, &mut letters);
                let whole = in_one_piece.as_ref().and_then(|words| words.score(title, &mut matcher));
                let score = whole.or_else(|| pattern.score(title, &mut matcher))?;
                let lacks_word = !row.title.to_lowercase().contains(&word);
                Some((lacks_word, row.unavailable.is_some(), Reverse(score), at))
            })
            .collect();
        found.sort_unstable();
        self.found = found.into_iter().map(|(.., at)| at).collect();
        self.searched = text.to_owned();
    }
}

/// Prepares a title for the matcher. Most are ASCII, and need no other form.
fn haystack<'t>(title: &'t str, letters: &'t mut Vec<char>) -> Utf32Str<'t> {
    let bytes = title.as_bytes();
    if title.is_ascii() && !bytes.contains(&b'\r') {
        return Utf32Str::Ascii(bytes);
    }
    Utf32Str::new(title, letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screens::home;

    fn palette(titles: &[&str]) -> Palette {
        let offer = |title: &&str| Offer {
            row: PaletteRow { title: (*title).to_owned(), keys: String::new(), unavailable: None },
            invoke: Invoke::Command(home::SPEC.id, CommandId("none")),
        };
        Palette::new(titles.iter().map(offer).collect(), false)
    }

    fn titles(palette: &Palette) -> Vec<&str> {
        palette.rows().iter().map(|row| row.title.as_str()).collect()
    }

    #[test]
    fn typing_letter_by_letter_finds_what_a_paste_finds() {
        let all = ["entity one", "entity two", "component one", "größe", "go to the top", "new truck"];
        for text in ["entity one", "one", "e o", "Gr", "gro", "!one", "!one e", "^en", "o$", "zzz", "", "tt"]
        {
            let (mut typed, mut pasted) = (palette(&all), palette(&all));
            for letter in text.chars() {
                typed.typed(KeyEvent::from(crossterm::event::KeyCode::Char(letter)));
            }
            pasted.pasted(text);
            assert_eq!(titles(&typed), titles(&pasted), "{text}");
        }
    }

    #[test]
    fn a_shorter_text_finds_more_again() {
        let mut palette = palette(&["entity one", "component one"]);
        palette.pasted("entity");
        assert_eq!(titles(&palette), ["entity one"]);
        for _ in 0..6 {
            palette.typed(KeyEvent::from(crossterm::event::KeyCode::Backspace));
        }
        assert_eq!(titles(&palette).len(), 2);
    }
}
