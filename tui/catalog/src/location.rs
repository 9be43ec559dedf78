//! The targets of the Locations in a catalog.
//!
//! This module only collects targets. The caller decides whether and how to read them.

use super::{Problem, Severity};

/// One target of a Location, and the place where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationTarget {
    /// The source that declares the target.
    pub source: String,
    pub line: usize,
    pub column: usize,
    pub entity: String,
    /// `spec.target` or `spec.targets.0`.
    pub field: String,
    /// `file` or `url`. If absent, the type of the declaring source applies.
    pub kind: Option<String>,
    /// A path or URL, possibly relative to the declaring source.
    pub target: String,
    /// Whether the target may be missing.
    pub optional: bool,
}

impl LocationTarget {
    /// Creates a problem located at this target.
    pub fn problem(&self, rule: String, severity: Severity, consequence: Option<&str>) -> Problem {
        Problem {
            source: self.source.clone(),
            line: self.line,
            column: self.column,
            entity: Some(self.entity.clone()),
            field: Some(self.field.clone()),
            rule,
            severity,
            consequence: consequence.map(str::to_owned),
            hint: None,
        }
    }
}
