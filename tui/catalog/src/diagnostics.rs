//! Collects the problems of one source, each with its location, field and consequence.

use std::fmt::Display;

use hello_yaml::{At, MapEntry, Node, cut};

use super::{
    AnnotationRule, Problem, Severity,
    message::Message,
    placeholder::{self, Placeholder},
    problems::MAX_NAME,
    rules::{self, Rule},
    value_hint::{self, Expected},
};

/// The maximum number of problems reported for one source; a faulty generator can produce millions.
const MAX_PROBLEMS: usize = 1_000;

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
    untold_severity: Option<Severity>,
    repositories: Vec<String>,
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
            untold_severity: None,
            repositories: Vec::new(),
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

    pub(super) fn error(&mut self, at: At, field: Option<&str>, message: impl Into<Message>) {
        self.errors += 1;
        self.push(at, field, message.into(), Severity::Error, Some(self.consequence));
    }

    pub(super) fn warn(
        &mut self,
        at: At,
        field: Option<&str>,
        message: impl Into<Message>,
        consequence: Option<&str>,
    ) {
        self.push(at, field, message.into(), Severity::Warning, consequence);
    }

    /// Adds an error: a field has a value that is not allowed.
    ///
    /// The field's path is only written out for a problem, so `format_args!` is the cheap way to pass one.
    pub(super) fn wrong(&mut self, at: At, field: impl Display, expected: Expected, node: &Node) {
        let field = field.to_string();
        let rule = format!(
            "\"{field}\" is not valid; expected {} but found {}",
            expected.words(),
            placeholder::found(node)
        );
        self.error(at, Some(&field), Message::new(rule).with_hint(value_hint::hint(expected, node)));
    }

    /// Adds an error: `object`, which begins at `at` and is the field `parent`, lacks a required field.
    pub(super) fn missing(&mut self, at: At, object: &Node, parent: &str, name: &str) {
        let (field, place) = match parent {
            "" => (name.to_owned(), "<root>"),
            parent => (format!("{parent}.{name}"), parent),
        };
        let rule = format!("\"{place}\" must have required property '{name}'");
        self.error(at, Some(&field), Message::new(rule).with_hint(Some(value_hint::missing(object, name))));
    }

    /// Returns the text of a field if it satisfies `rule`. A placeholder is accepted, but its text is not known here.
    pub(super) fn text(&mut self, at: At, field: impl Display, node: &Node, rule: Rule) -> Option<String> {
        match node.text() {
            Some(text) if (rule.holds)(text) => return Some(text.to_owned()),
            Some(_) => self.wrong(at, field, Expected::Text(rule), node),
            None if self.placeholder(at, &field, node) => {}
            None => self.wrong(at, field, Expected::Text(rules::ANY), node),
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
    pub(super) fn items<'n>(&mut self, field: impl Display, entry: &'n MapEntry<'n>) -> &'n [Node<'n>] {
        if let Some(items) = entry.value.items() {
            return items;
        }
        if !self.placeholder(entry.at, &field, &entry.value) {
            self.wrong(entry.at, field, Expected::List, &entry.value);
        }
        &[]
    }

    /// Returns the pairs of a field. A value other than an object is an error.
    pub(super) fn pairs<'n>(&mut self, field: impl Display, entry: &'n MapEntry<'n>) -> &'n [MapEntry<'n>] {
        match entry.value.entries() {
            Some(_) if self.placeholder(entry.at, &field, &entry.value) => &[],
            Some(pairs) => pairs,
            None => {
                self.wrong(entry.at, field, Expected::Object, &entry.value);
                &[]
            }
        }
    }

    /// Reports whether a value is a placeholder, and checks what it reads.
    pub(super) fn placeholder(&mut self, at: At, field: impl Display, node: &Node) -> bool {
        let Some(placeholder) = Placeholder::of(node) else { return false };
        if let Some(consequence) = placeholder.consequence() {
            let rule =
                format!("\"{field}\" uses {}, which Backstage does not know by itself", placeholder.key);
            self.warn(at, Some(&field.to_string()), rule, Some(&consequence));
        }
        if let Some(message) = placeholder.leaves(&self.repositories, &field) {
            self.error(placeholder.at, Some(&field.to_string()), message);
        }
        true
    }

    /// Sets the repositories that the placeholders of the entity may read.
    pub(super) fn within(&mut self, repositories: Vec<String>) {
        self.repositories = repositories;
    }

    /// Returns all problems.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        if let (Some(severity), Some(last)) = (self.untold_severity, self.problems.last()) {
            let rule = format!("this file has {} more problems", self.untold);
            // After the last problem that is listed.
            let Problem { line, column, .. } = *last;
            self.problems.push(Problem { line, column, ..Problem::of_source(self.source, rule, severity) });
        }
        self.problems
    }

    fn push(
        &mut self,
        at: At,
        field: Option<&str>,
        message: Message,
        severity: Severity,
        consequence: Option<&str>,
    ) {
        if self.problems.len() == MAX_PROBLEMS {
            self.untold += 1;
            self.untold_severity = self.untold_severity.max(Some(severity));
            return;
        }
        self.problems.push(Problem {
            source: self.source.clone(),
            line: at.line,
            column: at.column,
            entity: self.entity.clone(),
            field: field.map(str::to_owned),
            rule: message.rule,
            severity,
            consequence: consequence.map(str::to_owned),
            hint: message.hint,
        });
    }
}
