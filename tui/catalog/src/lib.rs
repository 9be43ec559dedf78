#![doc = include_str!("../README.md")]
//!
//! # How it reads
//!
//! The input is text, the output is entities and problems. This crate opens no file, uses neither network nor clock,
//! and never panics on input: the caller supplies the text. The rules are those of Backstage's catalog, with one
//! exception: a bad document does not affect the valid documents beside it. Each problem says what Backstage would
//! drop.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod diagnostics;
mod document;
pub mod entity;
mod kinds;
mod location;
mod message;
mod metadata;
mod placeholder;
mod problems;
mod read;
mod reference;
mod relate;
mod rules;
mod search;
mod spec;
mod spelling;
mod suggest;
mod unique;
mod value_hint;

use std::{collections::HashMap, fmt};

pub use location::LocationTarget;
pub use read::{Parsed, Reader, parse_source, read, read_with};
use serde::Serialize;

use crate::entity::{Entity, EntityRef};

/// The size limit of a source, in bytes. A larger source is reported as a problem.
pub const MAX_SOURCE_BYTES: usize = hello_yaml::MAX_BYTES;

/// One descriptor file, wherever the caller read it from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The path or URL, as shown to users. Unique for each source.
    pub name: String,
    pub text: Vec<u8>,
}

/// A check of an annotation's values in addition to Backstage's rules. A failed check is a warning.
#[derive(Debug, Clone, Copy)]
pub struct AnnotationRule {
    pub key: &'static str,
    /// Returns an error that says why the value is not usable.
    pub check: fn(&str) -> Result<(), String>,
}

/// The entities that the sources describe, and the problems found in the sources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Catalog {
    /// In the order of the sources and their documents. No two entities have the same reference.
    pub entities: Vec<Entity>,
    /// Grouped by source, in line order.
    pub problems: Vec<Problem>,
    /// The targets of the Locations among the entities.
    #[serde(skip)]
    pub targets: Vec<LocationTarget>,
}

impl Catalog {
    /// Returns the entity with this reference.
    pub fn find(&self, reference: &EntityRef) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.reference == *reference)
    }

    /// Returns the entities by their references, for more than one [`find`](Self::find).
    pub fn by_reference(&self) -> HashMap<&EntityRef, &Entity> {
        self.entities.iter().map(|entity| (&entity.reference, entity)).collect()
    }

    /// Returns the component that commands use by default.
    pub fn first_component(&self) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.is("Component"))
    }

    /// Reports whether a descriptor, or an entity in one, was rejected.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// Returns the entities that match every word of `text`, best match first. Without any word, returns all entities.
    pub fn search(&self, text: &str) -> Vec<&Entity> {
        search::search(&self.entities, text)
    }
}

/// A problem in a descriptor, with the location to fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub source: String,
    /// Counted from 1, as in editors.
    pub line: usize,
    pub column: usize,
    /// The entity, as far as it could be read: `component:hello-server`.
    pub entity: Option<String>,
    /// The field's path: `metadata.name`, `spec.dependsOn.0`.
    pub field: Option<String>,
    pub rule: String,
    pub severity: Severity,
    /// The consequence in Backstage, if it reaches beyond this problem.
    pub consequence: Option<String>,
    /// What to do about it, as an instruction.
    pub hint: Option<String>,
}

impl Problem {
    /// Creates a problem that concerns a source as a whole.
    pub fn of_source(source: String, rule: String, severity: Severity) -> Self {
        Self {
            source,
            line: 1,
            column: 1,
            entity: None,
            field: None,
            rule,
            severity,
            consequence: None,
            hint: None,
        }
    }

    /// Returns where the problem is: `catalog-info.yaml:7:3`. The place of one that concerns a source as a whole is the
    /// source.
    pub fn place(&self) -> String {
        let Self { source, line, column, .. } = self;
        if (*line, *column) == (1, 1) { source.clone() } else { format!("{source}:{line}:{column}") }
    }

    /// Adds what to do about the problem.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

/// The severity of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The entity is in the catalog, but part of it may not work as intended.
    Warning,
    /// Backstage would reject the entity, so this catalog does not contain it either.
    Error,
}

impl Severity {
    /// Returns the label for users.
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Writes one line in compiler style: `catalog-info.yaml:7:3: error: component:hello: "spec.owner" …`.
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
