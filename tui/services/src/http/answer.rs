//! Interprets unsuccessful HTTP responses of any service.
//!
//! Pure: the caller passes the current time in. Hints and vendor-specific headers do not belong here.

use std::{error::Error, time::Duration};

use hello_model::{failure::Kind, time::Timestamp};
use http::{HeaderMap, StatusCode, header};
use jiff::fmt::rfc2822::DateTimeParser;

/// The wait if the service asks to slow down but gives no time.
const USUAL_WAIT: Duration = Duration::from_mins(1);

/// The maximum wait that is honoured. A retry after it does no harm.
const MAX_WAIT: Duration = Duration::from_hours(1);

/// Classifies an unsuccessful status.
pub(crate) fn kind(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Kind {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Kind::Unauthorized,
        StatusCode::NOT_FOUND | StatusCode::GONE => Kind::NotFound,
        StatusCode::TOO_MANY_REQUESTS => {
            Kind::RateLimited { until: retry_at(headers, now).unwrap_or(now + USUAL_WAIT) }
        }
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            Kind::Offline
        }
        _ => Kind::Unexpected,
    }
}

/// Returns the end of the pause that a host asks for with its headers: `Retry-After`, or the reset of a spent limit.
pub(crate) fn pause_until(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    if !matches!(status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS) {
        return None;
    }
    let is_spent = text(headers, "x-ratelimit-remaining") == Some("0");
    let reset = || {
        let second = text(headers, "x-ratelimit-reset").filter(|_| is_spent)?.parse().ok()?;
        Some(translated(Timestamp::from_second(second).ok()?, headers, now))
    };
    retry_at(headers, now).or_else(reset)
}

/// Returns when `Retry-After` allows the next request. The header holds seconds or a date (RFC 9110).
fn retry_at(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let value = text(headers, &header::RETRY_AFTER)?;
    match value.parse::<u64>() {
        Ok(seconds) => Some(now + bounded(Duration::from_secs(seconds))),
        Err(_) => http_date(value).map(|at| translated(at, headers, now)),
    }
}

/// Converts `at` from the service's clock, known from its `Date` header, to ours. The wait is limited.
fn translated(at: Timestamp, headers: &HeaderMap, now: Timestamp) -> Timestamp {
    let there = text(headers, &header::DATE).and_then(http_date).unwrap_or(now);
    now + bounded(Duration::try_from(at.duration_since(there)).unwrap_or_default())
}

/// Returns the value of a header, if it is text.
pub(crate) fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Describes an unexpected response: status, media type, and the first line if it is text for users.
pub(crate) fn described(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> String {
    let media_type = text(headers, &header::CONTENT_TYPE).unwrap_or("no content type");
    let media_type = media_type.split(';').next().unwrap_or(media_type).trim();
    let told = format!("the answer was {status} ({media_type}, {} bytes)", body.len());
    match String::from_utf8_lossy(body).lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) if media_type == "text/plain" => {
            format!("{told}: {}", line.chars().take(120).collect::<String>())
        }
        _ => told,
    }
}

/// Returns the innermost cause of an error, which is the most specific one.
pub(crate) fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

fn bounded(wait: Duration) -> Duration {
    wait.clamp(Duration::from_secs(1), MAX_WAIT)
}

fn http_date(value: &str) -> Option<Timestamp> {
    static PARSER: DateTimeParser = DateTimeParser::new();
    PARSER.parse_timestamp(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-23T10:00:00Z".parse().unwrap()
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn a_wait_is_read_from_seconds_and_from_a_date() {
        let seconds = headers(&[("retry-after", "30")]);
        let date = headers(&[("retry-after", "Mon, 23 Nov 2026 10:00:30 GMT")]);
        assert_eq!(retry_at(&seconds, now()), retry_at(&date, now()));
    }

    #[test]
    fn a_wait_of_a_year_is_cut_short() {
        let until = retry_at(&headers(&[("retry-after", "99999999")]), now()).unwrap();
        assert_eq!(until, now() + Duration::from_hours(1));
    }

    #[test]
    fn a_time_is_corrected_for_a_fast_server_clock() {
        let fast = headers(&[("date", "Mon, 23 Nov 2026 10:20:00 GMT")]);
        let at = "2026-11-23T10:25:00Z".parse().unwrap();
        assert_eq!(translated(at, &fast, now()), now() + Duration::from_mins(5));
    }

    #[test]
    fn a_web_page_is_named_but_not_quoted() {
        let page = headers(&[("content-type", "text/html; charset=utf-8")]);
        let told = described(StatusCode::BAD_GATEWAY, &page, b"<html>nginx</html>");
        assert_eq!(told, "the answer was 502 Bad Gateway (text/html, 18 bytes)");
    }
}
