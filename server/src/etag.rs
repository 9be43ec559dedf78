//! Entity tags, and what callers make depend on them (RFC 9110, 13.1).

use axum::http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{IF_MATCH, IF_NONE_MATCH},
};
use hello_shared::Truck;

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

/// Returns the versions that a truck may be of for the caller's change to be made; `None` when it may be of any.
pub(crate) fn only_if(headers: &HeaderMap) -> Option<Vec<u64>> {
    if !headers.contains_key(IF_MATCH) {
        return None;
    }
    let tags = tags(headers, IF_MATCH);
    if tags.iter().any(|tag| tag == "*") {
        return None;
    }
    // A weak tag, or one that is no version of ours, matches nothing.
    let version = |tag: &String| tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok();
    Some(tags.iter().filter_map(version).collect())
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
        assert_eq!(only_if(&HeaderMap::new()), None);
        assert_eq!(only_if(&with(&IF_MATCH, &["*"])), None);
        assert_eq!(only_if(&with(&IF_MATCH, &["\"3\", \"4\""])), Some(vec![3, 4]));
        assert_eq!(only_if(&with(&IF_MATCH, &["W/\"3\", 3, \"x\""])), Some(vec![]));
    }
}
