//! Failures in the format of each service.

use std::time::Duration;

use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::json;

use crate::aws::{AwsError, refuse_json, refuse_query};
use crate::faults::Service;
use crate::github::{Refused, rate_limited};
use crate::moment::Moment;
use crate::quota::LIMIT;

/// GitHub's sentence about a secondary rate limit.
const SECONDARY: &str =
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

/// Returns an error with the given status.
pub(super) fn failed(service: Service, query: bool, status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let reason = status.canonical_reason().unwrap_or("Server Error");
    match service {
        Service::Trucks => problem(status),
        Service::GitHub => Refused::new(status, reason).into_response(),
        Service::Ecs | Service::Logs | Service::CloudFormation => {
            let code = match status {
                StatusCode::SERVICE_UNAVAILABLE if service == Service::Logs => "ServiceUnavailableException",
                StatusCode::SERVICE_UNAVAILABLE => "ServiceUnavailable",
                StatusCode::FORBIDDEN if query => "AccessDenied",
                StatusCode::FORBIDDEN => "AccessDeniedException",
                status if status.is_server_error() && service == Service::Ecs => "ServerException",
                status if status.is_server_error() => "InternalFailure",
                _ => "ValidationError",
            };
            refuse(query, &AwsError::with_status(status, code, reason))
        }
    }
}

/// Returns "too many requests". GitHub and the trucks API state how long to wait; AWS leaves it to the client.
pub(super) fn throttled(
    service: Service,
    status: Option<u16>,
    wait: Option<Duration>,
    now: Moment,
) -> Response {
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let wait = i64::try_from(wait.unwrap_or(Duration::from_secs(2)).as_secs()).unwrap_or(i64::MAX);
    match service {
        Service::Trucks => {
            let mut response = problem(status.unwrap_or(StatusCode::TOO_MANY_REQUESTS));
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait));
            response
        }
        Service::GitHub => {
            let status = status.unwrap_or(StatusCode::TOO_MANY_REQUESTS);
            let mut response = Refused::new(status, SECONDARY).into_response();
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
            headers.insert("x-ratelimit-limit", HeaderValue::from_static("5000"));
            headers.insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
            headers.insert("x-ratelimit-reset", HeaderValue::from(now.whole_seconds().saturating_add(wait)));
            headers.insert("x-ratelimit-resource", HeaderValue::from_static("core"));
            response
        }
        Service::Ecs | Service::Logs => refuse(false, &error(status, "ThrottlingException")),
        Service::CloudFormation => refuse(true, &error(status, "Throttling")),
    }
}

fn error(status: Option<StatusCode>, code: &str) -> AwsError {
    AwsError::with_status(status.unwrap_or(StatusCode::BAD_REQUEST), code, "Rate exceeded")
}

/// Returns GitHub's answer to a request beyond the primary rate limit. Other services have only one kind of limit.
pub(super) fn limited(service: Service, reset: Option<Duration>, now: Moment) -> Response {
    if service != Service::GitHub {
        return throttled(service, None, reset, now);
    }
    let reset = now + reset.unwrap_or(Duration::from_hours(1));
    let mut response = rate_limited().into_response();
    set_budget(response.headers_mut(), 0, reset);
    response
}

/// Returns GitHub's answer to a request beyond a secondary rate limit; the budget has plenty left.
pub(super) fn secondary(service: Service, wait: Option<Duration>, now: Moment) -> Response {
    if service != Service::GitHub {
        return throttled(service, None, wait, now);
    }
    let status = if wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::FORBIDDEN };
    let mut response = Refused::new(status, SECONDARY).into_response();
    set_budget(response.headers_mut(), 4711, now + Duration::from_hours(1));
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs()));
    }
    response
}

fn set_budget(headers: &mut HeaderMap, remaining: i64, reset: Moment) {
    let numbers = [
        ("x-ratelimit-limit", LIMIT),
        ("x-ratelimit-remaining", remaining),
        ("x-ratelimit-used", LIMIT - remaining),
        ("x-ratelimit-reset", reset.whole_seconds()),
    ];
    for (name, number) in numbers {
        headers.insert(name, HeaderValue::from(number));
    }
    headers.insert("x-ratelimit-resource", HeaderValue::from_static("core"));
}

/// Returns the sign-in page of a proxy, as it comes in place of any response.
pub(super) fn proxy_page() -> Response {
    Html("<html><title>Sign in to the network</title><body>Sign in to continue.</body></html>")
        .into_response()
}

/// Returns the error for a token without the permission that the request needs.
pub(super) fn forbidden(service: Service, query: bool) -> Response {
    let mut response = failed(service, query, 403);
    if service == Service::GitHub {
        response = Refused::new(StatusCode::FORBIDDEN, "Resource not accessible by personal access token")
            .into_response();
        let permission = HeaderValue::from_static("checks=read");
        response.headers_mut().insert("x-accepted-github-permissions", permission);
        response.headers_mut().insert("x-ratelimit-remaining", HeaderValue::from_static("4711"));
    }
    response
}

/// Returns the error for a token that an organization's single sign-on has not authorized.
pub(super) fn sso(service: Service, query: bool, owner: &str) -> Response {
    if service != Service::GitHub {
        return failed(service, query, 403);
    }
    let message = "Resource protected by organization SAML enforcement. You must grant your Personal Access token \
                   access to this organization.";
    let mut response = Refused::new(StatusCode::FORBIDDEN, message).into_response();
    let url = format!("required; url=https://github.com/orgs/{owner}/sso?authorization_request=AAAA");
    if let Ok(url) = HeaderValue::from_str(&url) {
        response.headers_mut().insert("x-github-sso", url);
    }
    response
}

/// Returns the error for expired credentials.
pub(super) fn expired(service: Service, query: bool) -> Response {
    let message = "The security token included in the request is expired";
    match service {
        Service::Trucks => problem(StatusCode::UNAUTHORIZED),
        Service::GitHub => Refused::new(StatusCode::UNAUTHORIZED, "Bad credentials").into_response(),
        Service::Ecs | Service::Logs => refuse(false, &AwsError::new("ExpiredTokenException", message)),
        Service::CloudFormation => {
            refuse(query, &AwsError::with_status(StatusCode::FORBIDDEN, "ExpiredToken", message))
        }
    }
}

fn refuse(query: bool, error: &AwsError) -> Response {
    if query { refuse_query(error) } else { refuse_json(error) }
}

/// Returns a problem document of the trucks API (RFC 9457).
fn problem(status: StatusCode) -> Response {
    let title = status.canonical_reason().unwrap_or("Error");
    let body = json!({"type": "about:blank", "title": title, "status": status.as_u16()});
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
