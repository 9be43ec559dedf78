//! What to do about a value that is missing or of the wrong type.

use hello_yaml::{LIST_KEY, MAP_KEY, Node, Value, closest, shortened};

use super::{
    placeholder::{self, PLACEHOLDERS},
    rules::Rule,
};

/// What a field has to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expected {
    Text(Rule),
    List,
    Object,
}

impl Expected {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Text(rule) => rule.expects,
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// Returns what to do about a value that is not as expected.
pub(super) fn hint(expected: Expected, node: &Node) -> Option<String> {
    match (expected, &node.value) {
        (Expected::Text(rule), Value::Text(text)) => rule.accepted(text),
        (Expected::Text(_), Value::Number(text) | Value::Bool(_, text)) => {
            Some(format!("quote it: \"{}\"", shortened(text)))
        }
        (Expected::Text(_), Value::Null) => Some("write a text, or remove it".to_owned()),
        (Expected::Text(_), Value::List(_)) => Some("write a single text, not a list".to_owned()),
        (Expected::Text(_), Value::Map(_)) => Some(text_for_object(node)),
        (Expected::List, Value::Null) => Some("write a list, as in [a, b], or remove it".to_owned()),
        (Expected::List, Value::Map(_)) => Some("begin each item with \"- \"".to_owned()),
        (Expected::List, Value::Text(text) | Value::Number(text) | Value::Bool(_, text)) => {
            Some(format!("write it as a list: [{}]", shortened(text)))
        }
        (Expected::Object, Value::Null) => {
            Some("write its fields below it, indented, or remove it".to_owned())
        }
        (Expected::Object, _) => Some("write it as NAME: VALUE pairs, one in a line".to_owned()),
        (Expected::List, Value::List(_)) => None,
    }
}

fn text_for_object(node: &Node) -> String {
    if let Some(key) = placeholder::unknown(node) {
        let known = PLACEHOLDERS.map(|(key, _)| key);
        let list = known.join(", ");
        return match closest(key, known) {
            Some(near) => format!("did you mean {near}? Backstage knows {list}"),
            None => format!("Backstage knows the placeholders {list}"),
        };
    }
    let keys: Vec<&str> = node.entries().unwrap_or_default().iter().map(|entry| &*entry.key).collect();
    match keys.as_slice() {
        [MAP_KEY | LIST_KEY] => {
            "quote the text: without quotes, a text that begins with { is an object".to_owned()
        }
        [key] if key.starts_with('$') => format!("name one file, as in {key}: ./FILE"),
        _ => "write a text, or take it from a file with $text: ./FILE".to_owned(),
    }
}

/// Returns what to do about an object without the field `name`.
pub(super) fn missing(object: &Node, name: &str) -> String {
    let keys = object.entries().unwrap_or_default().iter().map(|entry| &*entry.key);
    if let Some(near) = closest(name, keys) {
        return format!("rename \"{}\" to \"{name}\"", shortened(near));
    }
    let example = match name {
        "apiVersion" => "apiVersion: backstage.io/v1alpha1",
        "kind" => "kind: Component",
        "lifecycle" => "lifecycle: production",
        "owner" => "owner: group:NAME",
        "definition" => "definition: {$text: ./FILE}",
        "children" => "children: []",
        "memberOf" => "memberOf: []",
        "url" => "url: https://example.com",
        _ => return format!("add \"{name}\""),
    };
    format!("add it, as in {example}")
}
