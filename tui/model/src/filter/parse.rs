//! Text to terms.

use super::{Filter, Operator, Term, Test};

/// The length of a filter that is read, in bytes.
pub(super) const LENGTH_LIMIT: usize = 2_000;

/// The maximum number of terms.
pub(super) const TERM_LIMIT: usize = 50;

/// Operators, longer ones before their own beginnings.
const OPERATORS: [(&str, Operator); 6] = [
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("=", Operator::Equal),
    (":", Operator::Contains),
];

pub(super) fn parse(text: &str) -> Filter {
    let end = text.floor_char_boundary(LENGTH_LIMIT);
    let mut filter = Filter { terms: Vec::new(), is_cut: end < text.len() };
    let mut rest = text[..end].trim_start();
    while !rest.is_empty() {
        if filter.terms.len() == TERM_LIMIT {
            filter.is_cut = true;
            break;
        }
        let positive = rest.trim_start_matches('!');
        let is_negated = (rest.len() - positive.len()) % 2 == 1;
        let (parsed, after) = test(positive);
        let text = positive[..positive.len() - after.len()].to_owned();
        if !text.is_empty() {
            filter.terms.push(Term { is_negated, text, test: parsed });
        }
        rest = after.trim_start();
    }
    filter
}

/// Reads one test and returns what follows it.
fn test(text: &str) -> (Test, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        let (value, after) = until_quote(quoted);
        return (Test::Exact(value.to_owned()), after);
    }
    let name = &text[..text.find(|c| !is_of_name(c)).unwrap_or(text.len())];
    let operator = OPERATORS.iter().find_map(|(sign, operator)| {
        Some((*operator, text[name.len()..].strip_prefix(sign)?)).filter(|_| !name.is_empty())
    });
    let Some((operator, value)) = operator else {
        return (Test::Word, until_space(text).1);
    };
    let (value, after) = match value.strip_prefix('"') {
        Some(quoted) => until_quote(quoted),
        None => until_space(value),
    };
    (Test::Column { name: name.to_owned(), operator, value: value.to_owned() }, after)
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Splits at the closing quote; where it is not typed yet, the text goes on to the end.
fn until_quote(text: &str) -> (&str, &str) {
    text.split_once('"').unwrap_or((text, ""))
}

fn until_space(text: &str) -> (&str, &str) {
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}
