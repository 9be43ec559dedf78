//! A word of a filter, which matches a name by some of its letters.

use nucleo_matcher::{
    Config, Matcher, Utf32Str, chars,
    pattern::{Atom, AtomKind, CaseMatching, Normalization},
};

use super::{
    Operator, Value, ValueKind,
    needle::{Needle, Placements},
    range,
};

/// The maximum length of a name that is matched fuzzily, in bytes. A longer text is searched in one piece.
const FUZZY_LIMIT: usize = 256;

/// The score of a matched letter in `nucleo_matcher`, before bonuses and penalties.
const LETTER_SCORE: usize = 16;

/// Memory that is used again for each row.
#[derive(Default)]
pub(super) struct Scratch {
    /// Created for the first word: it is large.
    fuzzy: Option<Matcher>,
    letters: Vec<char>,
    pub folded: String,
}

#[derive(Debug)]
pub(super) struct Word {
    atom: Atom,
    /// The score from which on a fuzzy match counts.
    least: usize,
    needle: Needle,
    number: Option<f64>,
}

impl Word {
    pub(super) fn new(text: &str) -> Self {
        let needle = Needle::with_smart_case(text);
        let atom = atom(text, needle.is_case_sensitive());
        // Below this, the gaps between the letters cost more than their neighbourhood and the starts of words bring:
        // the letters are there by chance.
        let least = LETTER_SCORE * atom.needle_text().len();
        Self { atom, least, needle, number: range::number(text) }
    }

    /// Reports whether a row with these texts may pass.
    pub(super) fn may_be_in(&self, all_text: &str) -> bool {
        !all_text.is_ascii() || self.needle.has_rarest_in(all_text)
    }

    pub(super) fn is_in(&self, value: &Value<'_>, kind: ValueKind, scratch: &mut Scratch) -> bool {
        match value {
            Value::Number(number) => {
                self.number.is_some_and(|wanted| range::compares(Operator::Equal, *number, wanted))
            }
            value => value.has_text(|text| match kind {
                ValueKind::Name if text.len() <= FUZZY_LIMIT => self.is_in_name(text, scratch),
                _ => self.needle.is_in(text, &mut scratch.folded),
            }),
        }
    }

    /// Tests a name in the order of the costs: most names lack a letter, most others have the word in one piece.
    fn is_in_name(&self, name: &str, scratch: &mut Scratch) -> bool {
        let placements = if name.is_ascii() { self.needle.placements(name) } else { Placements::Several };
        placements != Placements::None
            && (self.needle.is_in(name, &mut scratch.folded) || self.is_fuzzily_in(name, placements, scratch))
    }

    fn is_fuzzily_in(&self, name: &str, placements: Placements, scratch: &mut Scratch) -> bool {
        let fuzzy = scratch.fuzzy.get_or_insert_with(|| Matcher::new(Config::DEFAULT));
        let counts = |score: Option<u16>| score.is_some_and(|score| usize::from(score) >= self.least);
        let letters = letters(name, &mut scratch.letters, !self.needle.is_case_sensitive());
        // The first match is found in linear time; the best of several takes much longer.
        if letters.is_ascii() && self.atom.needle_text().is_ascii() {
            fuzzy.config.ignore_case = !self.needle.is_case_sensitive();
            let first = counts(fuzzy.fuzzy_match_greedy(letters, self.atom.needle_text()));
            if first || placements == Placements::One {
                return first;
            }
        }
        counts(self.atom.score(letters, fuzzy))
    }
}

fn atom(word: &str, is_case_sensitive: bool) -> Atom {
    let case = if is_case_sensitive { CaseMatching::Respect } else { CaseMatching::Ignore };
    Atom::new(word, case, Normalization::Smart, AtomKind::Fuzzy, false)
}

/// Returns the letters of a name. `letters` is memory that is used again.
///
/// Some small letters stand for another small letter, such as `ς` for `σ`. `nucleo_matcher` takes them for the other one
/// in one of its steps only, and then its score is not defined.
fn letters<'a>(name: &'a str, letters: &'a mut Vec<char>, ignores_case: bool) -> Utf32Str<'a> {
    if name.is_ascii() || !ignores_case {
        return Utf32Str::new(name, letters);
    }
    letters.clear();
    letters
        .extend(chars::graphemes(name).map(|c| if c.is_lowercase() { chars::to_lower_case(c) } else { c }));
    Utf32Str::Unicode(letters)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::*;

    /// Decides by the best match alone.
    fn is_in_slowly(word: &str, text: &str, kind: ValueKind) -> bool {
        let is_sensitive = word.chars().any(char::is_uppercase);
        let fold = |text: &str| {
            if is_sensitive { text.to_owned() } else { text.chars().flat_map(char::to_lowercase).collect() }
        };
        let is_fuzzy = || {
            let mut fuzzy = Matcher::new(Config::DEFAULT);
            let atom = atom(word, is_sensitive);
            let score = atom.score(letters(text, &mut Vec::new(), !is_sensitive), &mut fuzzy);
            score.is_some_and(|score| usize::from(score) >= LETTER_SCORE * atom.needle_text().len())
        };
        fold(text).contains(&fold(word)) || kind == ValueKind::Name && is_fuzzy()
    }

    fn agrees(word: &str, text: &str) -> Result<(), TestCaseError> {
        for kind in [ValueKind::Name, ValueKind::Text] {
            let value = Value::Text(Cow::Borrowed(text));
            let quickly = Word::new(word).is_in(&value, kind, &mut Scratch::default());
            prop_assert_eq!(quickly, is_in_slowly(word, text, kind), "{} in {}", word, text);
        }
        Ok(())
    }

    #[test]
    fn the_last_sigma_of_a_name_is_a_sigma() {
        let passes = |word, name| {
            Word::new(word).is_in(&Value::text(Some(name)), ValueKind::Name, &mut Scratch::default())
        };
        assert!(passes("ατ", "Ας-τ") && passes("σää", "ςσÄkÄ"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_word_is_found_as_by_the_best_match(word in "[abC0-]{1,6}", text in "[abcAC0 _/:.-]{0,30}") {
            agrees(&word, &text)?;
        }

        #[test]
        fn letters_of_any_script_are_found(word in "[aäßİkKσς-]{1,4}", text in "[aAäÄßẞiİkKKσΣς _-]{0,12}") {
            agrees(&word, &text)?;
        }
    }
}
