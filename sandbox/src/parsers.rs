//! The parsers of foreign bytes, for `examples/sandbox-parsers.rs` and the fuzz targets. No part of the API.
//!
//! Each takes any bytes and returns what it would show a person.

use crate::{aws, faults::Fault};

/// A parser, and the name of its corpus and of its fuzz target.
pub type Parser = (&'static str, fn(&[u8]) -> String);

/// All parsers.
pub const ALL: &[Parser] = &[
    ("filter-pattern", filter_pattern),
    ("log-token", log_token),
    ("query-form", query_form),
    ("fault-list", fault_list),
];

/// Reads the first line as a filter pattern, and matches the other lines against it.
pub fn filter_pattern(bytes: &[u8]) -> String {
    aws::filter_pattern(&String::from_utf8_lossy(bytes))
}

/// Reads a `nextToken` of CloudWatch Logs. What is read is written again as it was.
pub fn log_token(bytes: &[u8]) -> String {
    aws::log_token(&String::from_utf8_lossy(bytes))
}

/// Reads the form of a Query request.
pub fn query_form(bytes: &[u8]) -> String {
    aws::query_form(bytes).to_string()
}

/// Reads a list of faults, and asks each for its delay.
pub fn fault_list(bytes: &[u8]) -> String {
    let faults: Vec<Fault> = serde_json::from_slice(bytes).unwrap_or_default();
    for fault in faults {
        let _ = fault.delay.map(std::time::Duration::try_from);
    }
    String::new()
}
