//! One field of a form: its declaration, and what was typed into it.

use std::{borrow::Cow, fmt};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;

use crate::line_input;

/// A field, declared.
#[derive(Debug, Clone)]
pub struct FieldSpec {
    /// Its name on the wire: `licensePlate`.
    pub name: Cow<'static, str>,
    pub label: Cow<'static, str>,
    pub kind: FieldKind,
    /// What belongs there.
    pub hint: Cow<'static, str>,
    /// Returns the rule that a value breaks, if it breaks one.
    pub check: fn(&str) -> Option<String>,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of text. Blanks around it do not count.
    Text,
    /// A decimal number, or nothing.
    Number,
    /// A text that is shown as dots.
    Secret,
    /// One of these. The first one is chosen at first.
    Choice(Vec<Cow<'static, str>>),
    /// `true` or `false`.
    Boolean,
}

/// A field with what was typed into it.
#[derive(Clone)]
pub(super) struct Field {
    pub(super) spec: FieldSpec,
    pub(super) value: FieldValue,
    /// What was there before anything was typed.
    initial: String,
    /// Whether its value is checked: since its first edit, or since the form was to be saved.
    pub(super) is_checked: bool,
    /// What the service said of the value.
    pub(super) refused: Option<String>,
}

#[derive(Clone)]
pub(super) enum FieldValue {
    Line(Input),
    Choice(usize),
    Boolean(bool),
}

impl FieldSpec {
    pub fn new(name: impl Into<Cow<'static, str>>, label: impl Into<Cow<'static, str>>) -> Self {
        let (name, label) = (name.into(), label.into());
        Self { name, label, kind: FieldKind::Text, hint: Cow::Borrowed(""), check: |_| None }
    }

    #[must_use]
    pub fn kind(self, kind: FieldKind) -> Self {
        Self { kind, ..self }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    #[must_use]
    pub fn check(self, check: fn(&str) -> Option<String>) -> Self {
        Self { check, ..self }
    }

    fn options(&self) -> &[Cow<'static, str>] {
        match &self.kind {
            FieldKind::Choice(options) => options,
            _ => &[],
        }
    }
}

impl Field {
    pub(super) fn new(spec: FieldSpec, initial: &str) -> Self {
        let value = FieldValue::Boolean(false);
        let mut field = Self { spec, value, initial: initial.to_owned(), is_checked: false, refused: None };
        field.reset();
        field
    }

    /// Drops what was typed.
    pub(super) fn reset(&mut self) {
        self.value = match &self.spec.kind {
            FieldKind::Text | FieldKind::Number | FieldKind::Secret => {
                FieldValue::Line(Input::new(self.initial.clone()))
            }
            FieldKind::Choice(options) => {
                FieldValue::Choice(options.iter().position(|option| *option == self.initial).unwrap_or(0))
            }
            FieldKind::Boolean => FieldValue::Boolean(self.initial == "true"),
        };
        (self.is_checked, self.refused) = (false, None);
    }

    /// Returns the value as it is sent. A secret is sent as it was typed, any other text without blanks around it.
    pub(super) fn value(&self) -> String {
        match &self.value {
            FieldValue::Line(input) if self.spec.kind == FieldKind::Secret => input.value().to_owned(),
            FieldValue::Line(input) => input.value().trim().to_owned(),
            FieldValue::Choice(at) => {
                self.spec.options().get(*at).map(ToString::to_string).unwrap_or_default()
            }
            FieldValue::Boolean(is_true) => is_true.to_string(),
        }
    }

    /// Reports whether its value is another one than at first.
    pub(super) fn is_changed(&self) -> bool {
        self.value() != Self::new(self.spec.clone(), &self.initial).value()
    }

    /// Returns the rule that the value breaks, whether or not it is checked yet.
    pub(super) fn broken_rule(&self) -> Option<String> {
        let value = self.value();
        let is_number = || value.parse::<f64>().is_ok_and(f64::is_finite);
        if self.spec.kind == FieldKind::Number && !value.is_empty() && !is_number() {
            return Some("must be a number".to_owned());
        }
        (self.spec.check)(&value)
    }

    /// Returns what is wrong with the value, as far as that is said yet.
    pub(super) fn fault(&self) -> Option<String> {
        self.refused.clone().or_else(|| self.broken_rule().filter(|_| self.is_checked))
    }

    /// Takes a key; returns whether the value has changed.
    pub(super) fn typed(&mut self, key: KeyEvent) -> bool {
        let before = self.value();
        match (&mut self.value, key.code) {
            (FieldValue::Line(input), _) => {
                let is_changed = line_input::typed(input, key);
                return self.edited(is_changed);
            }
            (_, _) if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {}
            (FieldValue::Boolean(is_true), KeyCode::Char(' ') | KeyCode::Left | KeyCode::Right) => {
                *is_true = !*is_true;
            }
            (FieldValue::Boolean(is_true), KeyCode::Char('y' | 't')) => *is_true = true,
            (FieldValue::Boolean(is_true), KeyCode::Char('n' | 'f')) => *is_true = false,
            (FieldValue::Boolean(_), _) => {}
            (FieldValue::Choice(at), code) => *at = chosen(self.spec.options(), *at, code),
        }
        self.edited(before != self.value())
    }

    /// Takes pasted text without control and invisible characters; returns whether the value has changed.
    pub(super) fn pasted(&mut self, text: &str) -> bool {
        let is_changed = match &mut self.value {
            FieldValue::Line(input) => line_input::pasted(input, text.trim()),
            FieldValue::Choice(at) => {
                let text: String = line_input::visible(text).collect();
                let named =
                    self.spec.options().iter().position(|option| option.eq_ignore_ascii_case(text.trim()));
                let is_other = named.is_some_and(|named| named != *at);
                *at = named.unwrap_or(*at);
                is_other
            }
            FieldValue::Boolean(_) => false,
        };
        self.edited(is_changed)
    }

    /// Chooses an option that was clicked; returns whether the value has changed.
    pub(super) fn clicked(&mut self, option: Option<usize>) -> bool {
        let before = self.value();
        match (&mut self.value, option) {
            (FieldValue::Choice(at), Some(option)) if option < self.spec.options().len() => *at = option,
            (FieldValue::Boolean(is_true), Some(_)) => *is_true = !*is_true,
            _ => {}
        }
        self.edited(before != self.value())
    }

    fn edited(&mut self, is_changed: bool) -> bool {
        if is_changed {
            (self.is_checked, self.refused) = (true, None);
        }
        is_changed
    }
}

impl fmt::Debug for Field {
    /// Leaves out a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.spec.kind == FieldKind::Secret { "…".to_owned() } else { self.value() };
        f.debug_struct("Field").field("name", &self.spec.name).field("value", &value).finish_non_exhaustive()
    }
}

/// Returns the option that a key chooses: the next or previous one, or the next one that begins with a letter.
fn chosen(options: &[Cow<'static, str>], at: usize, code: KeyCode) -> usize {
    let count = options.len().max(1);
    match code {
        KeyCode::Right | KeyCode::Char(' ') => (at + 1) % count,
        KeyCode::Left => (at + count - 1) % count,
        KeyCode::Home => 0,
        KeyCode::End => count - 1,
        KeyCode::Char(letter) => {
            let begins = |option: &&usize| {
                let first = options.get(**option).and_then(|option| option.chars().next());
                first.is_some_and(|first| first.to_lowercase().eq(letter.to_lowercase()))
            };
            let order: Vec<usize> = (1..=count).map(|step| (at + step) % count).collect();
            order.iter().find(begins).copied().unwrap_or(at)
        }
        _ => at,
    }
}
