//! How a run, a job or a step stands.

use serde::{Serialize, Serializer};

/// The state of a run, job or step: GitHub's `status` and `conclusion` combined.
///
/// GitHub adds values without notice; an unknown value is kept as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Requested, queued or pending: nothing runs yet.
    Queued,
    InProgress,
    /// Blocked by an environment's protection rules until a reviewer approves.
    Waiting,
    Done(Conclusion),
    Unknown(String),
}

/// The result of a finished run, job or step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conclusion {
    Success,
    Failure,
    Cancelled,
    Skipped,
    Neutral,
    TimedOut,
    ActionRequired,
    Stale,
    StartupFailure,
    Unknown(String),
}

impl State {
    /// Parses GitHub's `status` and `conclusion`.
    pub fn from_words(status: &str, conclusion: Option<&str>) -> Self {
        match (status, conclusion) {
            ("completed", Some(word)) => Self::Done(Conclusion::from_word(word)),
            ("completed", None) => Self::Done(Conclusion::Unknown("none".to_owned())),
            ("requested" | "queued" | "pending", _) => Self::Queued,
            ("in_progress", _) => Self::InProgress,
            ("waiting", _) => Self::Waiting,
            (other, _) => Self::Unknown(other.to_owned()),
        }
    }

    /// Reports whether the state can still change without user action.
    pub fn is_active(&self) -> bool {
        !matches!(self, Self::Done(_))
    }

    /// Reports whether it failed, timed out or never started.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Done(Conclusion::Failure | Conclusion::TimedOut | Conclusion::StartupFailure))
    }

    /// Returns the value for users and for JSON.
    pub fn word(&self) -> &str {
        match self {
            Self::Queued => "queued",
            Self::InProgress => "in_progress",
            Self::Waiting => "waiting",
            Self::Done(conclusion) => conclusion.word(),
            Self::Unknown(word) => word,
        }
    }
}

/// Writes the word.
impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl Conclusion {
    fn from_word(word: &str) -> Self {
        match word {
            "success" => Self::Success,
            "failure" => Self::Failure,
            "cancelled" => Self::Cancelled,
            "skipped" => Self::Skipped,
            "neutral" => Self::Neutral,
            "timed_out" => Self::TimedOut,
            "action_required" => Self::ActionRequired,
            "stale" => Self::Stale,
            "startup_failure" => Self::StartupFailure,
            other => Self::Unknown(other.to_owned()),
        }
    }

    fn word(&self) -> &str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::Neutral => "neutral",
            Self::TimedOut => "timed_out",
            Self::ActionRequired => "action_required",
            Self::Stale => "stale",
            Self::StartupFailure => "startup_failure",
            Self::Unknown(word) => word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_of_github_is_kept() {
        assert_eq!(State::from_words("levitating", None).word(), "levitating");
        assert_eq!(State::from_words("completed", Some("vanished")).word(), "vanished");
    }
}
