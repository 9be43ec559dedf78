//! Collects the problems of one source, each with its location, field and consequence.

use std::fmt::Display;

use super::{
    AnnotationRule, Problem, Severity,
    node::{At, Entry, Node, cut},
    problems::MAX_NAME,
    rules::{self, Rule},
};

/// The maximum number of problems reported for one source; a faulty generator can produce millions.
const MOST_PROBLEMS: usize = 1_000;

/// The consequence if Backstage drops a whole file.
pub(super) const FILE_LOST: &str = "Backstage takes nothing of this file";

/// The consequence if Backstage drops one entity.
pub(super) const ENTITY_LOST: &str = "Backstage leaves this entity out";

/// The problems found so far in one source.
pub(super) struct Diagnostics {
    source: String,
    annotations: &'static [AnnotationRule],
    entity: Option<String>,
    consequence: &'static str,
    problems: Vec<Problem>,
    errors: usize,
    untold: usize,
}

impl Diagnostics {
    pub(super) fn new(source: &str, annotations: &'static [AnnotationRule]) -> Self {
        Self {
            source: source.to_owned(),
            annotations,
            entity: None,
            consequence: FILE_LOST,
            problems: Vec::new(),
            errors: 0,
            untold: 0,
        }
    }

    /// Sets the entity and the consequence for the problems that follow.
    pub(super) fn about(&mut self, entity: Option<String>, consequence: &'static str) {
        // Cut because every problem repeats the name.
        self.entity = entity.map(|entity| cut(&entity, MAX_NAME));
        self.consequence = consequence;
    }

    /// Returns the rule for this annotation's values, if there is one.
    pub(super) fn annotation_rule(&self, key: &str) -> Option<&'static AnnotationRule> {
        self.annotations.iter().find(|rule| rule.key == key)
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }

    pub(super) fn entity(&self) -> Option<&str> {
        self.entity.as_deref()
    }

    /// Returns the number of errors found so far.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    pub(super) fn error(&mut self, at: At, field: Option<&str>, rule: impl Into<String>) {
        self.errors += 1;
        self.push(at, field, rule.into(), Severity::Error, Some(self.consequence));
    }

    pub(super) fn warn(
        &mut self,
        at: At,
        field: Option<&str>,
        rule: impl Into<String>,
        consequence: Option<&str>,
    ) {
        self.push(at, field, rule.into(), Severity::Warning, consequence);
    }

    /// Adds an error: a field has a value that is not allowed.
    ///
    /// The field's path is only written out for a problem, so `format_args!` is the cheap way to pass one.
    pub(super) fn wrong(&mut self, at: At, field: impl Display, expects: &str, node: &Node) {
        let field = field.to_string();
        let rule = format!("\"{field}\" is not valid; expected {expects} but found {}", node.found());
        self.error(at, Some(&field), rule);
    }

    /// Adds an error: `parent`, which begins at `at`, lacks a required field.
    pub(super) fn missing(&mut self, at: At, parent: &str, name: &str) {
        let (field, place) = match parent {
            "" => (name.to_owned(), "<root>"),
            parent => (format!("{parent}.{name}"), parent),
        };
        self.error(at, Some(&field), format!("\"{place}\" must have required property '{name}'"));
    }

    /// Returns the text of a field if it satisfies `rule`. A placeholder is accepted, but its text is not known here.
    pub(super) fn text(&mut self, at: At, field: impl Display, node: &Node, rule: Rule) -> Option<String> {
        match node.text() {
            Some(text) if (rule.holds)(text) => return Some(text.to_owned()),
            Some(_) => self.wrong(at, field, rule.expects, node),
            None if node.placeholder().is_some() => {}
            None => self.wrong(at, field, rules::ANY.expects, node),
        }
        None
    }

    /// Returns the text of an object's field `name`, if the field is present.
    pub(super) fn text_of(
        &mut self,
        path: impl Display,
        object: &Node,
        name: &str,
        rule: Rule,
    ) -> Option<String> {
        let entry = object.get(name)?;
        self.text(entry.at, format_args!("{path}.{name}"), &entry.value, rule)
    }

    /// Returns the items of a field. A value other than a list is an error.
    pub(super) fn items<'n>(&mut self, field: impl Display, entry: &'n Entry<'n>) -> &'n [Node<'n>] {
        if let Some(items) = entry.value.items() {
            return items;
        }
        if entry.value.placeholder().is_none() {
            self.wrong(entry.at, field, "a list", &entry.value);
        }
        &[]
    }

    /// Returns the pairs of a field. A value other than an object is an error.
    pub(super) fn pairs<'n>(&mut self, field: impl Display, entry: &'n Entry<'n>) -> &'n [Entry<'n>] {
        match entry.value.entries() {
            Some(_) if entry.value.placeholder().is_some() => &[],
            Some(pairs) => pairs,
            None => {
                self.wrong(entry.at, field, "an object", &entry.value);
                &[]
            }
        }
    }

    /// Returns all problems.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        if self.untold > 0 {
            let rule = format!("has {} more problems", self.untold);
            self.problems.push(Problem::of_source(self.source, rule, Severity::Error));
        }
        self.problems
    }

    fn push(
        &mut self,
        at: At,
        field: Option<&str>,
        rule: String,
        severity: Severity,
        consequence: Option<&str>,
    ) {
        if self.problems.len() == MOST_PROBLEMS {
            self.untold += 1;
            return;
        }
        self.problems.push(Problem {
            source: self.source.clone(),
            line: at.line,
            column: at.column,
            entity: self.entity.clone(),
            field: field.map(str::to_owned),
            rule,
            severity,
            consequence: consequence.map(str::to_owned),
        });
    }
}
