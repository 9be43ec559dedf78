//! Writes values as the XML of AWS Query: an object's members become elements, a list's items `member` elements.

use quick_xml::escape::escape;
use serde_json::Value;

/// Wraps an operation's output in its response element.
pub(super) fn answer(namespace: &str, operation: &str, output: &Value, request: &str) -> String {
    let mut text = format!("<{operation}Response xmlns=\"{namespace}\">");
    element(&mut text, &format!("{operation}Result"), output);
    text + &format!(
        "<ResponseMetadata><RequestId>{request}</RequestId></ResponseMetadata></{operation}Response>"
    )
}

/// Writes an error.
pub(super) fn error(code: &str, message: &str, request: &str) -> String {
    let (code, message) = (escape(code), escape(message));
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>{request}</RequestId></ErrorResponse>"
    )
}

/// Writes one element; null values are omitted, as in AWS.
fn element(text: &mut String, name: &str, value: &Value) {
    if value.is_null() {
        return;
    }
    text.extend(["<", name, ">"]);
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| element(text, name, value)),
        Value::Array(items) => items.iter().for_each(|item| element(text, "member", item)),
        Value::String(words) => text.push_str(&escape(words.as_str())),
        other => text.push_str(&other.to_string()),
    }
    text.extend(["</", name, ">"]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_have_members_and_text_is_escaped() {
        let value = json!({"Names": ["a<b", "c&d"], "Count": 2, "Gone": null});
        let mut text = String::new();
        element(&mut text, "R", &value);
        assert_eq!(
            text,
            "<R><Count>2</Count><Names><member>a&lt;b</member><member>c&amp;d</member></Names></R>"
        );
    }
}
