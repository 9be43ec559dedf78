//! What was typed into a form, and what is wrong with it.

use std::cell::Cell;

use hello_model::failure::{Failure, Kind};

use super::field::{Field, FieldSpec};
use crate::{
    command::CommandId,
    commands::{NEXT_FIELD, PREVIOUS_FIELD, RESET_FORM},
    screen::Event,
};

/// A form that is filled in. It is the draft, too: closing the form keeps it.
#[derive(Debug)]
pub struct FormState {
    pub(super) fields: Vec<Field>,
    pub(super) focus: usize,
    /// What went wrong beyond single fields.
    pub(super) failure: Option<Failure>,
    /// The first row in view. Only drawing knows how many rows there are.
    pub(super) top: Cell<u16>,
    /// Whether the failure is scrolled to, in place of the field that is typed in.
    pub(super) shows_failure: bool,
}

impl FormState {
    /// Makes a form. Each field begins with the value that stands beside it.
    pub fn new(fields: impl IntoIterator<Item = (FieldSpec, String)>) -> Self {
        let fields = fields.into_iter().map(|(spec, initial)| Field::new(spec, &initial)).collect();
        Self { fields, focus: 0, failure: None, top: Cell::new(0), shows_failure: false }
    }

    /// Executes a command that concerns the form as such.
    pub fn act(&mut self, command: CommandId) {
        let count = self.fields.len().max(1);
        match command {
            NEXT_FIELD => self.focus = (self.focus + 1) % count,
            PREVIOUS_FIELD => self.focus = (self.focus + count - 1) % count,
            RESET_FORM => {
                self.fields.iter_mut().for_each(Field::reset);
                (self.focus, self.failure) = (0, None);
            }
            _ => return,
        }
        self.shows_failure = false;
    }

    /// Takes text that is typed or pasted, and clicks; returns whether a value has changed.
    pub fn on(&mut self, event: &Event<'_>) -> bool {
        let count = self.fields.len().max(1);
        if let Event::Clicked(zone) = event {
            self.focus = zone % count;
        }
        let Some(field) = self.fields.get_mut(self.focus) else { return false };
        let is_changed = match event {
            Event::Typed(key) => field.typed(*key),
            Event::Pasted(text) => field.pasted(text),
            Event::Clicked(zone) => field.clicked((zone / count).checked_sub(1)),
            _ => return false,
        };
        self.shows_failure = false;
        if is_changed {
            self.failure = None;
        }
        is_changed
    }

    /// Checks every field, and goes to the first one that breaks a rule. Returns whether none does.
    pub fn check(&mut self) -> bool {
        self.failure = None;
        for field in &mut self.fields {
            (field.is_checked, field.refused) = (true, None);
        }
        let broken = self.fields.iter().position(|field| field.broken_rule().is_some());
        self.focus = broken.unwrap_or(self.focus);
        self.shows_failure = false;
        broken.is_none()
    }

    /// Shows why a service refused: at the fields where it said so, and else below them.
    pub fn refuse(&mut self, failure: Failure) {
        let Kind::Invalid(faults) = &failure.kind else { return self.fail(failure) };
        let mut elsewhere = Vec::new();
        for fault in faults {
            match self.fields.iter_mut().find(|field| field.spec.name == fault.field) {
                Some(field) => field.refused = Some(fault.rule.clone()),
                None => elsewhere.push(format!("{}: {}", fault.field, fault.rule)),
            }
        }
        let refused = self.fields.iter().position(|field| field.refused.is_some());
        self.focus = refused.unwrap_or(self.focus);
        match (refused, elsewhere.is_empty()) {
            (Some(_), true) => {}
            (_, true) => self.fail(failure),
            (_, false) => {
                let why = elsewhere.join("\n");
                self.fail(Failure { why, ..failure });
            }
        }
    }

    /// Shows what went wrong below the fields.
    pub fn fail(&mut self, mut failure: Failure) {
        failure.hint.get_or_insert_with(|| "enter tries again".to_owned());
        self.failure = Some(failure);
        self.shows_failure = true;
    }

    /// Returns what went wrong beyond single fields, since the last edit.
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Returns the value of a field as it is sent; nothing for a field that the form does not have.
    pub fn value(&self, name: &str) -> String {
        self.fields.iter().find(|field| field.spec.name == name).map(Field::value).unwrap_or_default()
    }

    /// Reports whether a field has another value than at first.
    pub fn is_changed(&self) -> bool {
        self.fields.iter().any(Field::is_changed)
    }

    /// Returns what is wrong with each field, as far as that is said yet.
    pub fn faults(&self) -> Vec<(&str, String)> {
        self.fields.iter().filter_map(|field| Some((&*field.spec.name, field.fault()?))).collect()
    }
}
