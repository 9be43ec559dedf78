//! The error responses of routes, for the OpenAPI description.

use hello_shared::Problem;
use utoipa::IntoResponses;

/// The error responses of every route, including probes.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI description uses it")]
pub(super) enum OfHead {
    /// The head, the query or the body cannot be read.
    #[response(status = BAD_REQUEST, content_type = "application/problem+json")]
    Malformed(Problem),
    /// Pages of this origin may not call, or the token may read, and not write.
    #[response(status = FORBIDDEN, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// The service does not answer for the host that the request names.
    #[response(status = MISDIRECTED_REQUEST, content_type = "application/problem+json")]
    ForeignHost(Problem),
    /// The head of the request is larger than the service reads.
    #[response(status = REQUEST_HEADER_FIELDS_TOO_LARGE)]
    TooLarge,
}

/// The error responses of a route with admission control, in addition to [`OfHead`].
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI description uses it")]
pub(super) enum Always {
    /// A token is needed, and was not sent or is not known.
    #[response(status = UNAUTHORIZED, content_type = "application/problem+json")]
    Unauthorized(Problem),
    /// The request was not over in time.
    #[response(status = REQUEST_TIMEOUT, content_type = "application/problem+json")]
    TooSlow(Problem),
    /// The client sends too many requests; Retry-After says when to go on.
    #[response(status = TOO_MANY_REQUESTS, content_type = "application/problem+json")]
    TooMany(Problem),
    /// The trucks cannot be reached, or the service has all that it can do; Retry-After says when to try again.
    #[response(status = SERVICE_UNAVAILABLE, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// The error responses of a route for trucks, in addition to [`Always`].
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI description uses it")]
pub(super) enum OfAccept {
    /// The answer is of a media type that the Accept header excludes.
    #[response(status = NOT_ACCEPTABLE, content_type = "application/problem+json")]
    NotAcceptable(Problem),
}

/// The error responses of a route that reads a body, in addition to [`Always`].
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI description uses it")]
pub(super) enum OfBody {
    /// Another truck has this number plate.
    #[response(status = CONFLICT, content_type = "application/problem+json")]
    PlateTaken(Problem),
    /// The body is too large.
    #[response(status = PAYLOAD_TOO_LARGE, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body is of another media type.
    #[response(status = UNSUPPORTED_MEDIA_TYPE, content_type = "application/problem+json")]
    OtherMedia(Problem),
    /// Fields break rules: each is named with the rule and what was found.
    #[response(status = UNPROCESSABLE_ENTITY, content_type = "application/problem+json")]
    Unfit(Problem),
}

/// The error responses of a route for one truck, in addition to [`Always`].
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI description uses it")]
pub(super) enum OfTruck {
    /// No truck has this id.
    #[response(status = NOT_FOUND, content_type = "application/problem+json")]
    NoSuchTruck(Problem),
}

/// The error responses of a conditional request for one truck, in addition to [`OfTruck`].
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only the OpenAPI description uses it")]
pub(super) enum OfCondition {
    /// The truck is not of the version that the If-Match header names.
    #[response(status = PRECONDITION_FAILED, content_type = "application/problem+json")]
    OtherVersion(Problem),
}
