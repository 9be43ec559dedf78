//! Collects the problems of one file.

use hello_yaml::{At, cut, lines};

use crate::problem::{Problem, Severity};

/// The maximum number of problems reported individually.
const MAX_PROBLEMS: usize = 200;

/// The maximum length of a problem's sentence, in characters.
const MAX_SENTENCE: usize = 500;

/// The problems found so far in a file.
#[derive(Debug)]
pub(crate) struct Report<'t> {
    lines: Vec<&'t str>,
    problems: Vec<Problem>,
    left_out: usize,
}

impl<'t> Report<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { lines: lines(text).collect(), problems: Vec::new(), left_out: 0 }
    }

    /// Adds a problem for which GitHub rejects the file.
    pub(crate) fn error(&mut self, at: At, rule: impl AsRef<str>, hint: impl AsRef<str>) {
        self.push(at, rule.as_ref(), hint.as_ref(), Severity::Error);
    }

    /// Adds a problem for which GitHub refuses a dispatch, or a form cannot be complete.
    pub(crate) fn dispatch(&mut self, at: At, rule: impl AsRef<str>, hint: impl AsRef<str>) {
        self.push(at, rule.as_ref(), hint.as_ref(), Severity::Dispatch);
    }

    /// Adds a problem for which GitHub ignores a part of the file.
    pub(crate) fn warn(&mut self, at: At, rule: impl AsRef<str>, hint: impl AsRef<str>) {
        self.push(at, rule.as_ref(), hint.as_ref(), Severity::Warning);
    }

    /// Adds a problem; an empty hint is none.
    pub(crate) fn push(&mut self, at: At, rule: &str, hint: &str, severity: Severity) {
        if self.problems.len() == MAX_PROBLEMS {
            self.left_out += 1;
            return;
        }
        let At { line, column } = at;
        let length = self.line(line).map_or(1, |text| length(text, column));
        let hint = Some(cut(hint, MAX_SENTENCE)).filter(|hint| !hint.is_empty());
        self.problems.push(Problem { line, column, length, rule: cut(rule, MAX_SENTENCE), hint, severity });
    }

    /// Returns a line of the file, counted from 1.
    pub(crate) fn line(&self, line: usize) -> Option<&'t str> {
        self.lines.get(line.checked_sub(1)?).copied()
    }

    /// Returns the problems in line order. If some were left out, the last one says how many.
    pub(crate) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        if let (1.., Some(last)) = (self.left_out, self.problems.last()) {
            let rule = format!("this file has {} more problems", self.left_out);
            self.problems.push(Problem { rule, hint: None, ..last.clone() });
        }
        self.problems
    }
}

/// Returns the number of characters of the word or the quoted text that begins at a column.
fn length(line: &str, column: usize) -> usize {
    let mut rest = line.chars().skip(column.saturating_sub(1)).peekable();
    let Some(first) = rest.next() else { return 1 };
    if matches!(first, '"' | '\'') {
        let inside = rest.clone().take_while(|c| *c != first).count();
        let is_closed = rest.clone().nth(inside).is_some();
        return if is_closed { inside + 2 } else { 1 };
    }
    let mut count = 1;
    while let Some(c) = rest.next() {
        let ends = c == ':' && rest.peek().is_none_or(|next| next.is_whitespace());
        if ends || c.is_whitespace() || matches!(c, ',' | ']' | '}') {
            break;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_as_long_as_its_word() {
        for (line, column, expected) in [
            ("runs_on: x", 1, 7),
            ("{a: 1, b: 2}", 8, 1),
            ("uses: a/b@v1 # note", 7, 6),
            ("a: 'x y' # it's", 4, 5),
            ("a: \"x", 4, 1),
            ("a:", 9, 1),
        ] {
            assert_eq!(length(line, column), expected, "{line}");
        }
    }

    #[test]
    fn only_some_of_many_problems_are_kept() {
        let mut report = Report::new("a: 1\n");
        for _ in 0..1_000 {
            report.error(At::START, "wrong", "");
        }
        let problems = report.into_problems();
        assert_eq!(problems.len(), MAX_PROBLEMS + 1);
        assert!(problems[MAX_PROBLEMS].rule.contains("800 more"));
    }
}
