//! The filter language of every list, on screens and in `--filter`.
//!
//! | term | passes a row if |
//! |---|---|
//! | `word` | the word occurs in a column; in a name, a few of its letters in their order are enough |
//! | `"two words"` | this text occurs in a column |
//! | `column:value` | the value occurs in this column; a number or a time equals it |
//! | `column=value`, `<`, `<=`, `>`, `>=` | the number, time or duration compares so; a text equals the value |
//! | `!term` | the term does not pass it |
//!
//! All terms must pass. Capital letters in a word or in a quoted text match only themselves; small letters match both.
//! A time is compared with a day (`2026-11-27`), a time of today (`14:03`), a moment (RFC 3339), or by its age (`5m`,
//! `1h30m`). A term that is not finished passes every row, so that a list does not go empty while a filter is typed.
//!
//! Parsing never fails; [`Filter::check`] tells what is wrong with a filter that was given as a whole. The work per row
//! is linear in the length of its texts.

mod matcher;
mod needle;
mod parse;
mod range;
mod word;

use std::{borrow::Cow, time::Duration};

use jiff::{Timestamp, tz::TimeZone};

pub use self::matcher::Matcher;
use self::range::{Age, Moment};

/// A parsed filter. The default passes every row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    terms: Vec<Term>,
    /// Whether the text was too long to be read to its end.
    is_cut: bool,
}

/// One term. All terms of a filter must pass.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    is_negated: bool,
    /// The term as it was typed, without its `!`.
    text: String,
    test: Test,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Word,
    Exact(String),
    Column { name: String, operator: Operator, value: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Contains,
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// A column as filters see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The name before the operator, in lower case.
    pub name: &'static str,
    pub kind: ValueKind,
}

/// The kind of the values in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A name or a status: words match it fuzzily.
    Name,
    /// Prose, a message or an id: words match it only in one piece, because long texts contain most letters in any order.
    Text,
    Number,
    Time,
    Duration,
}

/// The value of one column in one row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// There is none: no comparison passes it.
    Missing,
    /// For columns of the kinds [`ValueKind::Name`] and [`ValueKind::Text`].
    Text(Cow<'a, str>),
    /// The same, where what is stored and what is shown are different texts: a term passes if it passes one of them.
    Texts(Box<[Cow<'a, str>]>),
    Number(f64),
    Time(Timestamp),
    Duration(Duration),
}

impl<'a> Value<'a> {
    /// Returns the text, or [`Value::Missing`] if it is absent or empty.
    pub fn text(text: Option<&'a str>) -> Self {
        text.filter(|text| !text.is_empty()).map_or(Self::Missing, |text| Self::Text(Cow::Borrowed(text)))
    }

    /// Reports whether one of the texts passes.
    fn has_text(&self, mut passes: impl FnMut(&str) -> bool) -> bool {
        match self {
            Self::Text(text) => passes(text),
            Self::Texts(texts) => texts.iter().any(|text| passes(text)),
            Self::Missing | Self::Number(_) | Self::Time(_) | Self::Duration(_) => false,
        }
    }

    /// Returns the time, or [`Value::Missing`].
    pub fn time(at: Option<Timestamp>) -> Self {
        at.map_or(Self::Missing, Self::Time)
    }
}

/// A row that a filter can test.
pub trait Fields {
    /// Returns the value of the column at this place among the [`Field`]s of [`Filter::matcher`].
    fn field(&self, place: usize) -> Value<'_>;

    /// Returns the texts of all columns in one, if no column has another value. A search reads it first: most rows lack
    /// a letter.
    fn all_text(&self) -> Option<&str> {
        None
    }
}

/// What times are compared with: the current time, and the zone in which days begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    pub now: Timestamp,
    pub zone: TimeZone,
}

/// What is wrong with a filter, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    pub why: String,
    pub hint: String,
}

impl Filter {
    /// Parses a filter. Every text is one.
    pub fn parse(text: &str) -> Self {
        parse::parse(text)
    }

    /// Reports whether every row passes, whatever is in it.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Checks a filter that is given as a whole, as on the command line: every column must exist, and every comparison
    /// must have a value that fits its column.
    pub fn check(&self, fields: &[Field]) -> Result<(), Mistake> {
        if self.is_cut {
            let why =
                format!("it is longer than {} bytes or {} terms", parse::LENGTH_LIMIT, parse::TERM_LIMIT);
            return Err(Mistake { why, hint: "leave terms out".to_owned() });
        }
        self.terms.iter().try_for_each(|term| term.check(fields))
    }

    /// Reports whether a row may pass at one time and not at another: whether a term compares a time or a duration.
    pub fn depends_on_time(&self, fields: &[Field]) -> bool {
        self.terms.iter().any(|term| match &term.test {
            Test::Column { name, .. } => field(fields, name)
                .is_some_and(|field| matches!(field.kind, ValueKind::Time | ValueKind::Duration)),
            Test::Word | Test::Exact(_) => false,
        })
    }

    /// Prepares the filter for rows with these columns. `clock` stays the same for all of them.
    pub fn matcher(&self, fields: &[Field], clock: &Clock) -> Matcher {
        Matcher::new(&self.terms, fields, clock)
    }
}

/// A text that every row must have to pass a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequiredText<'f> {
    /// The column that has the text; any column if there is none.
    pub column: Option<&'f str>,
    pub text: &'f str,
    /// Whether the column has nothing else.
    pub is_whole: bool,
}

impl Filter {
    /// Returns the texts that a row must have, of the terms that ask for one in columns of the kind
    /// [`ValueKind::Text`].
    pub fn required_texts(&self) -> impl Iterator<Item = RequiredText<'_>> {
        self.terms.iter().filter(|term| !term.is_negated).filter_map(|term| match &term.test {
            Test::Word => Some(RequiredText { column: None, text: &term.text, is_whole: false }),
            Test::Exact(text) => Some(RequiredText { column: None, text, is_whole: false }),
            Test::Column { name, operator: operator @ (Operator::Contains | Operator::Equal), value } => {
                let is_whole = *operator == Operator::Equal;
                Some(RequiredText { column: Some(name), text: value, is_whole })
            }
            Test::Column { .. } => None,
        })
    }
}

impl Term {
    fn check(&self, fields: &[Field]) -> Result<(), Mistake> {
        let Test::Column { name, operator, value } = &self.test else { return Ok(()) };
        let shown = &self.text;
        let Some(field) = field(fields, name) else {
            let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
            return Err(Mistake {
                why: format!("`{shown}` names the column `{name}`; the columns are {}", names.join(", ")),
                hint: format!("name one of these columns, or quote the term to find its text: '\"{shown}\"'"),
            });
        };
        let example = field.kind.example();
        if value.is_empty() {
            return Err(Mistake {
                why: format!("`{shown}` has no value"),
                hint: format!("write a value after it: '{shown}{example}'"),
            });
        }
        let fits = match (field.kind, operator) {
            (ValueKind::Name | ValueKind::Text, Operator::Contains | Operator::Equal) => true,
            (ValueKind::Name | ValueKind::Text, _) => {
                return Err(Mistake {
                    why: format!("`{shown}` compares a text, which has no order"),
                    hint: format!("ask what it contains or equals: '{name}:{value}', '{name}={value}'"),
                });
            }
            (ValueKind::Number, _) => range::number(value).is_some(),
            (ValueKind::Time, _) => Moment::parse(value).is_some(),
            (ValueKind::Duration, _) => Age::parse(value).is_some(),
        };
        if fits {
            return Ok(());
        }
        Err(Mistake {
            why: format!("`{value}` in `{shown}` is not {}", field.kind.words()),
            hint: format!("write it as in '{name}>{example}'"),
        })
    }
}

impl ValueKind {
    fn words(self) -> &'static str {
        match self {
            Self::Name | Self::Text => "a text",
            Self::Number => "a number",
            Self::Time => "a day, a time or an age",
            Self::Duration => "a duration",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::Name | Self::Text => "text",
            Self::Number => "42",
            Self::Time => "2026-11-27",
            Self::Duration => "1h30m",
        }
    }
}

fn field<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    fields.iter().find(|field| field.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests;
