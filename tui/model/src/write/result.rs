//! The results of writes.

use super::Outcome;
use crate::failure::Failure;

/// The result of a write.
#[derive(Debug, Clone, PartialEq)]
pub enum WriteResult {
    Done(Outcome),
    /// Nothing was changed.
    Refused(Failure),
    /// The request was sent, and the response does not tell whether it took effect.
    Unknown(Failure),
}

/// The failure of a write, and whether something may have been changed.
///
/// A client creates it where it knows which one it is: until the request is sent, and from a response that says that
/// nothing was done, it is [`Refused`](Self::Refused). From then on it is [`Unknown`](Self::Unknown).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteFailure {
    /// Nothing was changed.
    Refused(Failure),
    /// The request was sent, and the response does not tell whether it took effect.
    Unknown(Failure),
}

impl WriteResult {
    /// Returns the outcome, or the failure whether or not something was changed.
    pub fn outcome(self) -> Result<Outcome, Failure> {
        match self {
            Self::Done(outcome) => Ok(outcome),
            Self::Refused(failure) | Self::Unknown(failure) => Err(failure),
        }
    }

    /// Returns the failure, unless the write succeeded.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Done(_) => None,
            Self::Refused(failure) | Self::Unknown(failure) => Some(failure),
        }
    }
}

impl From<Result<Outcome, WriteFailure>> for WriteResult {
    fn from(result: Result<Outcome, WriteFailure>) -> Self {
        match result {
            Ok(outcome) => Self::Done(outcome),
            Err(WriteFailure::Refused(failure)) => Self::Refused(failure),
            Err(WriteFailure::Unknown(failure)) => Self::Unknown(failure),
        }
    }
}
