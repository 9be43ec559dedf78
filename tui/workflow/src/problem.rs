//! A problem of a workflow file.

use std::fmt;

use crate::excerpt::{self, Excerpt};

/// A problem in a workflow file, with the location to fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1, as in editors.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// The number of characters to point at, at least 1.
    pub length: usize,
    /// What is wrong, as a sentence.
    pub rule: String,
    /// What to do about it, as an instruction.
    pub hint: Option<String>,
    pub severity: Severity,
}

/// The consequence of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// GitHub takes the file, but ignores a part of it.
    Warning,
    /// GitHub takes the file, but refuses a dispatch, or a form cannot be complete.
    Dispatch,
    /// GitHub rejects the file: a run of it has no jobs.
    Error,
}

impl Severity {
    /// Returns the label for users.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Dispatch | Self::Error => "error",
        }
    }
}

impl Problem {
    /// Returns the line of the problem with a caret below, at most `width` columns wide.
    ///
    /// `text` is the text that the problem was found in. Without that line, returns `None`.
    pub fn excerpt(&self, text: &str, width: usize) -> Option<Excerpt> {
        let line = hello_yaml::lines(text).nth(self.line.checked_sub(1)?)?;
        Some(excerpt::excerpt(line, self.column, self.length, width))
    }
}

/// Writes `line 10, column 25: …`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, rule, .. } = self;
        write!(f, "line {line}, column {column}: {rule}")
    }
}
