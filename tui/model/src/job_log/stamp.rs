//! The time at the beginning of a log line: `2026-09-10T10:00:00.0000000Z`.

use crate::time::Timestamp;

/// The length of a stamp up to the fraction of a second: `2026-09-10T10:00:00`.
const SECONDS: usize = 19;

/// The maximum number of digits of the fraction. GitHub writes seven.
const MAX_FRACTION: usize = 9;

/// Returns the length of the stamp at the beginning of `text`, without the space behind it.
pub(super) fn stamp_length(text: &[u8]) -> Option<usize> {
    let head = text.get(..SECONDS)?;
    let fits = head.iter().enumerate().all(|(at, byte)| match at {
        4 | 7 => *byte == b'-',
        10 => *byte == b'T',
        13 | 16 => *byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let rest = text.get(SECONDS..).filter(|_| fits)?;
    let digits = match rest.strip_prefix(b".") {
        Some(fraction) => 1 + fraction.iter().take(MAX_FRACTION).take_while(|c| c.is_ascii_digit()).count(),
        None => 0,
    };
    let is_whole = rest.get(digits) == Some(&b'Z') && matches!(rest.get(digits + 1), None | Some(b' '));
    is_whole.then_some(SECONDS + digits + 1)
}

/// Returns the time of a stamp, unless there is no such date.
pub(super) fn time(stamp: &[u8]) -> Option<Timestamp> {
    std::str::from_utf8(stamp).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_time_is_a_stamp() {
        for (text, length) in [
            ("2026-09-10T10:00:00.1234567Z text", Some(28)),
            ("2026-09-10T10:00:00Z text", Some(20)),
            ("2026-09-10T10:00:00.1234567Z", Some(28)),
            ("2026-09-10T10:00:00.1234567Zulu", None),
            ("2026-09-10T10:00:00.1234567890123Z x", None),
            ("2026-09-10 10:00:00.1234567Z x", None),
            ("2026-09-10T10:00", None),
            ("", None),
        ] {
            assert_eq!(stamp_length(text.as_bytes()), length, "{text}");
        }
        assert_eq!(stamp_length(b"2026-13-99T10:00:00Z x"), Some(20), "it is cut off");
        assert_eq!(time(b"2026-13-99T10:00:00Z"), None, "but there is no such date");
    }
}
