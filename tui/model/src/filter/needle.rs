//! A text that is to be found in one piece.

use memchr::{memchr2, memchr2_iter, memmem::Finder};

/// The bytes of names, the most frequent ones first. All others are rarer.
const FREQUENT: &[u8] = b"-e:taoinsrlcpmdu/. _ghbfyvkwx0123456789jqz";

/// The longest needle whose placements are counted, in letters. Those of a longer one count as several.
const COUNTED_LETTERS: usize = 16;

/// The longest text in which each place of the rarest byte is looked at, in bytes: in a longer one, there may be too many.
const SHORT_TEXT: usize = 512;

/// A text to be found in one piece.
#[derive(Debug)]
pub(super) struct Needle {
    text: String,
    fold: Fold,
    finder: Finder<'static>,
    /// The two forms of the rarest byte of an ASCII text, and its place. Most texts lack it, and that is found out quickly.
    rarest: Option<([u8; 2], usize)>,
}

/// How often the letters of a needle can be placed in a text in their order. Without any, no fuzzy match is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placements {
    None,
    One,
    Several,
}

/// What makes no difference in a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fold {
    Nothing,
    Case,
    /// Also `_` and a blank are alike, because a status is written `in_progress` or `in progress`.
    CaseAndBlanks,
}

impl Needle {
    /// Makes the needle of a column's value.
    pub(super) fn folded(text: &str) -> Self {
        Self::new(text, Fold::CaseAndBlanks)
    }

    /// Makes the needle of a word or a quoted text, whose capital letters match only themselves.
    pub(super) fn with_smart_case(text: &str) -> Self {
        let fold = if text.chars().any(char::is_uppercase) { Fold::Nothing } else { Fold::Case };
        Self::new(text, fold)
    }

    fn new(text: &str, fold: Fold) -> Self {
        let text: String = text.chars().flat_map(|c| fold.fold(c)).collect();
        let rarest = text.bytes().zip(0..).max_by_key(|(byte, _)| rarity(*byte)).filter(|_| text.is_ascii());
        let rarest = rarest.map(|(byte, place)| (fold.forms(byte), place));
        let finder = Finder::new(&text).into_owned();
        Self { text, fold, finder, rarest }
    }

    /// Reports whether capital letters make a difference.
    pub(super) fn is_case_sensitive(&self) -> bool {
        self.fold == Fold::Nothing
    }

    pub(super) fn is(&self, text: &str) -> bool {
        text.chars().flat_map(|c| self.fold.fold(c)).eq(self.text.chars())
    }

    /// Returns how often the letters can be placed in an ASCII text in their order.
    pub(super) fn placements(&self, text: &str) -> Placements {
        if !self.has_rarest_in(text) {
            return Placements::None;
        }
        let is_same = |letter: u8, wanted: u8| self.fold.is_same(letter, wanted);
        let (text, needle) = (text.as_bytes(), self.text.as_bytes());
        let mut earliest = [0; COUNTED_LETTERS];
        let mut start = 0;
        for (index, wanted) in needle.iter().enumerate() {
            let Some(at) = text[start..].iter().position(|letter| is_same(*letter, *wanted)) else {
                return Placements::None;
            };
            if let Some(place) = earliest.get_mut(index) {
                *place = start + at;
            }
            start += at + 1;
        }
        if needle.len() > COUNTED_LETTERS {
            return Placements::Several;
        }
        let mut end = text.len();
        let is_only = needle.iter().zip(earliest).rev().all(|(wanted, earliest)| {
            end = text[..end].iter().rposition(|letter| is_same(*letter, *wanted)).unwrap_or_default();
            end == earliest
        });
        if is_only { Placements::One } else { Placements::Several }
    }

    /// Searches in linear time, also in a text of megabytes. `folded` is memory that is used again.
    pub(super) fn is_in(&self, text: &str, folded: &mut String) -> bool {
        if self.fold == Fold::Nothing {
            return self.finds(text);
        }
        if text.is_ascii() {
            match self.rarest {
                Some((forms, place)) if text.len() <= SHORT_TEXT => {
                    return self.is_around(forms, place, text);
                }
                _ if !self.has_rarest_in(text) => return false,
                _ => {}
            }
        }
        folded.clear();
        if text.is_ascii() && self.fold == Fold::Case {
            folded.push_str(text);
            folded.make_ascii_lowercase();
        } else {
            folded.extend(text.chars().flat_map(|c| self.fold.fold(c)));
        }
        self.finds(folded)
    }

    /// Reports whether the needle is around one of the places of its rarest byte in an ASCII text.
    fn is_around(&self, [one, other]: [u8; 2], place: usize, text: &str) -> bool {
        let (text, needle) = (text.as_bytes(), self.text.as_bytes());
        memchr2_iter(one, other, text).any(|at| {
            let start = at.checked_sub(place);
            let found = start.and_then(|start| text.get(start..start + needle.len()));
            found.is_some_and(|found| {
                found.iter().zip(needle).all(|(one, wanted)| self.fold.is_same(*one, *wanted))
            })
        })
    }

    fn finds(&self, text: &str) -> bool {
        self.finder.find(text.as_bytes()).is_some()
    }

    /// Reports whether the rarest byte is in an ASCII text. What is not ASCII is in none.
    pub(super) fn has_rarest_in(&self, text: &str) -> bool {
        match self.rarest {
            Some(([one, other], _)) => memchr2(one, other, text.as_bytes()).is_some(),
            None => self.text.is_empty(),
        }
    }
}

fn rarity(byte: u8) -> usize {
    FREQUENT.iter().position(|frequent| *frequent == byte).unwrap_or(FREQUENT.len())
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

    /// Reports whether an ASCII letter is folded to the one that is wanted.
    fn is_same(self, letter: u8, wanted: u8) -> bool {
        match self {
            Self::Nothing => letter == wanted,
            Self::Case => letter.to_ascii_lowercase() == wanted,
            Self::CaseAndBlanks => {
                letter.to_ascii_lowercase() == wanted || (letter == b'_' && wanted == b' ')
            }
        }
    }

    /// Returns the bytes that are folded to this one.
    fn forms(self, byte: u8) -> [u8; 2] {
        match self {
            Self::Nothing => [byte, byte],
            Self::CaseAndBlanks if byte == b' ' => [b' ', b'_'],
            Self::Case | Self::CaseAndBlanks => [byte, byte.to_ascii_uppercase()],
        }
    }
}
