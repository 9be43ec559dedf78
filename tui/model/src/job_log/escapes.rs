//! Escape sequences and control characters in the output of programs.

use std::borrow::Cow;

use memchr::memchr;

/// What an escape sequence does to the line, as far as text is concerned.
enum Effect {
    None,
    /// It erases the line, or goes back to its beginning.
    StartsAnew,
}

/// Returns `bytes` as text without escape sequences and control characters; tabs stay. Text before a sequence that erases
/// the line is left out, as in a terminal. Bytes that are no UTF-8 become U+FFFD.
pub(super) fn clean(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    if !text.contains(is_control) {
        return text;
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find(is_control) {
        cleaned.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((length, effect)) = escape(rest.as_bytes()) {
            if matches!(effect, Effect::StartsAnew) {
                cleaned.clear();
            }
            rest = rest.get(length..).unwrap_or_default();
        } else {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    cleaned.push_str(rest);
    Cow::Owned(cleaned)
}

/// Returns how many bytes at the beginning are escape sequences.
pub(super) fn leading(bytes: &[u8]) -> usize {
    let mut length = 0;
    while let Some((more, _)) = bytes.get(length..).and_then(escape) {
        length += more;
    }
    length
}

fn is_control(c: char) -> bool {
    c != '\t' && c.is_control()
}

/// Returns the length and the effect of the escape sequence at the beginning. One that does not end is only its first byte.
fn escape(bytes: &[u8]) -> Option<(usize, Effect)> {
    let rest = bytes.strip_prefix(b"\x1b")?;
    let length = match rest.first() {
        Some(b'[') => return Some(control_sequence(rest)),
        // A title or a link: it ends with BEL or with ESC \.
        Some(b']') => text_sequence(rest),
        Some(b'(' | b')' | b'#' | b'%') => 2,
        Some(0x20..=0x7e) => 1,
        _ => 0,
    };
    Some((1 + length.min(rest.len()), Effect::None))
}

/// Reads a sequence such as `[31m`.
fn control_sequence(rest: &[u8]) -> (usize, Effect) {
    let parameters = rest[1..].iter().take_while(|byte| (0x20..=0x3f).contains(*byte)).count();
    let value = &rest[1..=parameters];
    match rest.get(1 + parameters) {
        Some(b'K') if value == b"2" => (3 + parameters, Effect::StartsAnew),
        Some(b'G') if matches!(value, b"" | b"0" | b"1") => (3 + parameters, Effect::StartsAnew),
        Some(0x40..=0x7e) => (3 + parameters, Effect::None),
        _ => (2 + parameters, Effect::None),
    }
}

fn text_sequence(rest: &[u8]) -> usize {
    let bell = memchr(0x07, rest).map(|at| at + 1);
    let terminator = memchr(0x1b, rest).map(|at| if rest.get(at + 1) == Some(&b'\\') { at + 2 } else { at });
    bell.into_iter().chain(terminator).min().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_visible_text_is_left() {
        for (raw, shown) in [
            ("plain\ttext", "plain\ttext"),
            ("\u{1b}[1;31merror\u{1b}[0m: it broke", "error: it broke"),
            ("\u{1b}]0;title\u{7}text", "text"),
            ("\u{1b}]8;;https://a.test\u{1b}\\link\u{1b}]8;;\u{1b}\\", "link"),
            ("half\u{1b}[2K\u{1b}[1Gwhole", "whole"),
            ("to the end\u{1b}[K", "to the end"),
            ("bell\u{7} and \u{9b}1mC1", "bell and 1mC1"),
            ("cut off \u{1b}[31", "cut off "),
            ("cut off \u{1b}", "cut off "),
            ("\u{1b}(Btext \u{1b}=x", "text x"),
            ("\u{1b}]no end", "no end"),
            ("\u{1b}[3é", "é"),
        ] {
            assert_eq!(clean(raw.as_bytes()), shown, "{raw:?}");
        }
        assert_eq!(clean(b"Gr\xfc\xdfe"), "Gr\u{fffd}\u{fffd}e");
    }
}
