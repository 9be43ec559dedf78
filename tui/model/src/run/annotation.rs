//! What jobs have to say about lines of files.

use serde::Serialize;

/// A remark of a job, often about a line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Annotation {
    /// GitHub's word: `failure`, `warning`, `notice`.
    pub level: String,
    pub path: String,
    /// Counted from 1; zero if it is about no line.
    pub line: u64,
    pub title: Option<String>,
    pub message: String,
}

impl Annotation {
    /// Returns where it is: `src/lib.rs:7`. An annotation of the job itself has no place.
    pub fn place(&self) -> Option<String> {
        match (self.path.as_str(), self.line) {
            // GitHub names its own folder where a job has failed without a file.
            ("" | ".github", _) => None,
            (path, 0) => Some(path.to_owned()),
            (path, line) => Some(format!("{path}:{line}")),
        }
    }
}
