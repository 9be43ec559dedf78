//! Content negotiation by the `Accept` header, for which the crate `headers` has no type.

use axum::{
    extract::Request,
    http::{HeaderMap, header::ACCEPT},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::error::ApiError;

/// Refuses a request whose `Accept` header excludes JSON.
pub(crate) async fn require_json(request: Request, next: Next) -> Response {
    if takes(request.headers(), JSON) {
        next.run(request).await
    } else {
        ApiError::NotAcceptable("application/json").into_response()
    }
}

/// The media ranges that include JSON, the most specific last.
pub(crate) const JSON: [&str; 3] = ["*/*", "application/*", "application/json"];
/// The media ranges that include a stream of events, the most specific last.
pub(crate) const EVENTS: [&str; 3] = ["*/*", "text/*", "text/event-stream"];

/// Reports whether the client accepts the media type of `ranges`. Without a readable `Accept` header, it accepts
/// everything.
pub(crate) fn takes(headers: &HeaderMap, ranges: [&str; 3]) -> bool {
    if !headers.contains_key(ACCEPT) {
        return true;
    }
    let accepted: Vec<_> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(range)
        .collect();
    // The most specific range decides: `application/json;q=0, */*` accepts anything but JSON.
    let closest =
        accepted.iter().filter_map(|&(media, wanted)| Some((exactness(media, ranges)?, wanted))).max();
    accepted.is_empty() || closest.is_some_and(|(_, wanted)| wanted)
}

/// Splits `type/subtype;q=…` into the media range and whether it is accepted at all.
fn range(range: &str) -> Option<(&str, bool)> {
    let mut parts = range.split(';').map(str::trim);
    let media = parts.next().filter(|media| media.contains('/'))?;
    let unwanted = parts
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(name, value)| name.eq_ignore_ascii_case("q") && value.parse() == Ok(0.0));
    Some((media, !unwanted))
}

/// Returns how specifically a media range matches `ranges`; `None` if it does not.
fn exactness(media: &str, ranges: [&str; 3]) -> Option<u8> {
    ranges
        .into_iter()
        .zip(0..)
        .find_map(|(range, exactness)| media.eq_ignore_ascii_case(range).then_some(exactness))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn takes_json_with(accept: &[&'static str]) -> bool {
        takes(&accept.iter().map(|value| (ACCEPT, HeaderValue::from_static(value))).collect(), JSON)
    }

    #[test]
    fn json_is_accepted_unless_excluded() {
        for accept in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/*",
            "*/*",
            "text/html, application/xml;q=0.9, */*;q=0.8",
            "application/json;q=0.1",
            "",
            "nonsense",
        ] {
            assert!(takes_json_with(&[accept]), "{accept}");
        }
        assert!(takes_json_with(&[]));
        assert!(takes_json_with(&["text/html", "application/json"]));
    }

    #[test]
    fn excluded_json_is_not_accepted() {
        for accept in
            ["application/xml", "text/*", "application/json;q=0", "*/*, application/json; q=0.0", "*/*;q=0"]
        {
            assert!(!takes_json_with(&[accept]), "{accept}");
        }
    }
}
