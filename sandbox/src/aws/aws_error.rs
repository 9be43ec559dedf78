//! A request that AWS refuses, before it is written in one protocol or the other.

use http::StatusCode;

use crate::state::TooManyCommands;

/// An error code, its HTTP status and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwsError {
    pub code: String,
    pub status: StatusCode,
    pub message: String,
}

impl AwsError {
    /// Makes an error of the client's, status 400.
    pub(crate) fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::with_status(StatusCode::BAD_REQUEST, code, message)
    }

    /// Makes an error with a status of its own.
    pub(crate) fn with_status(
        status: StatusCode,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self { code: code.into(), status, message: message.into() }
    }

    /// Makes the error that ECS and CloudWatch Logs give for a parameter that they cannot accept.
    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }
}

impl From<TooManyCommands> for AwsError {
    fn from(why: TooManyCommands) -> Self {
        Self::new("LimitExceededException", why.to_string())
    }
}
