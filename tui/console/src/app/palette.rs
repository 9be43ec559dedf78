//! The palette: everything that can be done here, found by a few of its letters.

mod choices;
mod offer;

use std::cmp::Reverse;

use crossterm::event::KeyEvent;
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{AtomKind, CaseMatching, Normalization, Pattern},
};
use tui_input::Input;

pub(super) use self::{
    choices::Choices,
    offer::{Invoke, Offer},
};
use crate::{line_input, widgets::palette::PaletteRow};

/// The palette while it is open.
#[derive(Debug, Default)]
pub(super) struct Palette {
    input: Input,
    choices: Choices,
    /// What was typed as a filter of the screen, where there is one.
    filter: Option<Offer>,
    is_filterable: bool,
    /// The places of the choices that match, the best first.
    found: Vec<usize>,
    /// The text that they match.
    searched: String,
    selected: usize,
}

/// Why an offer does nothing at present that is what is used already.
const IN_USE: &str = "it is in use";

/// What the text of a filter begins with.
const FILTER_SIGN: char = '/';

/// What makes a text more than words that must all be found: more letters may then find more offers.
const OPERATORS: [char; 5] = ['!', '^', '$', '\'', '\\'];

impl Palette {
    /// `is_filterable` says whether the rows of the screen can be filtered.
    pub(super) fn new(choices: Choices, is_filterable: bool) -> Self {
        let mut palette = Self { choices, is_filterable, ..Self::default() };
        palette.search_all();
        palette
    }

    /// Replaces the choices. The selection stays on its choice.
    pub(super) fn renew(&mut self, choices: Choices) {
        let selected = self.chosen();
        self.choices = choices;
        self.search_all();
        let place = selected
            .and_then(|invoke| self.found.iter().position(|place| self.choices.does(*place, &invoke)));
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
        self.selected = row.min(self.count().saturating_sub(1));
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

    /// Returns what choosing the selected row does.
    pub(super) fn chosen(&self) -> Option<Invoke> {
        match &self.filter {
            Some(filter) => Some(filter.invoke.clone()),
            None => self.choices.invoke(*self.found.get(self.selected)?),
        }
    }

    /// Returns why the selected row does nothing at present.
    pub(super) fn unavailable(&self) -> Option<&str> {
        let place = self.found.get(self.selected).filter(|_| self.filter.is_none())?;
        self.choices.unavailable(*place)
    }

    /// Returns how many rows match.
    pub(super) fn count(&self) -> usize {
        if self.filter.is_some() { 1 } else { self.found.len() }
    }

    /// Makes a row of those that match, the best first.
    pub(super) fn row(&self, index: usize) -> Option<PaletteRow> {
        match &self.filter {
            Some(filter) => (index == 0).then(|| filter.row.clone()),
            None => self.found.get(index).map(|place| self.choices.row(*place)),
        }
    }

    /// Searches what was found before, if the text has only become longer, or else all choices.
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
        self.search_in(0..self.choices.len());
    }

    fn search_in(&mut self, places: impl Iterator<Item = usize>) {
        self.selected = 0;
        let text = self.input.value();
        self.filter = text.strip_prefix(FILTER_SIGN).filter(|_| self.is_filterable).map(Offer::filter);
        self.found = if text.trim().is_empty() {
            let (unavailable, available): (Vec<_>, Vec<_>) =
                places.partition(|place| self.choices.unavailable(*place).is_some());
            [available, unavailable].concat()
        } else {
            matching(text, places, &self.choices)
        };
        self.searched = text.to_owned();
    }
}

/// Returns the places whose titles match a text, the best first.
fn matching(text: &str, places: impl Iterator<Item = usize>, choices: &Choices) -> Vec<usize> {
    let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
    // Words in one piece are found faster than letters with others between them.
    let in_one_piece = (!text.contains(OPERATORS))
        .then(|| Pattern::new(text, CaseMatching::Ignore, Normalization::Smart, AtomKind::Substring));
    let mut matcher = Matcher::new(Config::DEFAULT);
    let (mut buffer, mut letters) = (String::new(), Vec::new());
    // A whole word means the command of that name, also where that does nothing at present.
    let word = text.trim().to_lowercase();
    let mut found: Vec<_> = places
        .filter_map(|place| {
            let title = choices.title(place, &mut buffer);
            let letters = haystack(title, &mut letters);
            let whole = in_one_piece.as_ref().and_then(|words| words.score(letters, &mut matcher));
            let score = whole.or_else(|| pattern.score(letters, &mut matcher))?;
            let is_unavailable = choices.unavailable(place).is_some();
            Some((!contains(title, &word), is_unavailable, Reverse(score), place))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(.., place)| place).collect()
}

/// Reports whether a title has a word, which is in small letters.
fn contains(title: &str, word: &str) -> bool {
    if !title.is_ascii() {
        return title.to_lowercase().contains(word);
    }
    title.as_bytes().windows(word.len().max(1)).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
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
    use crate::{command::CommandId, screens::home};

    fn palette(titles: &[&str]) -> Palette {
        let offer = |title: &&str| Offer {
            row: PaletteRow { title: (*title).to_owned(), keys: String::new(), unavailable: None },
            invoke: Invoke::Command(home::SPEC.id, CommandId("none")),
        };
        Palette::new(Choices::new(titles.iter().map(offer).collect(), None, None, Vec::new()), false)
    }

    fn titles(palette: &Palette) -> Vec<String> {
        (0..palette.count()).filter_map(|index| palette.row(index)).map(|row| row.title).collect()
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
