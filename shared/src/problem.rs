//! Failures over HTTP: the problem documents of RFC 9457.
//!
//! Parsing is lenient, because the response may come from a proxy or another service. A member of the wrong type counts
//! as absent, as the RFC asks, so that the valid members are not lost.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Tells why a request failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A URI that names the sort of problem; `about:blank` when the status says it all.
    #[serde(rename = "type", default = "about_blank", deserialize_with = "kind")]
    #[cfg_attr(feature = "openapi", schema(required = true, format = "uri-reference"))]
    pub kind: String,
    /// The sort of problem in a few words, the same for each of its sort.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_understood")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub title: Option<String>,
    /// The status of the response, repeated so that the document is complete by itself.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_understood")]
    #[cfg_attr(feature = "openapi", schema(nullable = false, minimum = 100, maximum = 599))]
    pub status: Option<u16>,
    /// What happened this time, and what to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_understood")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub detail: Option<String>,
    /// Finds the request in the service's log.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_understood")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub request_id: Option<String>,
    /// One entry for each field that broke a rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "those_understood")]
    pub errors: Vec<FieldError>,
}

impl Problem {
    /// The media type of a problem document.
    pub const CONTENT_TYPE: &str = "application/problem+json";

    /// Returns a problem with this status and title.
    pub fn new(status: u16, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), status: Some(status), ..Self::default() }
    }

    /// Returns the problem with a text about what happened this time.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Returns the problem with the fields that broke a rule.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }
}

impl Default for Problem {
    fn default() -> Self {
        Self {
            kind: about_blank(),
            title: None,
            status: None,
            detail: None,
            request_id: None,
            errors: Vec::new(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.title, &self.detail) {
            (Some(title), Some(detail)) => write!(f, "{title}: {detail}"),
            (Some(words), None) | (None, Some(words)) => f.write_str(words),
            (None, None) => f.write_str(&self.kind),
        }
    }
}

/// Tells which field broke which rule, and what was found in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// Where, as a JSON pointer (RFC 6901) into the request's body: `/make`; empty for the body itself. A parameter of
    /// the query is named as `?limit`.
    #[serde(default, deserialize_with = "if_understood")]
    #[cfg_attr(feature = "openapi", schema(required = true, example = "/make"))]
    pub pointer: String,
    /// What the field must be: `must be 1 to 50 characters`.
    #[serde(default, deserialize_with = "if_understood")]
    #[cfg_attr(feature = "openapi", schema(required = true, example = "must be 1 to 50 characters"))]
    pub rule: String,
    /// What it was: `60 characters`.
    #[serde(default, deserialize_with = "if_understood")]
    #[cfg_attr(feature = "openapi", schema(required = true, example = "60 characters"))]
    pub found: String,
}

impl FieldError {
    /// Returns the error of the field at `pointer`.
    pub fn new(pointer: impl Into<String>, rule: impl Into<String>, found: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), rule: rule.into(), found: found.into() }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.pointer.trim_start_matches('/');
        let field = if field.is_empty() { "the body" } else { field };
        write!(f, "{field} {}; found {}", self.rule, self.found)
    }
}

fn about_blank() -> String {
    "about:blank".to_owned()
}

fn kind<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(kind) => kind,
        _ => about_blank(),
    })
}

fn if_understood<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).unwrap_or_default())
}

fn those_understood<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<FieldError>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Array(entries) => entries
            .into_iter()
            .filter(Value::is_object)
            .filter_map(|e| serde_json::from_value(e).ok())
            .collect(),
        _ => Vec::new(),
    })
}
