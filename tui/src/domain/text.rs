//! Text from outside, made safe to show.
//!
//! A log line or a branch name may hold escape sequences. They are shown, never obeyed: every place that draws or
//! prints remote text passes it through [`visible`].

use std::borrow::Cow;

/// Returns `text` with every control and direction-changing character replaced by a visible stand-in of width one.
///
/// Tabs become a space. Nothing is removed, so a person sees that something odd was there.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| stand_in(c).is_some()) {
        Cow::Owned(text.chars().map(|c| stand_in(c).unwrap_or(c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns what stands for `c` on a screen, or nothing when `c` may be shown as it is.
fn stand_in(c: char) -> Option<char> {
    match c {
        '\t' => Some(' '),
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('\u{2421}'),
        // C1 controls, line and paragraph separators, and the marks that reorder what follows them.
        '\u{80}'..='\u{9f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{200b}'..='\u{200f}'
        | '\u{feff}' => Some('\u{fffd}'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_is_shown_not_obeyed() {
        assert_eq!(visible("\u{1b}[31mred\u{7}"), "␛[31mred␇");
    }

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(visible("Scania V8 – ü 🚚"), Cow::Borrowed(_)));
    }

    #[test]
    fn text_that_would_reorder_the_line_is_marked() {
        assert_eq!(visible("a\u{202e}b"), "a\u{fffd}b");
    }
}
