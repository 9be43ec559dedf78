//! AWS Query: a form as request, XML as response. CloudFormation, STS and load balancing use it.

mod balancing;
mod cloudformation;
mod form;
mod identity;
mod xml;

use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use crate::state::State;

use super::{AwsError, Context, content_type, request_id};
use form::Form;

/// A service that uses Query, and the XML namespace of its responses.
struct Service {
    version: &'static str,
    namespace: &'static str,
    answer: fn(&Context<'_>, &str, &Form) -> Result<Value, AwsError>,
}

const SERVICES: &[Service] = &[
    Service {
        version: "2010-05-15",
        namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
        answer: cloudformation::answer,
    },
    Service {
        version: "2011-06-15",
        namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
        answer: identity::answer,
    },
    Service {
        version: "2015-12-01",
        namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
        answer: balancing::answer,
    },
];

/// Answers one operation; the API version in the form selects the service.
pub(super) fn answer(state: &State, headers: &HeaderMap, body: &[u8]) -> Response {
    if !content_type(headers).starts_with("application/x-www-form-urlencoded") {
        return refuse(&AwsError::new(
            "MissingAction",
            "The request has neither X-Amz-Target nor an Action.",
        ));
    }
    let form = Form::parse(body);
    let operation = form.get("Action").unwrap_or_default();
    let version = form.get("Version").unwrap_or_default();
    let Some(service) = SERVICES.iter().find(|service| service.version == version) else {
        return refuse(&unknown(operation));
    };
    match (service.answer)(&Context::of(state), operation, &form) {
        Ok(output) => {
            respond(StatusCode::OK, xml::answer(service.namespace, operation, &output, &request_id::next()))
        }
        Err(error) => refuse(&error),
    }
}

/// Returns the error for an unknown operation.
fn unknown(operation: &str) -> AwsError {
    AwsError::new("InvalidAction", format!("The sandbox does not know the action {operation}."))
}

/// Writes an error.
pub(crate) fn refuse(error: &AwsError) -> Response {
    respond(error.status, xml::error(&error.code, &error.message, &request_id::next()))
}

fn respond(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/xml")], body).into_response()
}

/// Parses a form and counts the members of its lists.
pub(super) fn count_members(body: &[u8]) -> usize {
    let form = Form::parse(body);
    ["StackName", "LoadBalancerArns", "TargetGroupArns"].into_iter().map(|name| form.list(name).len()).sum()
}
