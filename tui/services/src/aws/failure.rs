//! Converts all SDK errors to failures.

use std::{error::Error, fmt, time::Duration};

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::{
    orchestrator::HttpResponse,
    result::{DispatchFailure, SdkError},
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use hello_model::{
    calls::Call,
    failure::{Failure, Kind},
    time::Timestamp,
};

use super::{answers, source::CredentialsSource};

/// The wait after throttling. AWS does not return one, and its token buckets refill every second.
const THROTTLED_WAIT: Duration = Duration::from_secs(5);

/// The origin of a request, named in every failure.
#[derive(Debug, Clone)]
pub(super) struct RequestOrigin {
    pub(super) region: String,
    pub(super) endpoint: Option<String>,
    pub(super) source: CredentialsSource,
}

impl fmt::Display for RequestOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, region {}", self.source, self.region)?;
        match &self.endpoint {
            Some(endpoint) => write!(f, ", endpoint {endpoint}"),
            None => Ok(()),
        }
    }
}

/// Returns the service's error code, without the namespace that some protocols prepend.
pub(crate) fn code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> Option<&str> {
    let code = error.as_service_error()?.code()?;
    code.rsplit('#').next().filter(|code| !code.is_empty())
}

impl RequestOrigin {
    pub(super) fn failure<E>(
        &self,
        what: &str,
        call: &Call,
        error: &SdkError<E, HttpResponse>,
        now: Timestamp,
    ) -> Failure
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let action = call.operation;
        let failure = |kind, why: String| Failure::new(kind, what, format!("{why} ({self})"));
        if let Some(cause) = answers::Error::within(error).filter(|cause| !cause.is_offline()) {
            return failure(cause.kind(), format!("{action}: {cause}"));
        }
        match error {
            SdkError::ServiceError(_) if code(error).is_some() => self.refused(what, call, error, now),
            SdkError::DispatchFailure(dispatch) if is_transport(dispatch) => {
                failure(Kind::Offline, format!("{action} cannot be reached: {}", answers::innermost(error)))
                    .hint(self.way_there())
            }
            SdkError::TimeoutError(_) => {
                failure(Kind::Offline, format!("{action} did not answer in time")).hint(self.way_there())
            }
            SdkError::ConstructionFailure(_) | SdkError::DispatchFailure(_) => self.not_sent(what, error),
            _ => {
                let status = error.raw_response().map_or(0, |answer| answer.status().as_u16());
                let kind = if matches!(status, 502..=504) { Kind::Offline } else { Kind::Unexpected };
                failure(kind, format!("{action} was answered with status {status} and no reason"))
            }
        }
    }

    fn refused<E>(
        &self,
        what: &str,
        call: &Call,
        error: &SdkError<E, HttpResponse>,
        now: Timestamp,
    ) -> Failure
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let action = call.operation;
        let code = code(error).unwrap_or_default();
        let message = error.as_service_error().and_then(ProvideErrorMetadata::message).unwrap_or(code);
        let failure = |kind, why: String| Failure::new(kind, what, format!("{why} ({self})"));
        match error_class(code, message) {
            ErrorClass::Denied => failure(Kind::Unauthorized, format!("{action} is not allowed: {message}"))
                .hint(format!(
                    "ask for {}, or choose another profile: export AWS_PROFILE=NAME",
                    call.permission
                )),
            ErrorClass::Expired => {
                failure(Kind::Unauthorized, format!("AWS does not accept the credentials: {message}"))
                    .hint(self.source.sign_in())
            }
            ErrorClass::Throttled => {
                failure(Kind::RateLimited { until: now + THROTTLED_WAIT }, format!("{action}: {message}"))
            }
            ErrorClass::Missing => failure(Kind::NotFound, format!("{action}: {message}"))
                .hint("check the component's annotations, and account and region: hello-tui doctor"),
            ErrorClass::Other => failure(Kind::Unexpected, format!("{action}: {code}: {message}")),
        }
    }

    /// Reports why the request was not sent. The cause is nearly always missing credentials.
    fn not_sent<E: Error + 'static>(&self, what: &str, error: &SdkError<E, HttpResponse>) -> Failure {
        let cause = answers::innermost(error);
        let failure = |kind, why: String| Failure::new(kind, what, format!("{why} ({self})"));
        let (cause, hint) = match chain(error).find_map(|error| error.downcast_ref::<CredentialsError>()) {
            Some(CredentialsError::CredentialsNotLoaded(_)) => {
                ("there are none".to_owned(), self.source.sign_in())
            }
            Some(CredentialsError::InvalidConfiguration(_)) => {
                (cause, "correct ~/.aws/config and ~/.aws/credentials".to_owned())
            }
            Some(_) => (cause, self.source.sign_in()),
            None if cause.contains("identity") => (cause, self.source.sign_in()),
            None => return failure(Kind::Unexpected, format!("the request could not be made: {cause}")),
        };
        failure(Kind::Unauthorized, format!("no usable AWS credentials: {cause}")).hint(hint)
    }

    fn way_there(&self) -> String {
        match &self.endpoint {
            Some(endpoint) => format!("is {endpoint} running? Unset AWS_ENDPOINT_URL to ask AWS itself"),
            None => format!("check the network, and that region {} is right", self.region),
        }
    }
}

enum ErrorClass {
    Denied,
    Expired,
    Throttled,
    Missing,
    Other,
}

/// Classifies the error codes of ECS, CloudWatch Logs and CloudFormation, and those common to all services.
fn error_class(code: &str, message: &str) -> ErrorClass {
    match code {
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "OptInRequired" => {
            ErrorClass::Denied
        }
        "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException" => ErrorClass::Expired,
        "TooManyRequestsException" | "RequestLimitExceeded" | "SlowDown" | "LimitExceededException" => {
            ErrorClass::Throttled
        }
        code if code.starts_with("Throttl") => ErrorClass::Throttled,
        "ClusterNotFoundException"
        | "ServiceNotFoundException"
        | "ServiceNotActiveException"
        | "ServiceDeploymentNotFoundException"
        | "ResourceNotFoundException" => ErrorClass::Missing,
        // CloudFormation and ECS task definitions have no error code of their own for a missing resource.
        "ValidationError" if message.contains("does not exist") => ErrorClass::Missing,
        "ClientException" if message.contains("Unable to describe task definition") => ErrorClass::Missing,
        _ => ErrorClass::Other,
    }
}

fn is_transport(dispatch: &DispatchFailure) -> bool {
    // The timeout of an exchange has no kind of its own in the SDK.
    let cause = dispatch.as_connector_error().and_then(Error::source);
    let cause = cause.and_then(|cause| cause.downcast_ref::<answers::Error>());
    dispatch.is_io() || dispatch.is_timeout() || cause.is_some_and(answers::Error::is_offline)
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}
