//! The text of a problem.

/// The rule that fails, and what to do about it.
#[derive(Debug)]
pub(super) struct Message {
    pub rule: String,
    pub hint: Option<String>,
}

impl Message {
    pub(super) fn new(rule: impl Into<String>) -> Self {
        Self { rule: rule.into(), hint: None }
    }

    pub(super) fn with_hint(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }
}

impl From<String> for Message {
    fn from(rule: String) -> Self {
        Self::new(rule)
    }
}
