//! Compares the keys of a map with those that GitHub knows.

use std::collections::HashMap;

use hello_yaml::{MapEntry, Node, Value, closest, shortened};

use crate::{problem::Severity, report::Report};

/// A kind of map, as in messages, and the keys that GitHub knows in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keys {
    place: &'static str,
    known: &'static [&'static str],
    /// Says where a key belongs that is known in another place.
    elsewhere: fn(&str) -> Option<&'static str>,
}

impl Keys {
    pub(crate) const fn new(place: &'static str, known: &'static [&'static str]) -> Self {
        Self { place, known, elsewhere: |_| None }
    }

    /// Also says where a key belongs that is known in another place.
    pub(crate) const fn with_elsewhere(self, elsewhere: fn(&str) -> Option<&'static str>) -> Self {
        Self { elsewhere, ..self }
    }

    /// Reports whether GitHub knows a key here.
    pub(crate) fn contain(self, key: &str) -> bool {
        self.known.contains(&key)
    }

    /// Returns the key that was probably meant.
    pub(crate) fn closest(self, key: &str) -> Option<&'static str> {
        closest(key, self.known.iter().copied())
    }

    /// Reports each unknown key of a map as an error.
    pub(crate) fn check(self, map: &Node, report: &mut Report<'_>) {
        self.check_as(Severity::Error, map, report);
    }

    /// Reports each unknown key of a map.
    pub(crate) fn check_as(self, severity: Severity, map: &Node, report: &mut Report<'_>) {
        check_case(map, report);
        for entry in map.entries().unwrap_or_default() {
            if !self.contain(&entry.key) && !is_expression(&entry.key) {
                self.unknown(severity, entry, report);
            }
        }
    }

    /// Reports a key that is none of the known ones.
    pub(crate) fn unknown(self, severity: Severity, entry: &MapEntry, report: &mut Report<'_>) {
        if entry.key == "<<" {
            let hint = "use an alias for a whole value, or write the keys out";
            report.push(entry.at, "GitHub knows no merge keys", hint, severity);
            return;
        }
        let rule = format!("`{}` is no key of {}", shortened(&entry.key), self.place);
        let hint = match (self.closest(&entry.key), (self.elsewhere)(&entry.key)) {
            (_, Some(place)) => place.to_owned(),
            (Some(near), None) => format!("did you mean `{near}`?"),
            (None, None) => format!("GitHub knows {}", self.known.join(", ")),
        };
        report.push(entry.at, &rule, &hint, severity);
    }
}

/// Reports keys of a map that differ by case only: for GitHub they are the same.
pub(crate) fn check_case(map: &Node, report: &mut Report<'_>) {
    let entries = map.entries().unwrap_or_default();
    let mut seen: HashMap<String, &str> = HashMap::with_capacity(entries.len());
    for entry in entries.iter().filter(|entry| !entry.key.is_empty() && !is_expression(&entry.key)) {
        if let Some(other) = seen.insert(entry.key.to_uppercase(), &entry.key) {
            let (key, other) = (shortened(&entry.key), shortened(other));
            let rule = format!("`{key}` is there already, as `{other}`: case makes no difference");
            report.error(entry.at, rule, "remove one of the two, or rename it");
        }
    }
}

/// Reports whether a key or a value is computed when the workflow runs.
pub(crate) fn is_expression(text: &str) -> bool {
    text.trim_start().starts_with("${{")
}

/// Returns the text of a scalar as written, or `None` for null and collections.
pub(crate) fn scalar<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match &node.value {
        Value::Text(text) | Value::Number(text) | Value::Bool(_, text) => Some(text),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

/// Returns the scalar under a key as written.
pub(crate) fn scalar_at(map: &Node, key: &str) -> Option<String> {
    scalar(&map.get(key)?.value).map(str::to_owned)
}

/// Reports whether a value is null, as one is if nothing stands after its key.
pub(crate) fn is_null(node: &Node) -> bool {
    node.value == Value::Null
}

/// Returns what a value is, for messages: `a list`, `a map`, `empty`, `"text"`.
pub(crate) fn found(node: &Node) -> String {
    match &node.value {
        Value::Null => "empty".to_owned(),
        Value::Map(_) => "a map".to_owned(),
        _ => node.found(),
    }
}
