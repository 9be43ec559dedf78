//! AWS JSON 1.1: the operation is in a header, both bodies are JSON objects, and `__type` names an error.

use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{AwsError, request_id};

/// The header that names service and operation.
pub(crate) const TARGET: &str = "x-amz-target";

/// Returns the error for an unknown operation.
pub(super) fn unknown(operation: &str) -> AwsError {
    AwsError::new(
        "UnknownOperationException",
        format!("The sandbox does not know the operation {operation}."),
    )
}

/// Parses an operation's input.
pub(super) fn read<T: DeserializeOwned>(input: Value) -> Result<T, AwsError> {
    serde_json::from_value(input).map_err(|why| AwsError::new("SerializationException", why.to_string()))
}

/// Writes an error.
pub(crate) fn refuse(error: &AwsError) -> Response {
    respond(error.status, &json!({"__type": error.code, "message": error.message}))
}

pub(super) fn respond(status: StatusCode, output: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE.as_str(), "application/x-amz-json-1.1".to_owned()),
        ("x-amzn-requestid", request_id::next()),
    ];
    (status, headers, output.to_string()).into_response()
}
