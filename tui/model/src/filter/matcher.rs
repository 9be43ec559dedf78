//! A filter, ready to test rows.

use std::time::Duration;

use jiff::Timestamp;
use nucleo_matcher::{
    Config, Utf32Str,
    pattern::{Atom, AtomKind, CaseMatching, Normalization},
};

use super::{
    Clock, Field, Fields, Operator, Term, Test, Value, ValueKind,
    range::{self, Age, Moment, Range},
};

/// The maximum length of a name that is matched fuzzily, in bytes. A longer text is searched in one piece.
const FUZZY_LIMIT: usize = 256;

/// The score of a matched letter in `nucleo_matcher`, before bonuses and penalties.
const LETTER_SCORE: usize = 16;

/// Tests rows. It holds memory that is used again for each row.
pub struct Matcher {
    tests: Vec<(bool, Prepared)>,
    kinds: Vec<ValueKind>,
    now: Timestamp,
    scratch: Scratch,
}

struct Scratch {
    /// Created for the first word: it is large.
    fuzzy: Option<nucleo_matcher::Matcher>,
    letters: Vec<char>,
    folded: String,
}

#[derive(Debug)]
enum Prepared {
    Word(Box<Word>),
    Exact(Needle),
    Contains(usize, Needle),
    Equals(usize, Needle),
    Number(usize, Operator, f64),
    Time(usize, Operator, Range<Timestamp>),
    Age(usize, Operator, Age),
    Duration(usize, Operator, Age),
}

#[derive(Debug)]
struct Word {
    atom: Atom,
    /// The score from which on a fuzzy match counts.
    least: usize,
    needle: Needle,
    number: Option<f64>,
}

/// A text to be found in one piece.
#[derive(Debug)]
struct Needle {
    text: String,
    fold: Fold,
}

/// What makes no difference in a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fold {
    Nothing,
    Case,
    /// Also `_` and a blank are alike, because a status is written `in_progress` or `in progress`.
    CaseAndBlanks,
}

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matcher").field("tests", &self.tests).finish_non_exhaustive()
    }
}

impl Matcher {
    pub(super) fn new(terms: &[Term], fields: &[Field], clock: &Clock) -> Self {
        let prepare = |term: &Term| Some((term.is_negated, prepare(term, fields, clock)?));
        let scratch = Scratch { fuzzy: None, letters: Vec::new(), folded: String::new() };
        Self {
            tests: terms.iter().filter_map(prepare).collect(),
            kinds: fields.iter().map(|field| field.kind).collect(),
            now: clock.now,
            scratch,
        }
    }

    /// Reports whether the row passes all terms.
    pub fn matches(&mut self, row: &dyn Fields) -> bool {
        let Self { tests, kinds, now, scratch } = self;
        tests.iter().all(|(is_negated, test)| test.passes(row, kinds, *now, scratch) != *is_negated)
    }
}

/// Prepares a term; `None` for one that is not finished and passes every row.
fn prepare(term: &Term, fields: &[Field], clock: &Clock) -> Option<Prepared> {
    let (name, operator, value) = match &term.test {
        Test::Word => return Some(Word::prepared(&term.text)),
        Test::Exact(text) => {
            return (!text.is_empty()).then(|| Prepared::Exact(Needle::with_smart_case(text)));
        }
        Test::Column { name, operator, value } => (name, *operator, value.as_str()),
    };
    let place = fields.iter().position(|field| field.name.eq_ignore_ascii_case(name));
    let Some((place, field)) = place.and_then(|place| Some((place, fields.get(place)?))) else {
        // No column: the text as it was typed, as in `http://localhost`.
        return Some(Word::prepared(&term.text));
    };
    if value.is_empty() {
        return None;
    }
    match field.kind {
        ValueKind::Name | ValueKind::Text => Some(match operator {
            Operator::Contains => Prepared::Contains(place, Needle::folded(value)),
            Operator::Equal => Prepared::Equals(place, Needle::folded(value)),
            // A text has no order: this is the text as it was typed.
            _ => Word::prepared(&term.text),
        }),
        ValueKind::Number => Some(Prepared::Number(place, operator, range::number(value)?)),
        ValueKind::Duration => Some(Prepared::Duration(place, operator, Age::parse(value)?)),
        ValueKind::Time => match Moment::parse(value)? {
            Moment::Age(age) => Some(Prepared::Age(place, operator, age)),
            moment => Some(Prepared::Time(place, operator, moment.range(clock)?)),
        },
    }
}

impl Prepared {
    fn passes(&self, row: &dyn Fields, kinds: &[ValueKind], now: Timestamp, scratch: &mut Scratch) -> bool {
        match self {
            Self::Word(word) => kinds.iter().enumerate().any(|(place, kind)| match kind {
                ValueKind::Time | ValueKind::Duration => false,
                kind => word.is_in(&row.field(place), *kind, scratch),
            }),
            Self::Exact(needle) => {
                let is_text = |kind: &ValueKind| matches!(kind, ValueKind::Name | ValueKind::Text);
                kinds.iter().enumerate().filter(|(_, kind)| is_text(kind)).any(|(place, _)| {
                    matches!(row.field(place), Value::Text(text) if needle.is_in(&text, scratch))
                })
            }
            Self::Contains(place, needle) => {
                matches!(row.field(*place), Value::Text(text) if needle.is_in(&text, scratch))
            }
            Self::Equals(place, needle) => {
                matches!(row.field(*place), Value::Text(text) if needle.is(&text))
            }
            Self::Number(place, operator, wanted) => {
                matches!(row.field(*place), Value::Number(number) if compares(*operator, number, *wanted))
            }
            Self::Time(place, operator, range) => {
                matches!(row.field(*place), Value::Time(at) if range.passes(*operator, &at))
            }
            Self::Age(place, operator, age) => {
                matches!(row.field(*place), Value::Time(at) if age.passes(*operator, &elapsed(at, now)))
            }
            Self::Duration(place, operator, range) => {
                matches!(row.field(*place), Value::Duration(took) if range.passes(*operator, &took))
            }
        }
    }
}

fn compares(operator: Operator, number: f64, wanted: f64) -> bool {
    match operator {
        Operator::Contains | Operator::Equal => (number - wanted).abs() < f64::EPSILON,
        Operator::Less => number < wanted,
        Operator::AtMost => number <= wanted,
        Operator::Greater => number > wanted,
        Operator::AtLeast => number >= wanted,
    }
}

/// Returns the age of a moment; zero for one in the future, because of clock skew.
fn elapsed(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(at)).unwrap_or_default()
}

impl Word {
    fn prepared(text: &str) -> Prepared {
        let atom = Atom::new(text, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy, false);
        // Below this, the gaps between the letters cost more than their neighbourhood and the starts of words bring:
        // the letters are there by chance.
        let least = LETTER_SCORE * atom.needle_text().len();
        let (needle, number) = (Needle::with_smart_case(text), range::number(text));
        Prepared::Word(Box::new(Self { atom, least, needle, number }))
    }

    fn is_in(&self, value: &Value<'_>, kind: ValueKind, scratch: &mut Scratch) -> bool {
        match value {
            Value::Text(text) if kind == ValueKind::Name && text.len() <= FUZZY_LIMIT => {
                if text.is_ascii() && !self.needle.has_letters_in(text) {
                    return false;
                }
                // Most matches are in one piece, and that is found sooner.
                if self.needle.is_in(text, scratch) {
                    return true;
                }
                let fuzzy =
                    scratch.fuzzy.get_or_insert_with(|| nucleo_matcher::Matcher::new(Config::DEFAULT));
                let score = self.atom.score(Utf32Str::new(text, &mut scratch.letters), fuzzy);
                score.is_some_and(|score| usize::from(score) >= self.least)
            }
            Value::Text(text) => self.needle.is_in(text, scratch),
            Value::Number(number) => {
                self.number.is_some_and(|wanted| compares(Operator::Equal, *number, wanted))
            }
            Value::Missing | Value::Time(_) | Value::Duration(_) => false,
        }
    }
}

impl Needle {
    /// Makes the needle of a column's value.
    fn folded(text: &str) -> Self {
        let fold = Fold::CaseAndBlanks;
        Self { text: text.chars().flat_map(|c| fold.fold(c)).collect(), fold }
    }

    fn with_smart_case(text: &str) -> Self {
        let fold = if text.chars().any(char::is_uppercase) { Fold::Nothing } else { Fold::Case };
        Self { text: text.chars().flat_map(|c| fold.fold(c)).collect(), fold }
    }

    fn is(&self, text: &str) -> bool {
        text.chars().flat_map(|c| self.fold.fold(c)).eq(self.text.chars())
    }

    /// Reports whether the letters occur in an ASCII text in their order: without that, no fuzzy match is possible.
    fn has_letters_in(&self, text: &str) -> bool {
        let mut rest = text.bytes();
        let is_same = |letter: u8, wanted: u8| match self.fold {
            Fold::Nothing => letter == wanted,
            Fold::Case | Fold::CaseAndBlanks => letter.eq_ignore_ascii_case(&wanted),
        };
        self.text.bytes().all(|wanted| rest.any(|letter| is_same(letter, wanted)))
    }

    /// Searches in linear time, also in a text of megabytes.
    fn is_in(&self, text: &str, scratch: &mut Scratch) -> bool {
        let folded = &mut scratch.folded;
        match self.fold {
            Fold::Nothing => return text.contains(&self.text),
            fold if text.is_ascii() => {
                folded.clear();
                folded.push_str(text);
                folded.make_ascii_lowercase();
                if fold == Fold::CaseAndBlanks && folded.contains('_') {
                    *folded = folded.replace('_', " ");
                }
            }
            fold => {
                folded.clear();
                folded.extend(text.chars().flat_map(|c| fold.fold(c)));
            }
        }
        folded.contains(&self.text)
    }
}

impl Fold {
    fn fold(self, c: char) -> impl Iterator<Item = char> {
        let c = if self == Self::CaseAndBlanks && c == '_' { ' ' } else { c };
        let (same, lower) = match self {
            Self::Nothing => (Some(c), None),
            Self::Case | Self::CaseAndBlanks => (None, Some(c.to_lowercase())),
        };
        same.into_iter().chain(lower.into_iter().flatten())
    }
}
