//! How each noun is shown: its columns, its details and its status words, once for screens and command line.
//!
//! A [`Cell`] is text with a [`Tone`]. The console turns a tone into a style, the command line into a colour, or into
//! nothing. Nothing here is made safe for a terminal: that is done where it is drawn or printed.

mod annotation;
pub mod artifact;
pub mod badge;
mod columns;
pub mod deployment;
pub mod entity;
pub mod entity_page;
pub mod environment;
pub mod event;
mod layout;
pub mod legend;
pub mod link;
pub mod log_line;
pub mod problem;
pub mod run;
pub mod run_tree;
mod sort;
mod texts;
pub mod truck;

use hello_model::{
    filter::{Clock, Value},
    time::{self, Timestamp},
};

pub use self::{
    columns::{Column, Columns, Row, View, Width},
    layout::{Arranged, ColumnLayout, Layouts, ListLayout},
    sort::{Sort, natural},
    texts::{TextRow, Texts},
};

/// The meaning of a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Plain,
    Good,
    Bad,
    Warning,
    Busy,
    Faint,
    Accent,
}

/// A text of a table or of a detail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// The sign of a status, for screens. The text says the same.
    pub glyph: Option<&'static str>,
    pub text: String,
    pub tone: Tone,
}

/// A label with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub label: String,
    pub value: Cell,
}

/// Facts under a title.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    pub title: String,
    /// The word for one of its facts.
    pub noun: &'static str,
    pub facts: Vec<Fact>,
}

/// A line of text: its parts with their tones.
pub type TonedLine = Vec<(String, Tone)>;

/// The id of the column that says how old a row is.
pub const AGE: &str = "age";

/// The characters of an id in a narrow column.
const SHORT_ID: usize = 8;

/// How times and ids are written.
#[derive(Debug, Clone)]
pub struct Format {
    pub clock: Clock,
    /// Whether dates have their year, and ids are whole; narrow columns shorten both.
    pub has_year: bool,
}

impl Cell {
    pub fn plain(text: impl Into<String>) -> Self {
        Self::toned(text, Tone::Plain)
    }

    pub fn faint(text: impl Into<String>) -> Self {
        Self::toned(text, Tone::Faint)
    }

    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { glyph: None, text: text.into(), tone }
    }

    /// Makes a cell of a status.
    pub fn badge((glyph, word, tone): badge::StatusBadge) -> Self {
        Self { glyph: Some(glyph), text: word, tone }
    }

    /// Makes a cell of a text that may be absent or empty: then it is a dash.
    pub fn or_dash(text: Option<&str>) -> Self {
        Self::plain(text.filter(|text| !text.is_empty()).unwrap_or("–"))
    }

    /// Returns the text with the glyph before it.
    pub fn with_glyph(&self) -> String {
        match self.glyph {
            Some(glyph) => format!("{glyph} {}", self.text),
            None => self.text.clone(),
        }
    }

    #[must_use]
    fn in_tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

impl Fact {
    pub fn new(label: impl Into<String>, value: Cell) -> Self {
        Self { label: label.into(), value }
    }

    /// Makes a fact if there is something to say.
    pub fn some(label: &str, value: Option<impl Into<String>>) -> Option<Self> {
        let value = value.map(Into::into).filter(|value: &String| !value.is_empty())?;
        Some(Self::new(label, Cell::plain(value)))
    }
}

impl Format {
    /// Writes a time in the user's zone, or a dash.
    pub fn moment(&self, at: Option<Timestamp>) -> String {
        let format = if self.has_year { "%Y-%m-%d %H:%M:%S" } else { "%m-%d %H:%M:%S" };
        let write = |at: Timestamp| at.to_zoned(self.clock.zone.clone()).strftime(format).to_string();
        at.map_or_else(|| "–".to_owned(), write)
    }

    /// Writes an id, or in a narrow column its end, by which ids that were made one after the other differ.
    fn id(&self, id: &str) -> String {
        match id.char_indices().rev().nth(SHORT_ID - 1) {
            Some((at, _)) if !self.has_year && at > 0 => format!("…{}", &id[at..]),
            _ => id.to_owned(),
        }
    }

    /// Writes how old something is, in its largest unit: `3m`, `2h`, `4d`; a dash if its time is not known.
    pub fn age(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(|| "–".to_owned(), |at| time::age(self.elapsed(at, None)))
    }

    /// Returns the time from `since` to `until`, or to now.
    fn elapsed(&self, since: Timestamp, until: Option<Timestamp>) -> std::time::Duration {
        let elapsed = until.unwrap_or(self.clock.now).duration_since(since);
        std::time::Duration::try_from(elapsed).unwrap_or_default()
    }
}

/// Returns how old something is, for filters and for sorting.
fn age_value(at: Option<Timestamp>, format: &Format) -> Value<'static> {
    at.map_or(Value::Missing, |at| Value::Duration(format.elapsed(at, None)))
}

/// Writes a duration, or a dash.
fn lasted(duration: Option<std::time::Duration>) -> Cell {
    duration.map_or_else(|| Cell::plain("–"), |duration| Cell::plain(time::short(duration)))
}

#[cfg(test)]
mod tests;
