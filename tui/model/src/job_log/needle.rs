//! What is searched for in a log.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::{command::Command, line::Parts, segment::LogSegment};

/// A text to search for. Upper and lower case are the same, unless the text has an upper-case letter.
#[derive(Debug, Clone)]
pub struct Needle {
    text: String,
    method: Method,
}

/// How bytes are compared with a text.
#[derive(Debug, Clone)]
enum Method {
    Exact(Box<memmem::Finder<'static>>),
    /// Letters of ASCII in either case. The search looks for the rarest byte first, which is at this place.
    Ascii {
        rarest: usize,
    },
    /// Letters of any script in either case. Lines are compared one by one, because a letter can have another length.
    Unicode,
}

/// The letters and signs of logs, the most frequent first. Every time has digits; other bytes are rarer.
const FREQUENT: &[u8] = b"0123456789:-.zt eaionrslcdupmhgfby/w_vkx=jq";

impl PartialEq for Needle {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Needle {}

impl Needle {
    /// Makes a needle. An empty text, or one with control characters, finds nothing.
    pub fn new(text: &str) -> Option<Self> {
        if text.is_empty() || text.contains(char::is_control) {
            return None;
        }
        let has_case = |c: char| c.is_lowercase() || c.to_uppercase().next() != Some(c);
        let method = match () {
            () if text.chars().any(char::is_uppercase) || !text.chars().any(has_case) => {
                Method::Exact(Box::new(memmem::Finder::new(text.as_bytes()).into_owned()))
            }
            () if text.is_ascii() => {
                let places = text.bytes().map(rank).enumerate();
                Method::Ascii { rarest: places.max_by_key(|(_, rank)| *rank).map_or(0, |(place, _)| place) }
            }
            () => Method::Unicode,
        };
        Some(Self { text: text.to_owned(), method })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns where the needle is in a text that is shown, in bytes.
    pub fn ranges_in(&self, text: &str) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let mut from = 0;
        while let Some(range) = self.range_in(text, from) {
            from = range.end;
            ranges.push(range);
        }
        ranges
    }

    /// Returns the lines of a segment whose shown text has the needle, by their numbers in the segment.
    pub fn lines_in(&self, segment: &LogSegment) -> Vec<usize> {
        let Some(rarest) = self.rarest() else {
            return (0..segment.lines())
                .filter(|line| self.is_in(segment, *line, segment.raw(*line)))
                .collect();
        };
        let mut lines = self.lines_with_bytes(segment);
        let known = lines.len();
        for (line, raw) in differing_lines(segment) {
            let may_match = memchr2(rarest.to_ascii_lowercase(), rarest.to_ascii_uppercase(), raw).is_some();
            let is_known = || lines.get(..known).is_some_and(|known| known.binary_search(&line).is_ok());
            if may_match && !is_known() && self.is_in(segment, line, raw) {
                lines.push(line);
            }
        }
        if lines.len() > known {
            lines.sort_unstable();
            lines.dedup();
        }
        lines
    }

    /// Returns the lines whose bytes have the needle where they are shown.
    fn lines_with_bytes(&self, segment: &LogSegment) -> Vec<usize> {
        let bytes = segment.bytes();
        let (mut lines, mut counted, mut line, mut from) = (Vec::new(), 0, 0, 0);
        while let Some(hit) = self.find(bytes, from) {
            let (start, raw) = segment.line_around(hit);
            line += memchr_iter(b'\n', &bytes[counted..start]).count();
            counted = start;
            from = start + raw.len() + 1;
            if self.is_shown(segment, line, raw, hit - start) {
                lines.push(line);
            }
        }
        lines
    }

    /// Reports whether a needle that was found in a line is in its shown text.
    fn is_shown(&self, segment: &LogSegment, line: usize, raw: &[u8], hit: usize) -> bool {
        let parts = segment.parts(line, raw);
        let command = parts.command();
        if differs(raw, &parts, &command) {
            return self.range_in(&parts.text(usize::MAX).1, 0).is_some();
        }
        // What is shown of such a line is its end.
        let shown_from = command.message.as_ptr().addr() - raw.as_ptr().addr();
        hit >= shown_from || self.find(command.message, 0).is_some()
    }

    fn is_in(&self, segment: &LogSegment, line: usize, raw: &[u8]) -> bool {
        self.range_in(&segment.parts(line, raw).text(usize::MAX).1, 0).is_some()
    }

    /// Returns a byte that every line with the needle has, unless the lines must be compared one by one.
    fn rarest(&self) -> Option<u8> {
        let text = self.text.as_bytes();
        match &self.method {
            Method::Exact(_) => text.iter().copied().max_by_key(|byte| rank(*byte)),
            Method::Ascii { rarest } => text.get(*rarest).copied(),
            Method::Unicode => None,
        }
    }

    /// Returns the next place of the needle in a text.
    fn range_in(&self, text: &str, from: usize) -> Option<Range<usize>> {
        if let Method::Unicode = self.method {
            let rest = text.get(from..)?;
            let mut places = rest.char_indices().map(|(at, _)| from + at);
            return places.find_map(|at| Some(at..at + folded_length(&text[at..], &self.text)?));
        }
        let at = self.find(text.as_bytes(), from)?;
        Some(at..at + self.text.len())
    }

    /// Returns the next place of the needle in bytes.
    fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let rarest = match &self.method {
            Method::Exact(finder) => return finder.find(bytes.get(from..)?).map(|at| from + at),
            Method::Ascii { rarest } => *rarest,
            Method::Unicode => return None,
        };
        let needle = self.text.as_bytes();
        let rare = *needle.get(rarest)?;
        let mut at = from + rarest;
        loop {
            let rest = bytes.get(at..)?;
            at += memchr2(rare, rare.to_ascii_uppercase(), rest)?;
            let start = at - rarest;
            if bytes.get(start..start + needle.len())?.eq_ignore_ascii_case(needle) {
                return Some(start);
            }
            at += 1;
        }
    }
}

/// Returns the length of the beginning of `text` that is `needle` in lower case.
fn folded_length(text: &str, needle: &str) -> Option<usize> {
    let mut rest = needle.chars();
    for (at, c) in text.char_indices() {
        if rest.as_str().is_empty() {
            return Some(at);
        }
        if !c.to_lowercase().all(|lower| rest.next() == Some(lower)) {
            return None;
        }
    }
    rest.as_str().is_empty().then_some(text.len())
}

/// Returns how rare a byte is: the more, the rarer.
fn rank(byte: u8) -> usize {
    FREQUENT.iter().position(|frequent| *frequent == byte).unwrap_or(usize::MAX)
}

/// Reports whether the shown text of a line is not simply the end of its bytes.
fn differs(raw: &[u8], parts: &Parts<'_>, command: &Command<'_>) -> bool {
    let is_encoded = command.kind.is_message()
        && (!command.properties.is_empty() || memchr(b'%', command.message).is_some());
    let ends_inside = parts.body.as_ptr_range().end != raw.as_ptr_range().end && !raw.ends_with(b"\r");
    is_encoded || ends_inside || memchr2(0x1b, b'\r', command.message).is_some()
}

/// Returns the lines of a segment whose shown text can differ from their bytes, with their bytes.
fn differing_lines(segment: &LogSegment) -> Vec<(usize, &[u8])> {
    let mut lines = Vec::new();
    if segment.has_controls() {
        let bytes = segment.bytes();
        let (mut from, mut counted, mut line) = (0, 0, 0);
        while let Some(at) = memchr2(0x1b, b'\r', &bytes[from..]).map(|at| from + at) {
            if bytes.get(at..at + 2) == Some(b"\r\n") {
                from = at + 1;
                continue;
            }
            let (start, raw) = segment.line_around(at);
            line += memchr_iter(b'\n', &bytes[counted..start]).count();
            counted = start;
            lines.push((line, raw));
            from = (start + raw.len() + 1).min(bytes.len());
        }
    }
    let messages = segment.marks().filter(|(_, kind)| kind.is_message());
    let messages = messages.map(|(line, _)| (line, segment.raw(line)));
    lines.extend(messages.filter(|(line, raw)| {
        let parts = segment.parts(*line, raw);
        differs(raw, &parts, &parts.command())
    }));
    lines
}
