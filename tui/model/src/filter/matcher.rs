//! A filter, ready to test rows.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    Clock, Field, Fields, Operator, Term, Test, Value, ValueKind,
    needle::Needle,
    range::{self, Age, Moment, Range},
    word::{Scratch, Word},
};

/// Tests rows. It holds memory that is used again for each row.
pub struct Matcher {
    tests: Vec<(bool, Prepared)>,
    kinds: Vec<ValueKind>,
    now: Timestamp,
    scratch: Scratch,
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

impl std::fmt::Debug for Matcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Matcher").field("tests", &self.tests).finish_non_exhaustive()
    }
}

impl Matcher {
    pub(super) fn new(terms: &[Term], fields: &[Field], clock: &Clock) -> Self {
        let prepare = |term: &Term| Some((term.is_negated, prepare(term, fields, clock)?));
        Self {
            tests: terms.iter().filter_map(prepare).collect(),
            kinds: fields.iter().map(|field| field.kind).collect(),
            now: clock.now,
            scratch: Scratch::default(),
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
        Test::Word => return Some(Prepared::word(&term.text)),
        Test::Exact(text) => {
            return (!text.is_empty()).then(|| Prepared::Exact(Needle::with_smart_case(text)));
        }
        Test::Column { name, operator, value } => (name, *operator, value.as_str()),
    };
    let place = fields.iter().position(|field| field.name.eq_ignore_ascii_case(name));
    let Some((place, field)) = place.and_then(|place| Some((place, fields.get(place)?))) else {
        // No column: the text as it was typed, as in `http://localhost`.
        return Some(Prepared::word(&term.text));
    };
    if value.is_empty() {
        return None;
    }
    match field.kind {
        ValueKind::Name | ValueKind::Text => Some(match operator {
            Operator::Contains => Prepared::Contains(place, Needle::folded(value)),
            Operator::Equal => Prepared::Equals(place, Needle::folded(value)),
            // A text has no order: this is the text as it was typed.
            _ => Prepared::word(&term.text),
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
    fn word(text: &str) -> Self {
        Self::Word(Box::new(Word::new(text)))
    }

    fn passes(&self, row: &dyn Fields, kinds: &[ValueKind], now: Timestamp, scratch: &mut Scratch) -> bool {
        match self {
            Self::Word(word) => {
                row.all_text().is_none_or(|text| word.may_be_in(text))
                    && kinds.iter().enumerate().any(|(place, kind)| match kind {
                        ValueKind::Time | ValueKind::Duration => false,
                        kind => word.is_in(&row.field(place), *kind, scratch),
                    })
            }
            Self::Exact(needle) => {
                let is_text = |kind: &ValueKind| matches!(kind, ValueKind::Name | ValueKind::Text);
                kinds.iter().enumerate().filter(|(_, kind)| is_text(kind)).any(|(place, _)| {
                    row.field(place).has_text(|text| needle.is_in(text, &mut scratch.folded))
                })
            }
            Self::Contains(place, needle) => {
                row.field(*place).has_text(|text| needle.is_in(text, &mut scratch.folded))
            }
            Self::Equals(place, needle) => row.field(*place).has_text(|text| needle.is(text)),
            Self::Number(place, operator, wanted) => {
                matches!(row.field(*place), Value::Number(number) if range::compares(*operator, number, *wanted))
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

/// Returns the age of a moment; zero for one in the future, because of clock skew.
fn elapsed(at: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(at)).unwrap_or_default()
}
