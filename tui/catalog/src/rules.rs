//! The formats of Backstage's fields, one small function each, described in Backstage's wording.

use hello_yaml::shortened;

use super::spelling::{self, MAX_NAME};

/// A format: a check of a text, and the description to show if the check fails.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    pub holds: fn(&str) -> bool,
    pub expects: &'static str,
    /// Returns the spelling that is probably accepted.
    spell: fn(&str) -> String,
}

impl Rule {
    /// Returns what to do about a text that this rule refuses.
    pub(super) fn accepted(&self, text: &str) -> Option<String> {
        if text.trim().is_empty() {
            return Some("write a text, or remove it".to_owned());
        }
        let spelling = (self.spell)(text);
        (self.holds)(&spelling).then(|| format!("write it as \"{}\"", shortened(&spelling)))
    }
}

pub(super) const API_VERSION: Rule = Rule {
    holds: |text| is_prefixed(text, is_version),
    expects: "a valid prefix and/or suffix",
    spell: unknown,
};

pub(super) const KIND: Rule = Rule {
    holds: is_kind,
    expects: "a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total",
    spell: spelling::kind,
};

pub(super) const NAME: Rule = Rule {
    holds: is_name,
    expects: "a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total",
    spell: spelling::name,
};

pub(super) const NAMESPACE: Rule = Rule {
    holds: is_dns_label,
    expects: "a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total",
    spell: spelling::namespace,
};

/// The key of a label or an annotation.
pub(super) const KEY: Rule = Rule {
    holds: |text| is_prefixed(text, is_name),
    expects: "a valid prefix and/or suffix",
    spell: spelling::key,
};

pub(super) const LABEL_VALUE: Rule =
    Rule { holds: |text| text.is_empty() || is_name(text), expects: NAME.expects, spell: spelling::name };

pub(super) const TAG: Rule = Rule {
    holds: is_tag,
    expects: "a string that is sequences of [a-z0-9:+#] separated by [-], at most 63 characters in total",
    spell: spelling::tag,
};

pub(super) const URL: Rule = Rule {
    holds: |text| url::Url::parse(text).is_ok(),
    expects: "a string that is a valid url",
    spell: spelling::url,
};

pub(super) const NOT_BLANK: Rule =
    Rule { holds: |text| !text.trim().is_empty(), expects: "a non empty string", spell: unknown };

pub(super) const NOT_EMPTY: Rule =
    Rule { holds: |text| !text.is_empty(), expects: "a non empty string", spell: unknown };

pub(super) const ANY: Rule = Rule { holds: |_| true, expects: "a string", spell: unknown };

pub(super) const PRESENCE: Rule = Rule {
    holds: |text| matches!(text, "required" | "optional"),
    expects: "\"required\" or \"optional\"",
    spell: str::to_lowercase,
};

const MAX_SUBDOMAIN: usize = 253;

/// No other spelling is known.
fn unknown(_: &str) -> String {
    String::new()
}

fn is_short(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len())
}

fn is_alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_version(text: &str) -> bool {
    is_short(text) && is_alphanumeric(text)
}

fn is_kind(text: &str) -> bool {
    is_short(text) && is_alphanumeric(text) && text.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn is_name(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_alphanumeric();
    is_short(text)
        && text.starts_with(edge)
        && text.ends_with(edge)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

fn is_dns_label(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    is_short(text)
        && text.starts_with(edge)
        && text.ends_with(edge)
        && text.chars().all(|c| edge(c) || c == '-')
}

fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= MAX_SUBDOMAIN && text.split('.').all(is_dns_label)
}

fn is_prefixed(text: &str, is_suffix: fn(&str) -> bool) -> bool {
    match text.split_once('/') {
        Some((prefix, suffix)) => is_dns_subdomain(prefix) && is_suffix(suffix),
        None => is_suffix(text),
    }
}

fn is_tag(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b":+#".contains(&b);
    is_short(text) && text.split('-').all(|part| !part.is_empty() && part.bytes().all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_rule(rule: Rule, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!((rule.holds)(text), "`{text}` was refused");
        }
        for text in bad {
            assert!(!(rule.holds)(text), "`{text}` was taken");
        }
    }

    #[test]
    fn names_are_sequences_of_letters_and_digits() {
        let longest = "a".repeat(63);
        let too_long = "a".repeat(64);
        assert_rule(
            NAME,
            &["a", "Hello-Server_2.x", "a--b", &longest],
            &["", "-a", "a-", "a b", "ä", "a\n", &too_long],
        );
    }

    #[test]
    fn namespaces_are_lower_case() {
        assert_rule(NAMESPACE, &["default", "a--b", "0"], &["Default", "-a", "a-", "a_b", "a.b", ""]);
    }

    #[test]
    fn versions_may_have_a_prefix() {
        assert_rule(
            API_VERSION,
            &["v1", "backstage.io/v1alpha1", "a.b-c.d/V2"],
            &["", "/v1", "backstage.io/", "a/b/c", "Backstage.io/v1", "v1-2", "a..b/v1"],
        );
    }

    #[test]
    fn kinds_start_with_a_letter() {
        assert_rule(KIND, &["Component", "a1"], &["1a", "My-Kind", ""]);
    }

    #[test]
    fn keys_have_at_most_one_slash() {
        assert_rule(KEY, &["docs", "github.com/project-slug", "a/B_c.d"], &["a/b/c", "/a", "a/", "A/b", ""]);
    }

    #[test]
    fn tags_are_lower_case_words() {
        assert_rule(
            TAG,
            &["rust", "c++", "c#", "lang:rust", "a-b-c"],
            &["Rust", "a--b", "-a", "a b", "a_b", ""],
        );
    }

    #[test]
    fn urls_are_absolute() {
        assert_rule(URL, &["https://example.com/x", "mailto:a@b.c"], &["", "example.com", "/docs", "//host"]);
    }
}
