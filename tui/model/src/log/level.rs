//! The severity of a line, read from its text.

use std::{borrow::Cow, fmt};

use serde::{
    Deserializer, Serialize, Serializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::Value;

use super::MAX_READ;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_read_from_json_and_from_words() {
        assert_eq!(Level::of(r#"{"level":"WARN","message":"slow error"}"#), Level::Warn);
        assert_eq!(Level::of("2026-11-23 10:00:00 [ERROR] no such truck"), Level::Error);
        assert_eq!(Level::of("just words"), Level::Unknown);
        assert_eq!(Level::of(r#"{"message":"an error","lvl":"debug"}"#), Level::Debug);
        assert_eq!(Level::of(r#"{"level":30,"message":"an error"}"#), Level::Error);
    }
}
