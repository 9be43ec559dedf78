//! Every refusal and failure as an HTTP verdict.
//!
//! What goes to the caller says what to do about it, and never what is inside the service; that goes to the log.

use std::{any::Any, error::Error, iter};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use hello_shared::{FieldError, Problem};

use crate::store::StoreError;

/// Tells why a request is not answered as it wished.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("{0}")]
    Malformed(String),
    #[error("no truck has this id")]
    NoSuchTruck,
    #[error("there is nothing at this path; the trucks are at /trucks")]
    NoSuchPath,
    #[error("this path does not take this method; the Allow header names those that it takes")]
    MethodNotAllowed,
    #[error("the answer is application/json, which the Accept header excludes")]
    NotAcceptable,
    #[error("the body is larger than 1 MiB")]
    TooLarge,
    #[error("the body must be JSON, and the Content-Type header must say so: application/json")]
    NotJson,
    #[error("{}", count(.0))]
    Unfit(Vec<FieldError>),
    #[error("another truck has this number plate")]
    PlateTaken,
    #[error("the trucks cannot be reached at the moment; try again in a few seconds")]
    Away(#[source] StoreError),
    #[error("the service failed; its log knows more under the request id")]
    Broken(#[source] StoreError),
    #[error("the service failed; its log knows more under the request id")]
    Panicked,
}

impl ApiError {
    /// Turns a panic of a handler into an answer, so that the caller is not left with a closed connection.
    #[expect(clippy::needless_pass_by_value, reason = "the signature is the catching layer's")]
    pub(crate) fn from_panic(panic: Box<dyn Any + Send>) -> Response {
        let text =
            panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        tracing::error!(error = text.unwrap_or("of no text"), "a handler panicked");
        Self::Panicked.into_response()
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NoSuchTruck | Self::NoSuchPath => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::PlateTaken => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unfit(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Away(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) | Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn fields(self) -> Vec<FieldError> {
        match self {
            Self::Unfit(errors) => errors,
            Self::PlateTaken => {
                vec![FieldError::new("/licensePlate", "must be of no other truck", "a plate in use")]
            }
            _ => Vec::new(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::PlateTaken => Self::PlateTaken,
            error if error.may_pass() => Self::Away(error),
            error => Self::Broken(error),
        }
    }
}

impl IntoResponse for ApiError {
    /// Leaves the problem beside the answer: it is written out where the request id is known.
    fn into_response(self) -> Response {
        if let Self::Away(error) | Self::Broken(error) = &self {
            tracing::error!(error = in_full(error), "the store failed");
        }
        let status = self.status();
        let problem = Problem::new(status.as_u16(), status.canonical_reason().unwrap_or_default())
            .with_detail(self.to_string())
            .with_errors(self.fields());
        let mut response = status.into_response();
        response.extensions_mut().insert(problem);
        response
    }
}

/// Says an error and all its causes in one line; a cause that its effect has quoted is not said twice.
pub(crate) fn in_full(error: &dyn Error) -> String {
    iter::successors(Some(error), |&error| error.source()).fold(String::new(), |said, cause| {
        match cause.to_string() {
            cause if said.is_empty() => cause,
            cause if said.ends_with(&cause) => said,
            cause => format!("{said}: {cause}"),
        }
    })
}

fn count(errors: &[FieldError]) -> String {
    match errors.len() {
        1 => "one field breaks a rule".to_owned(),
        n => format!("{n} fields break a rule"),
    }
}
