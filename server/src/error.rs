//! Errors and their HTTP responses.
//!
//! A response says what to do about the error, and reveals nothing of the service's internals. Those go to the log.

use std::{any::Any, time::Duration};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hello_shared::{FieldError, Problem};

use crate::{error_chain::error_chain, hosts::ForeignRequest, store::StoreError};

/// The reason why a request is refused or has failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("{0}")]
    Malformed(String),
    #[error(transparent)]
    Foreign(ForeignRequest),
    #[error("this needs a token: send it as `Authorization: Bearer …`")]
    Unauthorized,
    #[error("this token may read, and not write")]
    Forbidden,
    #[error("no truck has this id")]
    NoSuchTruck,
    #[error("there is nothing at this path; the trucks are at /trucks")]
    NoSuchPath,
    #[error("this path does not take this method; the Allow header names those that it takes")]
    MethodNotAllowed,
    #[error("the answer is {0}, which the Accept header excludes")]
    NotAcceptable(&'static str),
    #[error("the request was not over in time; send it again, and a write under an Idempotency-Key")]
    TooSlow,
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the body must be JSON in UTF-8 (application/json), and the Content-Type header must say so")]
    OtherMedia,
    #[error("the body must be a JSON merge patch in UTF-8, and the Content-Type header must say so")]
    OtherPatch,
    #[error("{}", count(.0))]
    Unfit(Vec<FieldError>),
    #[error("another truck has this number plate")]
    PlateTaken(FieldError),
    #[error("the truck is of version {0} by now; read it again, and decide again")]
    OtherVersion(u64),
    #[error("the fleet has changed since; read it again")]
    OtherFleet,
    #[error("this Idempotency-Key was used for another request; use a new one")]
    KeyReused,
    #[error("too many requests of one client")]
    TooMany(Duration),
    #[error("the service has all that it can do; try again in a second")]
    Busy,
    #[error("the trucks cannot be reached at the moment; try again in a few seconds")]
    Unavailable(#[source] StoreError),
    #[error("the service is ending; another one takes over")]
    Draining,
    #[error("the service failed; its log knows more under the request id")]
    Broken(#[source] StoreError),
    #[error("the service failed; its log knows more under the request id")]
    Panicked,
}

impl ApiError {
    /// Turns a panic of a handler into a response. Otherwise the client would only see a closed connection.
    #[expect(clippy::needless_pass_by_value, reason = "`CatchPanicLayer` requires this signature")]
    pub(crate) fn from_panic(panic: Box<dyn Any + Send>) -> Response {
        let text =
            panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        let cause = format!("a handler panicked: {}", text.unwrap_or("of no text"));
        let mut response = Self::Panicked.into_response();
        response.extensions_mut().insert(Cause(cause));
        response
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Foreign(ForeignRequest::Host) => StatusCode::MISDIRECTED_REQUEST,
            Self::Forbidden | Self::Foreign(ForeignRequest::Origin) => StatusCode::FORBIDDEN,
            Self::NoSuchTruck | Self::NoSuchPath => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable(_) => StatusCode::NOT_ACCEPTABLE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::PlateTaken(_) => StatusCode::CONFLICT,
            Self::OtherVersion(_) | Self::OtherFleet => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::OtherMedia | Self::OtherPatch => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unfit(_) | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable(_) | Self::Draining => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) | Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns the header that gives the client more details than the status.
    fn header(&self) -> Option<(header::HeaderName, HeaderValue)> {
        // Whole seconds, rounded up to the next one.
        let seconds = |wait: Duration| HeaderValue::from(wait.as_secs() + 1);
        match self {
            Self::Unauthorized => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            Self::TooMany(wait) => Some((header::RETRY_AFTER, seconds(*wait))),
            Self::Busy | Self::Unavailable(_) => Some((header::RETRY_AFTER, HeaderValue::from_static("1"))),
            Self::OtherPatch => Some((
                header::HeaderName::from_static("accept-patch"),
                HeaderValue::from_static("application/merge-patch+json, application/json"),
            )),
            Self::TooSlow => Some((header::CONNECTION, HeaderValue::from_static("close"))),
            _ => None,
        }
    }

    fn fields(self) -> Vec<FieldError> {
        match self {
            Self::Unfit(errors) => errors,
            Self::PlateTaken(error) => vec![error],
            _ => Vec::new(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSuchTruck => Self::NoSuchTruck,
            StoreError::PlateTaken { .. } => Self::PlateTaken(FieldError::new(
                "/licensePlate",
                "must be of no other truck",
                "a plate in use",
            )),
            StoreError::OtherVersion { version } => Self::OtherVersion(version),
            StoreError::KeyReused => Self::KeyReused,
            error if error.is_transient() => Self::Unavailable(error),
            error => Self::Broken(error),
        }
    }
}

impl IntoResponse for ApiError {
    /// Attaches the problem and its cause as extensions. They are written where the request id is known.
    fn into_response(self) -> Response {
        let cause = match &self {
            Self::Unavailable(error) | Self::Broken(error) => {
                Some(format!("the store failed: {}", error_chain(error)))
            }
            _ => None,
        };
        let (status, header) = (self.status(), self.header());
        let problem = Problem::new(status.as_u16(), status.canonical_reason().unwrap_or_default())
            .with_detail(self.to_string())
            .with_errors(self.fields());
        let mut response = status.into_response();
        response.headers_mut().extend(header);
        response.extensions_mut().insert(problem);
        if let Some(cause) = cause {
            response.extensions_mut().insert(Cause(cause));
        }
        response
    }
}

/// The cause of a server error, for the log only.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) String);

fn count(errors: &[FieldError]) -> String {
    match errors.len() {
        1 => "one field breaks a rule".to_owned(),
        n => format!("{n} fields break a rule"),
    }
}
