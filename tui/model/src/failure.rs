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
    /// What to type next. Every failure that is created with [`Failure::new`] has one.
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
    /// Creates a failure with the general advice of its kind.
    pub fn new(kind: Kind, what: impl Into<String>, why: impl Into<String>) -> Self {
        let hint = Some(kind.advice());
        Self { kind, what: what.into(), why: why.into(), hint }
    }

    /// Replaces the general advice by the command to run next.
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

impl Kind {
    /// Returns what to do next where nothing more exact is known. It is true on a screen and on the command line.
    fn advice(&self) -> String {
        match self {
            Self::NotConfigured => "hello-tui doctor, to see what is missing".to_owned(),
            Self::Unauthorized => "hello-tui doctor, to see which credentials are used".to_owned(),
            Self::NotFound => {
                "check the name; hello-tui doctor names the places that are looked at".to_owned()
            }
            Self::RateLimited { until } => format!("wait, and try again after {until:.0}"),
            Self::Offline => "check the network; hello-tui doctor tells what can be reached".to_owned(),
            Self::Invalid(_) => "correct what is named, and try again".to_owned(),
            Self::Conflict => "look at it again, and decide again".to_owned(),
            Self::Unexpected => "try again; hello-tui doctor checks every service".to_owned(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_says_what_to_type_next() {
        let until = "2026-11-23T10:00:00.25Z".parse().unwrap();
        let kinds = [
            Kind::NotConfigured,
            Kind::Unauthorized,
            Kind::NotFound,
            Kind::RateLimited { until },
            Kind::Offline,
            Kind::Invalid(Vec::new()),
            Kind::Conflict,
            Kind::Unexpected,
        ];
        for kind in kinds {
            let failure = Failure::new(kind, "reading", "it broke");
            assert!(failure.hint.as_ref().is_some_and(|hint| hint.len() > 10), "{failure:?}");
        }
        let limited = Failure::new(Kind::RateLimited { until }, "reading", "too many requests");
        assert_eq!(limited.hint.as_deref(), Some("wait, and try again after 2026-11-23T10:00:00Z"));
    }

    #[test]
    fn a_hint_replaces_the_general_advice() {
        let failure = Failure::new(Kind::NotFound, "reading", "no such truck").hint("hello-tui trucks list");
        assert_eq!(failure.hint.as_deref(), Some("hello-tui trucks list"));
    }
}
