//! A YAML tree in which every node knows its source location.

use std::{borrow::Cow, rc::Rc};

/// A location in a source; both numbers count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    pub line: usize,
    pub column: usize,
}

impl At {
    /// Where every source begins.
    pub const START: Self = Self { line: 1, column: 1 };
}

/// A value and its location.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'t> {
    pub at: At,
    pub value: Value<'t>,
}

/// A value of YAML's core schema. Text is borrowed from the source where it stands there as it is. Collections are
/// shared, so an alias is cheap even if its anchor is large.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'t> {
    Null,
    /// With the text as written.
    Bool(bool, Cow<'t, str>),
    /// Kept as written, because it is never used in arithmetic.
    Number(Cow<'t, str>),
    Text(Cow<'t, str>),
    List(Rc<Vec<Node<'t>>>),
    Map(Rc<Vec<MapEntry<'t>>>),
}

/// One pair of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapEntry<'t> {
    pub key: Cow<'t, str>,
    /// The location of the key, where a user looks for the field.
    pub at: At,
    pub value: Node<'t>,
}

impl<'t> Node<'t> {
    /// Returns the pairs of a map, or `None` for any other value.
    pub fn entries(&self) -> Option<&[MapEntry<'t>]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// Returns the items of a list, or `None` for any other value.
    pub fn items(&self) -> Option<&[Node<'t>]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the text of a string, or `None` for any other value.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the pair with this key.
    pub fn get(&self, key: &str) -> Option<&MapEntry<'t>> {
        self.entries()?.iter().find(|entry| entry.key == key)
    }

    /// Returns the text under this key, if there is one.
    pub fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key)?.value.text()
    }

    /// Returns a short description of the value for messages: `"somthing-"`, `the number 5`, `a list`.
    pub fn found(&self) -> String {
        match &self.value {
            Value::Null => "null".to_owned(),
            Value::Bool(value, _) => format!("the boolean {value}"),
            Value::Number(text) => format!("the number {}", shortened(text)),
            Value::Text(text) => format!("\"{}\"", shortened(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "an object".to_owned(),
        }
    }
}

/// Returns `text`, cut to a length suitable for messages.
pub fn shortened(text: &str) -> String {
    cut(text, 80)
}

/// Returns `text`, or its first `most` characters followed by `…`.
pub fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
