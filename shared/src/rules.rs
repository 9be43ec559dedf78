//! The rules of a truck's texts. The service applies them to every write, and clients to what is typed.

use crate::is_invisible;

/// The longest make or model, in characters.
pub const NAME_LIMIT: usize = 50;
/// The longest number plate, in characters.
pub const PLATE_LIMIT: usize = 20;

/// A broken rule, and what was found instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRule {
    /// The rule: `must be text of 1 to 50 characters`.
    pub rule: String,
    /// What was found instead, never the value itself: `51 characters`.
    pub found: String,
}

/// Returns a text without the blanks around it, if it keeps the rules of a text of at most `limit` characters.
///
/// # Errors
///
/// The rule that it breaks.
pub fn checked_text(text: &str, limit: usize) -> Result<&str, BrokenRule> {
    let broken = |rule: String, found: String| Err(BrokenRule { rule, found });
    let text = text.trim();
    match text.chars().count() {
        0 => return broken(text_rule(limit), "an empty text".to_owned()),
        length if length > limit => return broken(text_rule(limit), format!("{length} characters")),
        _ => {}
    }
    text.chars().find(|c| c.is_control() || is_invisible(*c)).map_or(Ok(text), |character| {
        let kind = if character.is_control() { "control" } else { "invisible" };
        broken(format!("must have no {kind} characters"), format!("U+{:04X}", u32::from(character)))
    })
}

/// Returns the rule for the length of a text.
pub fn text_rule(limit: usize) -> String {
    format!("must be text of 1 to {limit} characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str, limit: usize) -> String {
        checked_text(text, limit).unwrap_err().rule
    }

    #[test]
    fn blanks_around_a_text_do_not_count() {
        assert_eq!(checked_text("\u{a0} Land Rover \n", 10), Ok("Land Rover"));
        assert_eq!(rule(" \u{3000} ", 50), "must be text of 1 to 50 characters");
        assert_eq!(rule("123456789012345678901", PLATE_LIMIT), "must be text of 1 to 20 characters");
    }

    #[test]
    fn control_and_invisible_characters_are_named() {
        assert_eq!(rule("a\u{1b}[31m", 50), "must have no control characters");
        assert_eq!(checked_text("a\u{200b}b", 50).unwrap_err().found, "U+200B");
    }
}
