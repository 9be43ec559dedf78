//! Log lines and where they come from.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{deployment::ServiceRef, time::Timestamp};

/// Where a tail reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LogSource {
    /// A log group by name.
    Group(String),
    /// The log group that an ECS service's task definition names.
    Service(ServiceRef),
}

/// One event of a log stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The service's own id of the event: what repeats carries the same.
    pub id: String,
    pub stream: String,
    pub at: Timestamp,
    /// When the service took it in; the difference to `at` is its lateness.
    pub ingested: Option<Timestamp>,
    pub message: String,
    pub level: Level,
}

/// How serious a line is, as far as its text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Unknown,
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// What a tail tells, in the order it learns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TailNews {
    /// The tail reads this group from now on.
    Opened { group: String },
    /// New lines, oldest first, each told once.
    Lines(Vec<LogLine>),
    /// A whole look found nothing more: what is shown is complete as of `at`.
    CaughtUp { at: Timestamp },
    /// The service asked us to slow down; nothing is lost, the next look is at `until`.
    Throttled { until: Timestamp },
}

impl Level {
    /// Reads the level from a line: a JSON object's `level`, or the first level word near its start.
    pub fn of(message: &str) -> Self {
        Self::of_json(message).unwrap_or_else(|| Self::of_words(message))
    }

    fn of_json(message: &str) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Line<'a> {
            #[serde(borrow, alias = "severity", alias = "lvl")]
            level: Cow<'a, str>,
        }
        if !message.trim_start().starts_with('{') {
            return None;
        }
        serde_json::from_str::<Line<'_>>(message).ok().map(|line| Self::of_word(&line.level))
    }

    fn of_words(message: &str) -> Self {
        message
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

    /// Returns the level's word, padded by nobody.
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

/// Returns what a line says, for a person who reads many: of a JSON object the request or message first, then its other
/// fields as `name=value`; any other text as it is.
pub fn gist(message: &str) -> Cow<'_, str> {
    let message = message.trim_end();
    match serde_json::from_str::<Map<String, Value>>(message) {
        Ok(fields) => Cow::Owned(gist_of(fields)),
        Err(_) => Cow::Borrowed(message),
    }
}

/// The fields that a console shows in columns of its own.
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
    fn the_gist_of_an_access_line_begins_with_the_request() {
        let line = r#"{"duration_ms":3,"http.method":"GET","http.path":"/trucks","http.status":200,"level":"INFO","request.id":"a1"}"#;
        assert_eq!(gist(line), "GET /trucks 200 3ms request.id=a1");
        assert_eq!(gist("plain text\n"), "plain text");
    }

    #[test]
    fn a_level_is_read_from_json_and_from_words() {
        assert_eq!(Level::of(r#"{"level":"WARN","message":"slow error"}"#), Level::Warn);
        assert_eq!(Level::of("2026-11-23 10:00:00 [ERROR] no such truck"), Level::Error);
        assert_eq!(Level::of("just words"), Level::Unknown);
    }
}
