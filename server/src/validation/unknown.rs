//! Refusal of unknown fields. If they were ignored, a client that mistyped a name would believe its value is stored.

use hello_shared::{FieldError, is_invisible};

/// The fields of a truck that a client can set.
const FIELDS: [&str; 4] = ["make", "model", "licensePlate", "status"];

/// The fields of a truck that the service sets.
const READ_ONLY: [&str; 4] = ["id", "createdAt", "updatedAt", "version"];

/// The maximum length of an unknown field's name in an error, in characters.
const NAME_LIMIT: usize = 100;

/// Returns the error for a field that a body must not have; `None` for an allowed field.
pub(super) fn refuse(name: &str) -> Option<FieldError> {
    if FIELDS.contains(&name) {
        return None;
    }
    let pointer = format!("/{}", pointer_part(name));
    if READ_ONLY.contains(&name) {
        let rule = "must be left out: the service sets it";
        return Some(FieldError::new(pointer, rule, "a read-only field"));
    }
    let rule = match FIELDS.into_iter().find(|field| is_like(name, field)) {
        Some(meant) => format!("must be left out, or be called {meant}"),
        None => format!("must be left out: a truck has {}", FIELDS.join(", ")),
    };
    Some(FieldError::new(pointer, rule, "an unknown field"))
}

/// Reports whether a name probably means a field: it is spelled in another style, mistyped, or shortened.
fn is_like(name: &str, field: &str) -> bool {
    let bare = |name: &str| -> String {
        let letters = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        letters.take(NAME_LIMIT).collect()
    };
    let (name, field) = (bare(name), bare(field));
    let typing_errors = (field.len() / 3).min(2);
    name.len() > 3 && field.contains(&name) || strsim::osa_distance(&name, &field) <= typing_errors
}

/// Returns a name as a part of a JSON pointer (RFC 6901), shortened if it is long.
///
/// Invisible characters, and those that a terminal would interpret, are escaped like `\u{1b}`.
fn pointer_part(name: &str) -> String {
    let mut part = String::new();
    for character in name.chars().take(NAME_LIMIT) {
        match character {
            '~' => part.push_str("~0"),
            '/' => part.push_str("~1"),
            unseen if unseen.is_control() || is_invisible(unseen) => part.extend(unseen.escape_unicode()),
            other => part.push(other),
        }
    }
    if name.chars().nth(NAME_LIMIT).is_some() { part + "…" } else { part }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_probably_meant_is_named() {
        for (name, meant) in [
            ("license_plate", "licensePlate"),
            ("LicensePlate", "licensePlate"),
            ("licencePlate", "licensePlate"),
            ("plate", "licensePlate"),
            ("Make", "make"),
            ("mkae", "make"),
            ("modell", "model"),
            ("state", "status"),
        ] {
            let error = refuse(name).unwrap();
            assert_eq!(error.pointer, format!("/{name}"));
            assert_eq!(error.rule, format!("must be left out, or be called {meant}"), "{name}");
        }
        for name in ["colour", "wheels", "", "a", "💥"] {
            assert!(refuse(name).unwrap().rule.starts_with("must be left out: a truck has make"), "{name}");
        }
        assert_eq!(refuse("createdAt").unwrap().found, "a read-only field");
        assert!(FIELDS.iter().all(|name| refuse(name).is_none()));
    }

    #[test]
    fn the_pointer_is_escaped_and_short() {
        assert_eq!(refuse("\u{1b}[31m\u{202E}").unwrap().pointer, "/\\u{1b}[31m\\u{202e}");
        assert_eq!(refuse("a/b~c").unwrap().pointer, "/a~1b~0c");
        assert_eq!(refuse(&"é".repeat(1_000)).unwrap().pointer, format!("/{}…", "é".repeat(100)));
    }
}
