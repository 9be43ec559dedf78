//! The summary of a line, for one row of a screen.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::MAX_READ;

/// Returns a one-line summary of a message. For a JSON object: status and duration first, then the request and the
/// message, then the other fields as `name=value`. Other text is returned as it is; a message too long to parse for each frame is truncated.
pub fn summary(message: &str) -> Cow<'_, str> {
    if message.len() > MAX_READ {
        return Cow::Borrowed(&message[..message.floor_char_boundary(MAX_READ)]);
    }
    let message = message.trim_end();
    match serde_json::from_str::<Map<String, Value>>(message) {
        Ok(fields) => Cow::Owned(gist_of(fields)),
        Err(_) => Cow::Borrowed(message),
    }
}

/// Fields that the console shows in their own columns.
const SHOWN_ELSEWHERE: [&str; 6] = ["level", "severity", "lvl", "timestamp", "time", "ts"];

fn gist_of(mut fields: Map<String, Value>) -> String {
    let mut take =
        |names: &[&str]| names.iter().find_map(|name| fields.remove(*name)).map(|value| plain(&value));
    // A path may be longer than a row, so what is of a known length stands before it.
    let status = take(&["http.status", "status"]);
    let lasted = take(&["duration_ms"]).map(|ms| format!("{ms}ms"));
    let request = [take(&["http.method", "method"]), take(&["http.path", "path"])];
    let said = take(&["message", "msg"]);
    let rest = fields
        .iter()
        .filter(|(name, _)| !SHOWN_ELSEWHERE.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}={}", plain(value)));
    [status, lasted]
        .into_iter()
        .chain(request)
        .chain([said])
        .flatten()
        .chain(rest)
        .collect::<Vec<_>>()
        .join(" ")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_of_an_access_line_begins_with_the_status() {
        let line = r#"{"duration_ms":3,"http.method":"GET","http.path":"/trucks","http.status":200,"level":"INFO","request.id":"a1"}"#;
        assert_eq!(summary(line), "200 3ms GET /trucks request.id=a1");
        assert_eq!(summary("plain text\n"), "plain text");
    }
}
