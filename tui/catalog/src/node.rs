//! YAML as a tree that knows where each part was written.

use std::rc::Rc;

/// A place in a source; both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub line: usize,
    pub column: usize,
}

impl At {
    pub(super) const START: Self = Self { line: 1, column: 1 };
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub at: At,
    pub value: Value,
}

/// A value of YAML's core schema. Collections are shared, so an alias costs nothing however large its anchor is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// As it was written: nothing here counts with it.
    Number(String),
    Text(String),
    List(Rc<[Node]>),
    Map(Rc<[Entry]>),
}

/// One pair of a map.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    /// The place of the key: where a person looks for the field.
    pub at: At,
    pub value: Node,
}

impl Node {
    /// Returns the pairs of a map, or nothing when it is no map.
    pub(super) fn entries(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// Returns the items of a list, or nothing when it is no list.
    pub(super) fn items(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the text of a string, or nothing when it is another value.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the pair with this key.
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().find(|entry| entry.key == key)
    }

    /// Returns the text under this key, if there is one.
    pub(super) fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key)?.value.text()
    }

    /// Returns the target of a placeholder such as `$text: ./file`, which stands for what lies there.
    pub(super) fn placeholder(&self) -> Option<&str> {
        match self.entries()? {
            [only] if ["$text", "$json", "$yaml"].contains(&only.key.as_str()) => only.value.text(),
            _ => None,
        }
    }

    /// Tells a person what stands here, shortened: `"somthing-"`, `the number 5`, `a list`.
    pub(super) fn found(&self) -> String {
        match &self.value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => format!("the boolean {value}"),
            Value::Number(text) => format!("the number {}", shortened(text)),
            Value::Text(text) => format!("\"{}\"", shortened(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "an object".to_owned(),
        }
    }
}

/// Returns `text` cut to what fits in a message.
pub(super) fn shortened(text: &str) -> String {
    cut(text, 80)
}

/// Returns `text`, or its first `most` characters and a sign that it goes on.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
