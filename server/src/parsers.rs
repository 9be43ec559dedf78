//! The parsers of untrusted input, for `examples/server-parsers.rs` and the fuzz targets. Not part of the API.
//!
//! Each parser takes any bytes and returns the error messages that a user would see.

use std::fmt::Write as _;

use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use hello_shared::FieldError;
use serde_json::Value;

use crate::{
    Cursor, Order, Tokens, accept, client, error::ApiError, error_chain::error_chain, etag, params, trace,
    validation,
};

/// A parser, and the name of its corpus and of its fuzz target.
pub type Parser = (&'static str, fn(&[u8]) -> String);

/// All parsers.
pub const ALL: &[Parser] = &[
    ("truck-body", truck_body),
    ("truck-query", truck_query),
    ("truck-cursor", truck_cursor),
    ("request-headers", request_headers),
    ("token-file", token_file),
];

/// Parses a body as a new truck, as a list of trucks, as a change and as a replacement.
pub fn truck_body(bytes: &[u8]) -> String {
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else { return String::new() };
    let rows = body.as_array().map(Vec::as_slice).unwrap_or_default();
    let refused = [
        validation::new_truck(&body).err(),
        validation::new_trucks(rows).err(),
        validation::patch(&body).err(),
        validation::replacement(&body).err(),
    ];
    refused.into_iter().flatten().map(|errors| messages(&errors)).collect()
}

/// Parses the query string of a list, and formats the link to its next page.
pub fn truck_query(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    match params::read(&text) {
        Ok(query) => {
            let _ = query.after.map(|cursor| params::next(&text, &cursor));
            String::new()
        }
        Err(ApiError::Unfit(errors)) => messages(&errors),
        Err(error) => error_chain(&error),
    }
}

/// Parses a cursor in each order, and checks that it is formatted as it was.
pub fn truck_cursor(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let orders = Order::WORDS.iter().filter_map(|word| word.parse().ok());
    let read: Vec<_> = orders.filter_map(|order| Cursor::read(&text, order)).collect();
    assert!(read.len() <= 1, "a cursor belongs to one order");
    assert!(read.iter().all(|cursor| cursor.write() == text), "a cursor is read as it is written");
    String::new()
}

/// Parses headers, one per line, with every header parser.
pub fn request_headers(bytes: &[u8]) -> String {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = parts.next().and_then(|name| HeaderName::from_bytes(name.trim_ascii()).ok());
        let value = parts.next().and_then(|value| HeaderValue::from_bytes(value.trim_ascii()).ok());
        if let (Some(name), Some(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let _ = (etag::condition(&headers), trace::parent(&headers));
    let _ = (accept::takes(&headers, accept::JSON), accept::takes(&headers, accept::EVENTS));
    let all_networks: Vec<_> = ["0.0.0.0/0", "::/0"].iter().filter_map(|net| net.parse().ok()).collect();
    client::client(&Extensions::new(), &headers, &all_networks).to_string()
}

/// Parses a file of tokens.
pub fn token_file(bytes: &[u8]) -> String {
    Tokens::read(&String::from_utf8_lossy(bytes)).map_or_else(|error| error.to_string(), |_| String::new())
}

fn messages(errors: &[FieldError]) -> String {
    errors.iter().fold(String::new(), |mut messages, error| {
        let _ = writeln!(messages, "{} {}: {}", error.pointer, error.rule, error.found);
        messages
    })
}
