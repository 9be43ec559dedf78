//! The parsers of untrusted input, for `examples/sandbox-parsers.rs` and the fuzz targets. Not part of the API.
//!
//! Each takes any bytes and returns the text that a user would see.

use crate::{aws, faults::Fault};

/// The name of a parser's corpus and fuzz target, and the parser.
pub type Parser = (&'static str, fn(&[u8]) -> String);

/// All parsers.
pub const ALL: &[Parser] = &[
    ("filter-pattern", filter_pattern),
    ("log-token", log_token),
    ("query-form", query_form),
    ("fault-list", fault_list),
];

/// Parses the first line as a filter pattern and matches the other lines against it.
pub fn filter_pattern(bytes: &[u8]) -> String {
    aws::filter_pattern(&String::from_utf8_lossy(bytes))
}

/// Parses a `nextToken` of CloudWatch Logs and checks that encoding and parsing it again changes nothing.
pub fn log_token(bytes: &[u8]) -> String {
    aws::log_token(&String::from_utf8_lossy(bytes))
}

/// Parses the form of a Query request.
pub fn query_form(bytes: &[u8]) -> String {
    aws::query_form(bytes).to_string()
}

/// Parses a list of faults and converts the delay of each.
pub fn fault_list(bytes: &[u8]) -> String {
    let faults: Vec<Fault> = serde_json::from_slice(bytes).unwrap_or_default();
    for fault in faults {
        let _ = fault.delay.map(std::time::Duration::try_from);
    }
    String::new()
}
