//! AWS JSON 1.1: the operation in a header, one JSON object each way, errors by `__type`.

use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::state::State;

use super::{Context, Denied, ecs, logs, request_id};

/// The header that names service and operation.
pub(crate) const TARGET: &str = "x-amz-target";

/// Answers one operation.
pub(super) fn answer(state: &State, target: &str, body: &[u8]) -> Response {
    let input = if body.is_empty() { Ok(json!({})) } else { serde_json::from_slice(body) };
    let Ok(input) = input else {
        return refuse(&Denied::new("SerializationException", "The request is not valid JSON."));
    };
    let context = Context::of(state);
    let answer = match target.split_once('.') {
        Some((ecs::TARGET, operation)) => ecs::answer(&context, operation, input),
        Some((logs::TARGET, operation)) => logs::answer(&context, operation, input),
        _ => Err(unknown(target)),
    };
    match answer {
        Ok(output) => respond(StatusCode::OK, &output),
        Err(denied) => refuse(&denied),
    }
}

/// The error for an operation that the sandbox does not know.
pub(super) fn unknown(operation: &str) -> Denied {
    Denied::new("UnknownOperationException", format!("The sandbox does not know the operation {operation}."))
}

/// Reads an operation's input.
pub(super) fn read<T: DeserializeOwned>(input: Value) -> Result<T, Denied> {
    serde_json::from_value(input).map_err(|why| Denied::new("SerializationException", why.to_string()))
}

/// Writes an error.
pub(crate) fn refuse(denied: &Denied) -> Response {
    respond(denied.status, &json!({"__type": denied.code, "message": denied.message}))
}

fn respond(status: StatusCode, output: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE.as_str(), "application/x-amz-json-1.1".to_owned()),
        ("x-amzn-requestid", request_id::next()),
    ];
    (status, headers, output.to_string()).into_response()
}
