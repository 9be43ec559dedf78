//! Durations as arguments.

use std::time::Duration;

use jiff::{SignedDuration, Span};

/// Reads a duration as in 90s, 10m or 2h.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let read =
        text.parse::<SignedDuration>().or_else(|_| text.parse::<Span>().and_then(SignedDuration::try_from));
    let read = read.ok().and_then(|duration| Duration::try_from(duration).ok());
    read.ok_or_else(|| "name a duration as in 90s, 10m or 2h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_unit_and_no_sign() {
        for (text, seconds) in [("90s", 90), ("10m", 600), ("2h", 7_200), ("1h 30m", 5_400), ("0s", 0)] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "-5m", "10", "soon"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
