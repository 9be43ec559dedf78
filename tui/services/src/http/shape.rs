//! Limits the number of parts in a response.
//!
//! A parser creates a large structure for every empty `{}`, so a few megabytes can become gigabytes. So the parts are
//! counted as the bytes arrive, before parsing.

use super::Error;

/// The maximum number of objects in a response. A page of log events has 10,000.
const MAX_OBJECTS: usize = 20_000;

/// The maximum number of tags in an XML response. A page of stack events has about 3,000.
const MAX_TAGS: usize = 50_000;

/// Counts the parts of a response.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    format: Syntax,
    left: usize,
}

#[derive(Debug, Clone, Copy)]
enum Syntax {
    Json { in_string: bool, is_escaped: bool },
    Xml,
}

impl Shape {
    pub(crate) fn json() -> Self {
        Self { format: Syntax::Json { in_string: false, is_escaped: false }, left: MAX_OBJECTS }
    }

    pub(crate) fn xml() -> Self {
        Self { format: Syntax::Xml, left: MAX_TAGS }
    }

    /// Counts the parts in the next bytes.
    pub(super) fn count(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let parts = bytes.iter().filter(|byte| self.format.begins_part(**byte)).count();
        self.left = self.left.checked_sub(parts).ok_or(Error::TooManyParts)?;
        Ok(())
    }
}

impl Syntax {
    fn begins_part(&mut self, byte: u8) -> bool {
        match self {
            Self::Xml => byte == b'<',
            Self::Json { in_string, is_escaped } => {
                match byte {
                    _ if *is_escaped => *is_escaped = false,
                    b'\\' => *is_escaped = *in_string,
                    b'"' => *in_string = !*in_string,
                    _ => return byte == b'{' && !*in_string,
                }
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(mut shape: Shape, text: &str) -> bool {
        // Split anywhere, as the network does.
        text.as_bytes().chunks(7).all(|chunk| shape.count(chunk).is_ok())
    }

    #[test]
    fn more_objects_than_a_page_has_are_refused() {
        let list = |count| format!("{{\"events\":[{}]}}", vec!["{}"; count].join(","));
        assert!(is_accepted(Shape::json(), &list(MAX_OBJECTS - 1)));
        assert!(!is_accepted(Shape::json(), &list(MAX_OBJECTS)));
        assert!(!is_accepted(Shape::xml(), &"<a/>".repeat(MAX_TAGS + 1)));
    }

    #[test]
    fn braces_inside_text_do_not_count() {
        let text = format!(r#"{{"message": "\"{}\\"}}"#, "{".repeat(3 * MAX_OBJECTS));
        assert!(is_accepted(Shape::json(), &text));
    }
}
