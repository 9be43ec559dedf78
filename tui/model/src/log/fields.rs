//! The fields of a structured line.

use serde_json::{Map, Value};

/// Returns the fields of a message that is a JSON object, in their order; nothing for other text.
///
/// Texts are returned as they are, other values as JSON; an object in the object over several lines.
pub fn fields(message: &str) -> Vec<(String, String)> {
    let Ok(fields) = serde_json::from_str::<Map<String, Value>>(message) else { return Vec::new() };
    let text = |value: Value| match value {
        Value::String(text) => text,
        Value::Object(_) | Value::Array(_) => {
            serde_json::to_string_pretty(&value).unwrap_or_else(|_| value.to_string())
        }
        other => other.to_string(),
    };
    fields.into_iter().map(|(name, value)| (name, text(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_line_is_there() {
        let line = r#"{"level":"WARN","http.status":503,"error":{"kind":"timeout"},"done":null}"#;
        let names: Vec<(String, String)> = fields(line);
        assert_eq!(names.len(), 4);
        assert!(names.contains(&("http.status".to_owned(), "503".to_owned())));
        assert!(names.contains(&("error".to_owned(), "{\n  \"kind\": \"timeout\"\n}".to_owned())));
        assert_eq!(fields("plain text"), []);
        assert_eq!(fields("[1, 2]"), []);
    }
}
