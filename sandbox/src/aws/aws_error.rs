//! An AWS error, before it is encoded in one of the two protocols.

use http::StatusCode;

use crate::state::TooManyCommands;

/// An error code, its HTTP status and its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwsError {
    pub code: String,
    pub status: StatusCode,
    pub message: String,
}

impl AwsError {
    /// Makes a client error, status 400.
    pub(crate) fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::with_status(StatusCode::BAD_REQUEST, code, message)
    }

    /// Makes an error with the given status.
    pub(crate) fn with_status(
        status: StatusCode,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self { code: code.into(), status, message: message.into() }
    }

    /// Makes the error that ECS and CloudWatch Logs return for an invalid parameter.
    pub(super) fn parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterException", message)
    }
}

impl From<TooManyCommands> for AwsError {
    fn from(why: TooManyCommands) -> Self {
        Self::new("LimitExceededException", why.to_string())
    }
}
