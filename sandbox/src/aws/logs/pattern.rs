//! CloudWatch Logs' filter patterns: terms for any text, and comparisons for JSON lines.
//!
//! Supports the common part: `error timeout`, `"two words"`, `-exclude`, `?either ?or`, and
//! `{ $.level = "ERROR" && $.status >= 500 }`. Regular expressions and space-delimited patterns are not supported.

mod json;
mod terms;

use json::Expression;
use terms::Terms;

use super::super::AwsError;

/// A parsed filter pattern.
#[derive(Debug)]
pub(super) enum Pattern {
    Terms(Terms),
    Json(Expression),
}

impl Pattern {
    /// Parses a pattern; an empty one matches every line.
    pub(super) fn parse(text: &str) -> Result<Self, AwsError> {
        let text = text.trim();
        let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let parsed = match inner {
            Some(inner) => Expression::parse(inner).map(Self::Json),
            None => Terms::parse(text).map(Self::Terms),
        };
        parsed.ok_or_else(|| AwsError::parameter("Invalid filter pattern"))
    }

    /// Reports whether a line matches.
    pub(super) fn matches(&self, line: &str) -> bool {
        match self {
            Self::Terms(terms) => terms.match_line(line),
            Self::Json(expression) => serde_json::from_str(line).is_ok_and(|value| expression.holds(&value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, line: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(line)
    }

    #[test]
    fn terms_are_all_needed_quoted_excluded_or_optional() {
        let line = r#"{"level":"ERROR","message":"database is locked"}"#;
        for yes in ["", "ERROR", "ERROR locked", "\"is locked\"", "ERROR -debug", "?nothing ?locked"] {
            assert!(matches(yes, line), "{yes}");
        }
        for no in ["error", "ERROR INFO", "\"locked is\"", "ERROR -locked", "?nothing ?never"] {
            assert!(!matches(no, line), "{no}");
        }
    }

    #[test]
    fn json_lines_are_compared_by_field() {
        let line =
            r#"{"level":"ERROR","http.status":503,"user":{"id":7},"tags":["a","b"],"ok":true,"gone":null}"#;
        for yes in [
            r#"{ $.level = "ERROR" }"#,
            "{ $.level = ERR* && $.user.id >= 7 }",
            r#"{ ($.user.id = 8) || ($.tags[1] = "b") }"#,
            "{ $['http.status'] > 499 }",
            "{ $.ok IS TRUE }",
            "{ $.gone IS NULL }",
            "{ $.missing NOT EXISTS }",
            r#"{ $.level != "INFO" }"#,
        ] {
            assert!(matches(yes, line), "{yes}");
        }
        for no in [r#"{ $.level = "INFO" }"#, "{ $.user.id < 7 }", r#"{ $.missing = "x" }"#] {
            assert!(!matches(no, line), "{no}");
        }
        assert!(!matches(r#"{ $.level = "ERROR" }"#, "not JSON"));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for bad in ["{ $.level }", "{ level = 1 }", "{ $.a = 1 && }", "\"open", "{ ($.a = 1 }", "{}"] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
    }
}
