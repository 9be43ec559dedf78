//! Entity tags, and what callers make depend on them (RFC 9110, 13.1).

use axum::http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{IF_MATCH, IF_NONE_MATCH},
};
use hello_shared::Truck;

use crate::store::Condition;

/// Returns the tag of a truck: the number of its version, for an id is never used twice.
pub(crate) fn of_truck(truck: &Truck) -> HeaderValue {
    quoted(&truck.version.to_string())
}

/// Returns the tag of what was read of a fleet at a revision.
pub(crate) fn of_fleet(epoch: &str, revision: u64) -> HeaderValue {
    quoted(&format!("{epoch}-{revision}"))
}

/// Says whether the caller has this already, by weak comparison.
pub(crate) fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let weak = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    let Ok(tag) = tag.to_str() else { return false };
    tags(headers, IF_NONE_MATCH).iter().any(|known| known == "*" || weak(known) == tag)
}

/// Says whether the caller asks for this alone, or for whatever there is, by strong comparison.
pub(crate) fn is_wanted(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    !headers.contains_key(IF_MATCH)
        || tags(headers, IF_MATCH).iter().any(|wanted| wanted == "*" || wanted.as_bytes() == tag.as_bytes())
}

/// Returns what a truck must be for the caller's change to be made.
pub(crate) fn condition(headers: &HeaderMap) -> Condition {
    let (wanted, known) = (tags(headers, IF_MATCH), tags(headers, IF_NONE_MATCH));
    // A weak tag, or one that is no version of ours, matches nothing; `*` matches whatever is there.
    let any = !headers.contains_key(IF_MATCH) || wanted.iter().any(|tag| tag == "*");
    let only_if = if known.iter().any(|tag| tag == "*") {
        Some(Vec::new())
    } else {
        (!any).then(|| wanted.iter().filter_map(|tag| version(tag)).collect())
    };
    let unless = known.iter().filter_map(|tag| version(tag.strip_prefix("W/").unwrap_or(tag))).collect();
    Condition { only_if, unless }
}

/// Returns the version that a tag of ours stands for.
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
    fn any_of_the_tags_that_a_caller_has_may_be_the_one() {
        let tag = HeaderValue::from_static("\"a-1\"");
        for known in [&["\"a-1\""][..], &["\"x\", W/\"a-1\""], &["\"x\"", "\"a-1\""], &["*"]] {
            assert!(is_known(&with(&IF_NONE_MATCH, known), &tag), "{known:?}");
        }
        for other in [&[][..], &[""], &["a-1"], &["\"a-2\""]] {
            assert!(!is_known(&with(&IF_NONE_MATCH, other), &tag), "{other:?}");
        }
    }

    #[test]
    fn a_change_may_depend_on_versions_and_a_weak_tag_is_none() {
        let only_if = |lines| condition(&with(&IF_MATCH, lines)).only_if;
        assert_eq!(condition(&HeaderMap::new()), Condition::default());
        assert_eq!(only_if(&["*"]), None);
        assert_eq!(only_if(&["\"3\", \"4\""]), Some(vec![3, 4]));
        let no_text = HeaderValue::from_bytes(b"\"\xe9\"").unwrap();
        assert_eq!(condition(&[(IF_MATCH, no_text)].into_iter().collect()).only_if, Some(vec![]));
        assert_eq!(only_if(&["W/\"3\", 3, \"x\", \"03\", \"+3\""]), Some(vec![]));
    }

    #[test]
    fn a_change_may_depend_on_what_the_caller_does_not_have() {
        let condition = |lines| condition(&with(&IF_NONE_MATCH, lines));
        assert!(!condition(&["*"]).holds_for(1), "it is for what is not there");
        assert!(!condition(&["\"1\", W/\"2\""]).holds_for(2));
        assert!(condition(&["\"1\""]).holds_for(2));
    }
}
