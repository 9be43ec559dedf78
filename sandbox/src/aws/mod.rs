//! AWS's protocols for the simulation: JSON 1.1 for ECS and CloudWatch Logs, Query/XML for CloudFormation, STS and load
//! balancing. All requests are `POST /`; their headers tell the protocols apart.
//!
//! Signatures are not checked: the sandbox's credentials are fake.

mod aws_error;
mod ecs;
mod json;
mod logs;
mod page;
mod query;
mod request_id;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use crate::seeded_rng::SeededRng;
use crate::simulation::World;
use crate::state::State;

pub(crate) use aws_error::AwsError;
pub(crate) use json::{TARGET, refuse as refuse_json};
pub(crate) use query::refuse as refuse_query;

/// The data that an operation reads.
struct Context<'a> {
    state: &'a State,
    world: World,
}

impl<'a> Context<'a> {
    fn of(state: &'a State) -> Self {
        Self { state, world: state.world() }
    }
}

/// Answers `POST /`.
pub(crate) async fn answer(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Bytes) -> Response {
    match headers.get(TARGET).and_then(|target| target.to_str().ok()) {
        Some(_) if !content_type(&headers).starts_with(JSON_TYPE) => {
            let message = format!("The Content-Type must be {JSON_TYPE}1, as every SDK sends it.");
            json::refuse(&AwsError::with_status(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UnsupportedMediaType",
                message,
            ))
        }
        Some(target) => answer_json(&state, target, &body),
        None => query::answer(&state, &headers, &body),
    }
}

/// Answers one operation of AWS JSON.
fn answer_json(state: &State, target: &str, body: &[u8]) -> Response {
    let input = if body.is_empty() { Ok(Value::Object(Map::new())) } else { serde_json::from_slice(body) };
    let Ok(input) = input else {
        return json::refuse(&AwsError::new("SerializationException", "The request is not valid JSON."));
    };
    let context = Context::of(state);
    let answer = match target.split_once('.') {
        Some((ecs::TARGET, operation)) => ecs::answer(&context, operation, input),
        Some((logs::TARGET, operation)) => logs::answer(&context, operation, input),
        _ => Err(json::unknown(target)),
    };
    match answer {
        Ok(output) => json::respond(StatusCode::OK, &output),
        Err(error) => json::refuse(&error),
    }
}

/// The common prefix of the content types of all versions of the protocol.
const JSON_TYPE: &str = "application/x-amz-json-1.";

fn content_type(headers: &HeaderMap) -> &str {
    headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default()
}

/// Returns the random number generator of an item that has only a name.
fn rng_of(context: &Context<'_>, what: &str) -> SeededRng {
    context.state.scenario.rng(what, &[])
}

/// Parses the first line as a filter pattern and matches the other lines against it, for [`crate::parsers`].
pub(crate) fn filter_pattern(text: &str) -> String {
    logs::match_lines(text).map_or_else(|error| error.message, |_| String::new())
}

/// Parses a `nextToken` of CloudWatch Logs, for [`crate::parsers`].
pub(crate) fn log_token(text: &str) -> String {
    match logs::rewrite_token(text) {
        Ok(token) => {
            let again = logs::rewrite_token(&token).ok();
            assert_eq!(again, Some(token), "encoding and parsing a token changes it");
            String::new()
        }
        Err(error) => error.message,
    }
}

/// Parses the form of a Query request, for [`crate::parsers`].
pub(crate) fn query_form(bytes: &[u8]) -> usize {
    query::count_members(bytes)
}
