//! The commands of the runner in a log: `##[error]…`, and `::error file=a.rs,line=1::…` as programs print it.

use std::borrow::Cow;

use serde::Serialize;

/// What a line is, by the command at its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LineKind {
    #[default]
    Text,
    /// A group begins. Its title is the text of the line.
    Group,
    EndGroup,
    /// A command line that the runner executes.
    Command,
    Error,
    Warning,
    Notice,
    Debug,
    Section,
}

/// The command at the beginning of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Command<'a> {
    pub(super) kind: LineKind,
    /// Such as `file=a.rs,line=1`.
    pub(super) properties: &'a [u8],
    pub(super) message: &'a [u8],
}

impl LineKind {
    /// Reports whether its text is a message, in which line breaks are encoded.
    pub fn is_message(self) -> bool {
        matches!(self, Self::Error | Self::Warning | Self::Notice)
    }

    fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"group" => Self::Group,
            b"endgroup" => Self::EndGroup,
            b"command" => Self::Command,
            b"error" => Self::Error,
            b"warning" => Self::Warning,
            b"notice" => Self::Notice,
            b"debug" => Self::Debug,
            b"section" => Self::Section,
            _ => return None,
        })
    }
}

/// Reads the command at the beginning of a line. A line with an unknown command, or with one farther inside, is text.
pub(super) fn command(line: &[u8]) -> Command<'_> {
    let text = Command { kind: LineKind::Text, properties: b"", message: line };
    let (head, message) = match line {
        [b'#', b'#', b'[', rest @ ..] => split(rest, b"]"),
        [b':', b':', rest @ ..] => split(rest, b"::"),
        _ => return text,
    };
    let name_end = head.iter().position(|byte| *byte == b' ').unwrap_or(head.len());
    let (name, properties) = head.split_at(name_end);
    match LineKind::of(name) {
        Some(kind) => Command { kind, properties: properties.trim_ascii(), message },
        None => text,
    }
}

/// Splits at the first `end`, which must be near: the head has a name and some properties.
fn split<'a>(rest: &'a [u8], end: &[u8]) -> (&'a [u8], &'a [u8]) {
    const MAX_HEAD: usize = 4 * 1024;
    let head = &rest[..rest.len().min(MAX_HEAD)];
    match memchr::memmem::find(head, end) {
        Some(at) => (&rest[..at], &rest[at + end.len()..]),
        None => (b"", rest),
    }
}

impl Command<'_> {
    /// Returns the place that the properties name, such as `a.rs:1`.
    pub(super) fn place(&self) -> Option<String> {
        let properties = String::from_utf8_lossy(self.properties);
        let value = |key: &str| {
            let mut pairs = properties.split([',', ';']).filter_map(|pair| pair.trim().split_once('='));
            pairs.find(|(name, value)| *name == key && !value.is_empty()).map(|(_, value)| property(value))
        };
        let file = value("file")?;
        Some(value("line").map_or_else(|| file.clone(), |line| format!("{file}:{line}")))
    }
}

/// Decodes the value of a property.
fn property(value: &str) -> String {
    decode(value, &[("%25", "%"), ("%0D", ""), ("%0A", " "), ("%3A", ":"), ("%2C", ",")]).into_owned()
}

/// Decodes a message: it can have several lines.
pub(super) fn message(text: Cow<'_, str>) -> Cow<'_, str> {
    let decoded = match text {
        Cow::Borrowed(text) => decode(text, &ESCAPES),
        Cow::Owned(text) => Cow::Owned(decode(&text, &ESCAPES).into_owned()),
    };
    if decoded.contains('\r') {
        return Cow::Owned(decoded.replace("\r\n", "\n").replace('\r', "\n"));
    }
    decoded
}

/// How the runner encodes a message. A colon and a comma are encoded in properties only.
const ESCAPES: [(&str, &str); 3] = [("%25", "%"), ("%0D", "\r"), ("%0A", "\n")];

/// Replaces the codes in one pass, so that `%250A` is the text `%0A`.
fn decode<'a>(text: &'a str, codes: &[(&str, &str)]) -> Cow<'a, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let of = |code: &str| rest.get(..code.len()).is_some_and(|head| head.eq_ignore_ascii_case(code));
        let (length, value) = match codes.iter().find(|(code, _)| of(code)) {
            Some((code, value)) => (code.len(), *value),
            None => (1, "%"),
        };
        decoded.push_str(value);
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> (LineKind, String) {
        let command = command(line.as_bytes());
        (command.kind, String::from_utf8_lossy(command.message).into_owned())
    }

    #[test]
    fn a_command_stands_at_the_beginning() {
        for (line, kind, text) in [
            ("##[group]Run tests", LineKind::Group, "Run tests"),
            ("##[endgroup]", LineKind::EndGroup, ""),
            ("##[error]it broke", LineKind::Error, "it broke"),
            ("##[command]git log", LineKind::Command, "git log"),
            ("::warning::old", LineKind::Warning, "old"),
            ("::error file=a.rs,line=3::bad::worse", LineKind::Error, "bad::worse"),
            ("::debug::a", LineKind::Debug, "a"),
            ("##[section]Starting", LineKind::Section, "Starting"),
            ("a ##[error]b", LineKind::Text, "a ##[error]b"),
            ("##[nonsense]b", LineKind::Text, "##[nonsense]b"),
            ("::set-output name=a::b", LineKind::Text, "::set-output name=a::b"),
            ("##[error without end", LineKind::Text, "##[error without end"),
            (":: ::", LineKind::Text, ":: ::"),
            ("", LineKind::Text, ""),
        ] {
            assert_eq!(read(line), (kind, text.to_owned()), "{line}");
        }
    }

    #[test]
    fn an_error_names_its_place() {
        let place = |line: &str| command(line.as_bytes()).place();
        assert_eq!(place("::error file=src/a%2Cb.rs,line=3,col=1::x").as_deref(), Some("src/a,b.rs:3"));
        assert_eq!(place("::error file=a.rs,line=::x").as_deref(), Some("a.rs"));
        assert_eq!(place("::error line=3::x"), None);
    }

    #[test]
    fn line_breaks_in_a_message_are_decoded() {
        assert_eq!(message("one%0Atwo, 100%25%0d%0Athree".into()), "one\ntwo, 100%\nthree");
        assert_eq!(message("a:b,c%3Ad %250A %".into()), "a:b,c%3Ad %0A %");
    }
}
