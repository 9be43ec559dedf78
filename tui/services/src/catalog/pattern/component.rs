//! One level of a pattern, compiled to regular expressions, so that matching always takes linear time.

use std::iter::Peekable;

use regex::{Regex, RegexBuilder};

/// The maximum nesting depth of groups such as `@(a|b)`.
const MAX_DEPTH: usize = 16;

/// The maximum size of a compiled expression, in bytes.
const MAX_COMPILED: usize = 1024 * 1024;

/// One level of a pattern.
#[derive(Debug)]
pub(super) enum Component {
    /// A name without wildcards, with escapes resolved.
    Name(String),
    Wildcard(Wildcard),
}

/// Matches file and folder names.
#[derive(Debug)]
pub(in crate::catalog) struct Wildcard {
    accepts: Regex,
    /// The names that `!(…)` excludes.
    excludes: Option<Regex>,
    /// Whether a matching name may begin with a dot.
    is_dotted: bool,
}

/// One token of a component.
enum PatternToken {
    Char(char),
    /// `?`
    One,
    /// `*`
    Any,
    /// `[…]`, as a regular expression.
    Class(String),
    /// `@(a|b)` and related groups.
    Group(char, Vec<Vec<PatternToken>>),
}

impl Wildcard {
    pub(in crate::catalog) fn matches(&self, name: &str) -> bool {
        (self.is_dotted || !name.starts_with('.'))
            && self.accepts.is_match(name)
            && !self.excludes.as_ref().is_some_and(|excludes| excludes.is_match(name))
    }
}

impl Component {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let tokens = tokens(text, 0)?;
        let plain = |token: &PatternToken| if let PatternToken::Char(c) = token { Some(*c) } else { None };
        if let Some(name) = tokens.iter().map(plain).collect() {
            return Ok(Self::Name(name));
        }
        let exclusions = exclusions(&tokens);
        if exclusions.total > 1 || exclusions.total != exclusions.outer {
            return Err("uses `!(…)` more than once in a name, or inside another group".to_owned());
        }
        let excludes = (exclusions.total == 1).then(|| compile(&tokens, Exclusion::Inside)).transpose()?;
        let is_dotted = begins_with_dot(&tokens);
        Ok(Self::Wildcard(Wildcard { accepts: compile(&tokens, Exclusion::Anything)?, excludes, is_dotted }))
    }
}

/// Reports whether the pattern matches a leading dot. As in `glob`, only an explicit dot or `!(…)` does.
fn begins_with_dot(tokens: &[PatternToken]) -> bool {
    match tokens {
        [PatternToken::Char('.') | PatternToken::Group('!', _), ..] => true,
        [PatternToken::Group(kind, alternatives), rest @ ..] => {
            let may_be_empty = matches!(kind, '?' | '*') || alternatives.iter().any(Vec::is_empty);
            alternatives.iter().any(|inner| begins_with_dot(inner)) || (may_be_empty && begins_with_dot(rest))
        }
        _ => false,
    }
}

/// The number of `!(…)` groups.
struct Exclusions {
    total: usize,
    outer: usize,
}

fn exclusions(tokens: &[PatternToken]) -> Exclusions {
    let mut found = Exclusions { total: 0, outer: 0 };
    for token in tokens {
        if let PatternToken::Group(kind, alternatives) = token {
            let own = usize::from(*kind == '!');
            found.outer += own;
            found.total += own + alternatives.iter().map(|inner| exclusions(inner).total).sum::<usize>();
        }
    }
    found
}

/// Splits a component into tokens. An unclosed group or class is literal text.
fn tokens(text: &str, depth: usize) -> Result<Vec<PatternToken>, String> {
    if depth > MAX_DEPTH {
        return Err(format!("is nested deeper than {MAX_DEPTH} groups"));
    }
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        rest = match first {
            '\\' if !after.is_empty() => {
                let escaped = after.chars().next().unwrap_or_default();
                tokens.push(PatternToken::Char(escaped));
                &after[escaped.len_utf8()..]
            }
            '?' | '*' | '+' | '@' | '!' if after.starts_with('(') => {
                if let Some((alternatives, left)) = group(&after[1..]) {
                    let inner = alternatives.into_iter().map(|inner| self::tokens(inner, depth + 1));
                    tokens.push(PatternToken::Group(first, inner.collect::<Result<_, _>>()?));
                    left
                } else {
                    tokens.push(single(first));
                    after
                }
            }
            '[' => {
                if let Some((class, left)) = class(after) {
                    tokens.push(PatternToken::Class(class));
                    left
                } else {
                    tokens.push(PatternToken::Char('['));
                    after
                }
            }
            other => {
                tokens.push(single(other));
                after
            }
        };
    }
    Ok(tokens)
}

fn single(c: char) -> PatternToken {
    match c {
        '*' => PatternToken::Any,
        '?' => PatternToken::One,
        other => PatternToken::Char(other),
    }
}

/// Parses a group after its opening parenthesis. Returns its alternatives and the remaining text.
fn group(text: &str) -> Option<(Vec<&str>, &str)> {
    let (mut depth, mut start, mut escaped) = (0_usize, 0, false);
    let mut alternatives = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            ')' => {
                alternatives.push(&text[start..at]);
                return Some((alternatives, &text[at + 1..]));
            }
            '|' if depth == 0 => {
                alternatives.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

/// Parses a class after its opening bracket. Returns a regular expression and the remaining text.
fn class(text: &str) -> Option<(String, &str)> {
    let mut chars = text.char_indices().peekable();
    let is_negated = chars.next_if(|(_, c)| matches!(c, '!' | '^')).is_some();
    let first = chars.peek().map(|(at, _)| *at)?;
    let mut ranges = String::new();
    while let Some((at, c)) = chars.next() {
        match c {
            ']' if at > first => return Some((whole_class(&ranges, is_negated), &text[at + 1..])),
            '[' if text[at..].starts_with("[:") => match named_class(&text[at..]) {
                Some((name, length)) => {
                    ranges.push_str(name);
                    while chars.next_if(|(next, _)| *next < at + length).is_some() {}
                }
                None => ranges.push_str(r"\["),
            },
            c => {
                let from = unescaped(c, &mut chars);
                range(from, &mut chars, &mut ranges);
            }
        }
    }
    None
}

type Chars<'a> = Peekable<std::str::CharIndices<'a>>;

fn unescaped(c: char, chars: &mut Chars<'_>) -> char {
    if c == '\\' { chars.next().map_or(c, |(_, escaped)| escaped) } else { c }
}

/// Adds the character `from`, or the range that it begins. A descending range matches nothing.
fn range(from: char, chars: &mut Chars<'_>, ranges: &mut String) {
    let mut ahead = chars.clone();
    let to = match (ahead.next(), ahead.next()) {
        (Some((_, '-')), Some((_, to))) if to != ']' => unescaped(to, &mut ahead),
        _ => return ranges.push_str(&escaped(from)),
    };
    *chars = ahead;
    if from <= to {
        ranges.extend([&*escaped(from), "-", &*escaped(to)]);
    }
}

fn escaped(c: char) -> String {
    regex::escape(&c.to_string())
}

fn whole_class(ranges: &str, is_negated: bool) -> String {
    match (ranges.is_empty(), is_negated) {
        (true, false) => r"[^\x00-\x{10FFFF}]".to_owned(),
        (true, true) => "(?s:.)".to_owned(),
        (false, false) => format!("[{ranges}]"),
        (false, true) => format!("[^{ranges}]"),
    }
}

/// Parses `[:alpha:]` and related classes. Regular expressions use the same names.
fn named_class(text: &str) -> Option<(&'static str, usize)> {
    const NAMES: [&str; 13] = [
        "[:alnum:]",
        "[:alpha:]",
        "[:ascii:]",
        "[:blank:]",
        "[:cntrl:]",
        "[:digit:]",
        "[:graph:]",
        "[:lower:]",
        "[:print:]",
        "[:punct:]",
        "[:space:]",
        "[:upper:]",
        "[:xdigit:]",
    ];
    NAMES.iter().find(|name| text.starts_with(**name)).map(|name| (*name, name.len()))
}

/// What the expression contains in place of `!(…)`.
#[derive(Clone, Copy)]
enum Exclusion {
    Anything,
    Inside,
}

fn compile(tokens: &[PatternToken], exclusion: Exclusion) -> Result<Regex, String> {
    let mut expression = String::from(r"\A");
    write(tokens, exclusion, &mut expression);
    expression.push_str(r"\z");
    RegexBuilder::new(&expression)
        .size_limit(MAX_COMPILED)
        .build()
        .map_err(|_| "is too complicated".to_owned())
}

fn write(tokens: &[PatternToken], exclusion: Exclusion, expression: &mut String) {
    for token in tokens {
        match token {
            PatternToken::Char(c) => expression.push_str(&escaped(*c)),
            PatternToken::One => expression.push_str("(?s:.)"),
            PatternToken::Any => expression.push_str("(?s:.*)"),
            PatternToken::Class(class) => expression.push_str(class),
            PatternToken::Group('!', _) if matches!(exclusion, Exclusion::Anything) => {
                expression.push_str("(?s:.*)");
            }
            PatternToken::Group(kind, alternatives) => {
                expression.push_str("(?:");
                for (index, alternative) in alternatives.iter().enumerate() {
                    expression.push_str(if index > 0 { "|" } else { "" });
                    write(alternative, exclusion, expression);
                }
                expression.push(')');
                expression.push_str(match kind {
                    '?' => "?",
                    '*' => "*",
                    '+' => "+",
                    _ => "",
                });
            }
        }
    }
}
