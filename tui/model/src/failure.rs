//! What went wrong, as data: for a pane of the console, for the three lines of the command line, and for its exit code.

use std::fmt;

use crate::time::Timestamp;

/// A failure that a person can act on.
///
/// Built at the edge, where the cause is known: a service adapter names the profile, region, endpoint or permission in
/// `why` and the next command in `hint`. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: Kind,
    /// What failed, as a short sentence without a full stop: `listing the runs of hello-truck/hello-truck`.
    pub what: String,
    /// Why, as far as the other side told.
    pub why: String,
    /// What to type next, or nothing when there is no better advice than waiting.
    pub hint: Option<String>,
}

/// Sorts failures by what can be done about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// We were not told where to look.
    NotConfigured,
    /// No credentials, expired ones, or a missing permission.
    Unauthorized,
    NotFound,
    /// The other side asks us to slow down until then.
    RateLimited {
        until: Timestamp,
    },
    /// The other side cannot be reached, or did not answer in time.
    Offline,
    /// What we sent was refused, field by field.
    Invalid(Vec<FieldFault>),
    /// The other side answered something we did not expect.
    Unexpected,
}

/// One field of ours that the other side refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name as a person knows it: `make`, `licensePlate`.
    pub field: String,
    pub rule: String,
}

impl Failure {
    /// Makes a failure without advice.
    pub fn new(kind: Kind, what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { kind, what: what.into(), why: why.into(), hint: None }
    }

    /// Adds what to type next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Returns the process exit code of a command that ends with this failure.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            Kind::NotConfigured => 2,
            Kind::Unauthorized => 3,
            Kind::Offline => 4,
            Kind::NotFound | Kind::RateLimited { .. } | Kind::Invalid(_) | Kind::Unexpected => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

impl std::error::Error for Failure {}
