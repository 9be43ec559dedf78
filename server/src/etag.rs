//! Entity tags and conditional requests (RFC 9110, 13.1).
//!
//! The crate `headers` does not give access to the tags of a list, which the store compares under its lock.

use axum::http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{IF_MATCH, IF_NONE_MATCH},
};
use hello_shared::Truck;

use crate::store::Condition;

/// Returns the tag of a truck: its version number, because an id is never reused.
pub(crate) fn of_truck(truck: &Truck) -> HeaderValue {
    quoted(&truck.version.to_string())
}

/// Returns the tag of data that was read from a fleet at a revision.
pub(crate) fn of_fleet(epoch: &str, revision: u64) -> HeaderValue {
    quoted(&format!("{epoch}-{revision}"))
}

/// Reports whether `If-None-Match` matches this tag, by weak comparison.
pub(crate) fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let weak = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    let Ok(tag) = tag.to_str() else { return false };
    tags(headers, IF_NONE_MATCH).iter().any(|known| known == "*" || weak(known) == tag)
}

/// Reports whether `If-Match` is absent or matches this tag, by strong comparison.
pub(crate) fn is_wanted(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    !headers.contains_key(IF_MATCH)
        || tags(headers, IF_MATCH).iter().any(|wanted| wanted == "*" || wanted.as_bytes() == tag.as_bytes())
}

/// Returns the condition on the truck that the headers set for a change.
pub(crate) fn condition(headers: &HeaderMap) -> Condition {
    let (wanted, known) = (tags(headers, IF_MATCH), tags(headers, IF_NONE_MATCH));
    // A weak tag, or one that is not a version, matches nothing; `*` matches every truck.
    let any = !headers.contains_key(IF_MATCH) || wanted.iter().any(|tag| tag == "*");
    let only_if = if known.iter().any(|tag| tag == "*") {
        Some(Vec::new())
    } else {
        (!any).then(|| wanted.iter().filter_map(|tag| version(tag)).collect())
    };
    let unless = known.iter().filter_map(|tag| version(tag.strip_prefix("W/").unwrap_or(tag))).collect();
    Condition { only_if, unless }
}

/// Returns the version in a tag; `None` if the service did not create the tag.
fn version(tag: &str) -> Option<u64> {
    let digits = tag.strip_prefix('"')?.strip_suffix('"')?;
    let version: u64 = digits.parse().ok()?;
    (version.to_string() == digits).then_some(version)
}

fn tags(headers: &HeaderMap, name: HeaderName) -> Vec<String> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(|tag| tag.trim().to_owned()).collect()
}

fn quoted(text: &str) -> HeaderValue {
    HeaderValue::try_from(format!("\"{text}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &HeaderName, lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (name.clone(), HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn if_none_match_compares_every_tag() {
        let tag = HeaderValue::from_static("\"a-1\"");
        for known in [&["\"a-1\""][..], &["\"x\", W/\"a-1\""], &["\"x\"", "\"a-1\""], &["*"]] {
            assert!(is_known(&with(&IF_NONE_MATCH, known), &tag), "{known:?}");
        }
        for other in [&[][..], &[""], &["a-1"], &["\"a-2\""]] {
            assert!(!is_known(&with(&IF_NONE_MATCH, other), &tag), "{other:?}");
        }
    }

    #[test]
    fn if_match_takes_versions_and_no_weak_tags() {
        let only_if = |lines| condition(&with(&IF_MATCH, lines)).only_if;
        assert_eq!(condition(&HeaderMap::new()), Condition::default());
        assert_eq!(only_if(&["*"]), None);
        assert_eq!(only_if(&["\"3\", \"4\""]), Some(vec![3, 4]));
        let no_text = HeaderValue::from_bytes(b"\"\xe9\"").unwrap();
        assert_eq!(condition(&[(IF_MATCH, no_text)].into_iter().collect()).only_if, Some(vec![]));
        assert_eq!(only_if(&["W/\"3\", 3, \"x\", \"03\", \"+3\""]), Some(vec![]));
    }

    #[test]
    fn if_none_match_refuses_a_change_of_listed_versions() {
        let condition = |lines| condition(&with(&IF_NONE_MATCH, lines));
        assert!(!condition(&["*"]).holds_for(1), "`*` allows only a truck that does not exist");
        assert!(!condition(&["\"1\", W/\"2\""]).holds_for(2));
        assert!(condition(&["\"1\""]).holds_for(2));
    }
}
