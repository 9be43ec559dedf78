//! Log lines and their sources.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer, Serialize, Serializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{deployment::ServiceRef, time::Timestamp};

/// The source of a log tail.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LogSource {
    /// A log group by name.
    Group(String),
    /// The log group that an ECS service's task definition names.
    Service(ServiceRef),
}

/// One event of a log stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// The event's id, assigned by the service. A repeated event has the same id.
    pub id: String,
    pub stream: String,
    pub at: Timestamp,
    /// When the service ingested the event. The difference to `at` is the delay.
    pub ingested: Option<Timestamp>,
    pub message: String,
    pub level: Level,
}

impl LogLine {
    /// Returns the memory that the line occupies, in bytes.
    pub fn size(&self) -> usize {
        size_of::<Self>() + self.id.capacity() + self.stream.capacity() + self.message.capacity()
    }
}

/// The severity of a line, as far as its text shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Unknown,
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// An event of a log tail, in the order in which the tail produces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TailEvent {
    /// The tail reads this group from now on.
    Opened { group: String },
    /// New lines, oldest first; no line is repeated.
    Lines(Vec<LogLine>),
    /// A complete query found nothing more: the lines shown are complete as of `at`.
    CaughtUp { at: Timestamp },
    /// The service throttled the tail. No line is lost; the next request is sent at `until`.
    Throttled { until: Timestamp },
}

/// Writes the word; nothing for a level that is not known.
impl Serialize for Level {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Some(self.word()).filter(|word| !word.is_empty()).serialize(serializer)
    }
}

impl Level {
    /// Detects the level of a line: the `level` of a JSON object, or the first level word near the start of the text.
    pub fn of(message: &str) -> Self {
        Self::of_json(message).unwrap_or_else(|| Self::of_words(message))
    }

    /// Reads a JSON object up to its level, which is near the start in most lines.
    fn of_json(message: &str) -> Option<Self> {
        let text = message.trim_start();
        if !text.starts_with('{') {
            return None;
        }
        let mut found = None;
        let start = &text[..text.floor_char_boundary(MAX_READ)];
        // A truncated object ends with an error, but a level found before that is valid.
        let _ = serde_json::Deserializer::from_str(start).deserialize_map(FindLevel(&mut found));
        found
    }

    fn of_words(message: &str) -> Self {
        message[..message.floor_char_boundary(MAX_READ)]
            .split(|c: char| !c.is_ascii_alphabetic())
            .filter(|word| !word.is_empty())
            .take(8)
            .map(Self::of_word)
            .find(|level| *level != Self::Unknown)
            .unwrap_or(Self::Unknown)
    }

    fn of_word(word: &str) -> Self {
        let is = |names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
        match () {
            () if is(&["error", "err", "fatal", "critical", "panic", "severe"]) => Self::Error,
            () if is(&["warn", "warning"]) => Self::Warn,
            () if is(&["info", "notice"]) => Self::Info,
            () if is(&["debug"]) => Self::Debug,
            () if is(&["trace"]) => Self::Trace,
            () => Self::Unknown,
        }
    }

    /// Returns the name of the level, without padding.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

/// Stops at the first level of a JSON object.
struct FindLevel<'a>(&'a mut Option<Level>);

impl<'de> Visitor<'de> for FindLevel<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if !matches!(&*key, "level" | "severity" | "lvl") {
                map.next_value::<IgnoredAny>()?;
            } else if let Value::String(word) = map.next_value()? {
                *self.0 = Some(Level::of_word(&word));
                break;
            }
        }
        Ok(())
    }
}

/// How much of a message is read for its level and summary, in bytes. A screen has no room for more.
const MAX_READ: usize = 16 * 1024;

/// Returns a one-line summary of a message. For a JSON object: the request or message first, then the other fields as
/// `name=value`. Other text is returned as it is; a message too long to parse for each frame is truncated.
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
    let request =
        [take(&["http.method", "method"]), take(&["http.path", "path"]), take(&["http.status", "status"])];
    let lasted = take(&["duration_ms"]).map(|ms| format!("{ms}ms"));
    let said = take(&["message", "msg"]);
    let rest = fields
        .iter()
        .filter(|(name, _)| !SHOWN_ELSEWHERE.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}={}", plain(value)));
    request.into_iter().chain([lasted, said]).flatten().chain(rest).collect::<Vec<_>>().join(" ")
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
    fn the_summary_of_an_access_line_begins_with_the_request() {
        let line = r#"{"duration_ms":3,"http.method":"GET","http.path":"/trucks","http.status":200,"level":"INFO","request.id":"a1"}"#;
        assert_eq!(summary(line), "GET /trucks 200 3ms request.id=a1");
        assert_eq!(summary("plain text\n"), "plain text");
    }

    #[test]
    fn of_a_huge_line_only_the_start_is_read() {
        let padding = "x".repeat(1024 * 1024);
        let line = format!(r#"{{"level":"WARN","message":"slow","body":"{padding}"}}"#);
        assert_eq!(Level::of(&line), Level::Warn);
        assert!(summary(&line).len() <= MAX_READ && summary(&line).starts_with(r#"{"level""#));
        assert_eq!(Level::of(&format!("{padding} ERROR")), Level::Unknown);
    }

    #[test]
    fn a_level_is_read_from_json_and_from_words() {
        assert_eq!(Level::of(r#"{"level":"WARN","message":"slow error"}"#), Level::Warn);
        assert_eq!(Level::of("2026-11-23 10:00:00 [ERROR] no such truck"), Level::Error);
        assert_eq!(Level::of("just words"), Level::Unknown);
        assert_eq!(Level::of(r#"{"message":"an error","lvl":"debug"}"#), Level::Debug);
        assert_eq!(Level::of(r#"{"level":30,"message":"an error"}"#), Level::Error);
    }
}
