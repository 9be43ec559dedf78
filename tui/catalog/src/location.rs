//! What the Locations of a catalog point to.
//!
//! Only names it; whether and how a target is read is the caller's decision.

use super::{Problem, Severity};

/// One target of a Location, and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationTarget {
    /// The source that declares it.
    pub source: String,
    pub line: usize,
    pub column: usize,
    pub entity: String,
    /// `spec.target` or `spec.targets.0`.
    pub field: String,
    /// `file` or `url`; the type of the declaring source when absent.
    pub kind: Option<String>,
    /// A path or URL, possibly relative to the declaring source.
    pub target: String,
    /// Says whether it may be absent.
    pub optional: bool,
}

impl LocationTarget {
    /// Makes a problem of this target.
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
        }
    }
}
