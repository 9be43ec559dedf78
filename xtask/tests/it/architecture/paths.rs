//! The paths that code names: `std::fs` is one whether it stands in a group of imports or in an expression.

use super::{
    code::{self, Token},
    tree::Source,
};

/// A path, in whole; a word by itself is one of a single segment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
    /// The mark behind it: `(` of a call, `!` of a macro.
    pub(super) then: String,
}

/// Returns every path that a file names outside its tests.
pub(super) fn named(source: &Source) -> Vec<Named> {
    if source.is_test() {
        return Vec::new();
    }
    let code = code::blanked(&source.text);
    let mut reader = Reader { tokens: &code::outside_tests(&code::tokens(&code)), at: 0, found: Vec::new() };
    while let Some(token) = reader.peek() {
        if token.is_word() {
            reader.path(&[]);
        } else {
            reader.at += 1;
        }
    }
    reader.found
}

impl Named {
    /// Tells whether `pattern` is part of the path: `std::fs`, `tokio::*`, `io::std*`, `println!`, `spawn(`.
    ///
    /// A star stands for the rest of one segment; a mark at the end must follow the path.
    pub(super) fn holds(&self, pattern: &str) -> bool {
        let path = pattern.trim_end_matches(['!', '(']);
        let wanted: Vec<&str> = path.split("::").collect();
        let fits = |window: &[String]| {
            window.iter().zip(&wanted).all(|(segment, wanted)| match wanted.strip_suffix('*') {
                Some(start) => segment.starts_with(start),
                None => segment == wanted,
            })
        };
        if path.len() < pattern.len() {
            self.then == pattern[path.len()..]
                && self.segments.len() >= wanted.len()
                && fits(&self.segments[self.segments.len() - wanted.len()..])
        } else {
            self.segments.windows(wanted.len()).any(fits)
        }
    }
}

struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
    at: usize,
    found: Vec<Named>,
}

impl<'a> Reader<'_, 'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).copied()
    }

    fn take(&mut self, mark: &str) -> bool {
        let is_there = self.peek().is_some_and(|token| token.text == mark);
        self.at += usize::from(is_there);
        is_there
    }

    /// Reads the path that begins here, below `parent`, and those of its group.
    fn path(&mut self, parent: &[String]) {
        let mut segments = parent.to_vec();
        let line = self.peek().map_or(0, |token| token.line);
        while let Some(token) = self.peek().filter(|token| token.is_word() || token.text == "*") {
            segments.push(token.text.to_owned());
            self.at += 1;
            if !self.take("::") {
                break;
            }
            if self.take("{") {
                return self.group(&segments);
            }
        }
        let then = self.peek().map_or_else(String::new, |token| token.text.to_owned());
        self.found.push(Named { segments, line, then });
    }

    fn group(&mut self, parent: &[String]) {
        while let Some(token) = self.peek() {
            if self.take("}") {
                return;
            }
            if token.is_word() || token.text == "*" {
                self.path(parent);
                self.renamed();
            } else {
                self.at += 1;
            }
        }
    }

    /// Passes over the new name of an import, which is no path.
    fn renamed(&mut self) {
        if self.take("as") {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let found = named(&Source::new("a/src/lib.rs", text));
        found.iter().map(|path| format!("{}@{}", path.segments.join("::"), path.line)).collect()
    }

    #[test]
    fn a_group_is_as_many_paths_as_it_has_ends() {
        let text = "use a::{\n    b::{self, c},\n    d as e,\n    f::*,\n};";
        assert_eq!(paths(text), ["use@1", "a::b::self@2", "a::b::c@2", "a::d@3", "a::f::*@4"]);
    }

    #[test]
    fn paths_are_found_in_expressions() {
        assert_eq!(paths("x.f(a::b::<C>(d))"), ["x@1", "f@1", "a::b@1", "C@1", "d@1"]);
    }

    #[test]
    fn a_pattern_is_found_where_it_stands() {
        let holds = |text: &str, pattern: &str| {
            named(&Source::new("a/src/lib.rs", text)).iter().any(|path| path.holds(pattern))
        };
        assert!(holds("std::time::Instant::now()", "Instant::now"));
        assert!(holds("use std::{fs, io};", "std::fs"));
        assert!(holds("io::stdout()", "io::std*"));
        assert!(holds("println!()", "println!"));
        assert!(holds("a::spawn(b)", "spawn("));
        assert!(holds("aws_sdk_ecs::Client", "aws_*::*"));
        assert!(!holds("let println = 1;", "println!"));
        assert!(!holds("spawn_blocking(b)", "spawn("));
        assert!(!holds("let tokio = 1;", "tokio::*"));
        assert!(!holds("io::Error", "io::std*"));
    }
}
