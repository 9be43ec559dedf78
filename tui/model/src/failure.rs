//! Failures as data: shown in a pane of the console, as three lines on the command line, and as an exit code.

use std::fmt;

use crate::time::Timestamp;

/// A failure that the user can act on.
///
/// Created where the cause is known: a service client names the profile, region, endpoint or permission in `why` and
/// the next command in `hint`. Never contains a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: Kind,
    /// The operation that failed, as a short phrase without a full stop: `listing the runs of hello-truck/hello-truck`.
    pub what: String,
    /// The cause, as far as the service reports it.
    pub why: String,
    /// The command to run next, or `None` if the only advice is to wait.
    pub hint: Option<String>,
}

/// Classifies failures by the action they call for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A required setting is missing.
    NotConfigured,
    /// No credentials, expired credentials, or a missing permission.
    Unauthorized,
    NotFound,
    /// The service rejects requests until this time.
    RateLimited {
        until: Timestamp,
    },
    /// The service cannot be reached or did not respond in time.
    Offline,
    /// The request was rejected, with one entry for each invalid field.
    Invalid(Vec<FieldFault>),
    /// The object was changed after it was read, so the change was not made.
    Conflict,
    /// The service sent an unexpected response.
    Unexpected,
}

/// One invalid field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name as users know it: `make`, `licensePlate`.
    pub field: String,
    pub rule: String,
}

impl Failure {
    /// Creates a failure without a hint.
    pub fn new(kind: Kind, what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { kind, what: what.into(), why: why.into(), hint: None }
    }

    /// Adds the command to run next.
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
            Kind::NotFound
            | Kind::RateLimited { .. }
            | Kind::Invalid(_)
            | Kind::Conflict
            | Kind::Unexpected => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

impl std::error::Error for Failure {}
