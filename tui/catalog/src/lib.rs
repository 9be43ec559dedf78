#![doc = include_str!("../README.md")]
//!
//! # How it reads
//!
//! Text in, entities and problems out. Nothing here opens a file, uses the network or the time, or panics on input: the
//! caller brings the text. The rules are those of Backstage's catalog, except that a bad document never
//! takes its good siblings along: the problem says what Backstage would drop.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod builder;
mod document;
pub mod entity;
mod findings;
mod kinds;
mod location;
mod metadata;
mod node;
mod parse;
mod problems;
mod read;
mod reference;
mod relate;
mod rules;
mod scalar;
mod search;
mod spec;
mod unique;

use std::fmt;

pub use location::LocationTarget;
pub use read::{Reader, read, read_with};
use serde::Serialize;

use crate::entity::{Entity, EntityRef};

/// The largest source that is read, in bytes; a larger one is a problem.
pub const LARGEST_SOURCE: usize = parse::LARGEST;

/// One descriptor file, as it came from wherever it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path or URL, as shown to people. Two sources never share one.
    pub name: String,
    pub text: Vec<u8>,
}

/// A check of an annotation's values, beside Backstage's rules. A value that fails it is a warning.
#[derive(Debug, Clone, Copy)]
pub struct AnnotationRule {
    pub key: &'static str,
    /// Says why a value leads nowhere.
    pub check: fn(&str) -> Result<(), String>,
}

/// What the sources describe, and what is wrong with them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Catalog {
    /// In the order of the sources and of the documents in them; no two with the same reference.
    pub entities: Vec<Entity>,
    /// Those of one source in the order of its lines.
    pub problems: Vec<Problem>,
    /// What the Locations among the entities point to.
    #[serde(skip)]
    pub targets: Vec<LocationTarget>,
}

impl Catalog {
    /// Returns the entity with this reference.
    pub fn find(&self, reference: &EntityRef) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.reference == *reference)
    }

    /// Returns what a command is about when it is not told.
    pub fn first_component(&self) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.is("Component"))
    }

    /// Says whether some descriptor, or an entity of one, could not be taken.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Returns the entities that match every word of `text`, the best first; all of them when there is no word.
    pub fn search(&self, text: &str) -> Vec<&Entity> {
        search::search(&self.entities, text)
    }
}

/// Something wrong in a descriptor, at a place where a person can mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub source: String,
    /// Counted from 1, as editors do.
    pub line: usize,
    pub column: usize,
    /// The entity as far as it could be read: `component:hello-server`.
    pub entity: Option<String>,
    /// The field's path: `metadata.name`, `spec.dependsOn.0`.
    pub field: Option<String>,
    pub rule: String,
    pub severity: Severity,
    /// What Backstage would do, when that is more than this problem tells.
    pub consequence: Option<String>,
}

impl Problem {
    /// Makes a problem of a source as a whole.
    pub fn of_source(source: String, rule: String, severity: Severity) -> Self {
        Self { source, line: 1, column: 1, entity: None, field: None, rule, severity, consequence: None }
    }
}

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The entity is there, but not all of it is as it was meant.
    Warning,
    /// Backstage would not take the entity, and neither is it in the catalog here.
    Error,
}

impl Severity {
    /// Returns the word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Writes one line as compilers do: `catalog-info.yaml:7:3: error: component:hello: "spec.owner" …`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, line, column, entity, rule, severity, .. } = self;
        write!(f, "{source}:{line}:{column}: {}: ", severity.word())?;
        if let Some(entity) = entity {
            write!(f, "{entity}: ")?;
        }
        f.write_str(rule)
    }
}
