//! The trace that a request belongs to (W3C Trace Context).

use axum::http::HeaderMap;

/// Returns the trace id and the id of the client's span, if the client sent a valid `traceparent`.
pub(crate) fn parent(headers: &HeaderMap) -> Option<(&str, &str)> {
    let mut lines = headers.get_all("traceparent").iter();
    let line = lines.next()?.to_str().ok()?.trim();
    if lines.next().is_some() {
        return None;
    }
    let mut parts = line.split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let known = version == "00" && parts.next().is_none() || version != "00" && version != "ff";
    let right = known
        && is_hex(version, 2)
        && is_hex(trace, 32)
        && is_hex(parent, 16)
        && is_hex(flags, 2)
        && [trace, parent].iter().all(|id| id.bytes().any(|digit| digit != b'0'));
    right.then_some((trace, parent))
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(line: &'static str) -> Option<(String, String)> {
        let headers =
            [("traceparent".parse().unwrap(), HeaderValue::from_static(line))].into_iter().collect();
        parent(&headers).map(|(trace, parent)| (trace.to_owned(), parent.to_owned()))
    }

    #[test]
    fn a_trace_is_taken_over_when_it_is_named_rightly() {
        let (trace, parent) = read("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").unwrap();
        assert_eq!(
            (trace.as_str(), parent.as_str()),
            ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
        );
        assert!(read("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more").is_some());
    }

    #[test]
    fn anything_else_is_no_trace() {
        for line in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
