//! Path patterns with the same meaning as in Backstage, which uses the npm package `glob`.
//!
//! Supports `*`, `?`, `[a-z]`, `{a,b}`, `@(a|b)` and related groups, `**`, and `\` to escape a character. A wildcard
//! does not match a leading dot. The crates `glob` and `globset` do not support the groups. This module only parses and
//! matches; `walk` visits the folders.

mod braces;
mod component;

use std::{
    collections::HashMap,
    path::{MAIN_SEPARATOR, Path, PathBuf},
    rc::Rc,
};

use self::component::{Component, Wildcard};

/// The maximum length of a pattern, in bytes: the path limit of common file systems.
const MAX_LENGTH: usize = 4_096;

/// A pattern without braces: one part for each path level.
#[derive(Debug)]
pub(super) struct Pattern {
    pub root: PathBuf,
    pub parts: Vec<Segment>,
}

/// The pattern for one path level.
#[derive(Debug, Clone)]
pub(super) enum Segment {
    /// This exact name, including `..`.
    Name(String),
    Wildcard(Rc<Wildcard>),
    /// `**`: any number of folders, including zero.
    Folders,
}

/// Reports whether a text is a pattern.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '[', '{']) || text.contains("@(") || text.contains("+(") || text.contains("!(")
}

/// Parses a pattern relative to `folder`. Returns one pattern for each combination of its brace alternatives.
///
/// # Errors
///
/// Returns the reason, as the predicate of a sentence about the pattern.
pub(super) fn parse(text: &str, folder: &Path) -> Result<Vec<Pattern>, String> {
    if text.len() > MAX_LENGTH {
        return Err(format!("is longer than {MAX_LENGTH} bytes"));
    }
    // On Windows, the escape character separates folders, and `glob` reads it that way.
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.to_owned() };
    let mut known = HashMap::new();
    braces::expand(&text)?.iter().map(|text| pattern(text, folder, &mut known)).collect()
}

/// Escapes a path, so that as a pattern it matches exactly this path.
pub(super) fn escape(path: &str) -> String {
    if cfg!(windows) {
        return path.to_owned();
    }
    let mut escaped = String::new();
    for c in path.chars() {
        if "*?[]{}()@+!|,\\".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn pattern(text: &str, folder: &Path, known: &mut HashMap<String, Segment>) -> Result<Pattern, String> {
    let mut parts = Vec::new();
    for component in text.split('/').filter(|part| !part.is_empty() && *part != ".") {
        let part = match known.get(component) {
            Some(part) => part.clone(),
            None => part(component)?,
        };
        known.insert(component.to_owned(), part.clone());
        // Two `**` in a row mean the same as one.
        if !matches!((&part, parts.last()), (Segment::Folders, Some(Segment::Folders))) {
            parts.push(part);
        }
    }
    let root = if Path::new(text).is_absolute() { absolute_root(&mut parts) } else { folder.to_owned() };
    Ok(Pattern { root, parts })
}

/// Returns the root of an absolute pattern. On Windows, the first name is the drive.
fn absolute_root(parts: &mut Vec<Segment>) -> PathBuf {
    if cfg!(windows)
        && let Some(Segment::Name(drive)) = parts.first().cloned()
    {
        parts.remove(0);
        return PathBuf::from(format!("{drive}{MAIN_SEPARATOR}"));
    }
    PathBuf::from("/")
}

fn part(component: &str) -> Result<Segment, String> {
    if component == "**" {
        return Ok(Segment::Folders);
    }
    Ok(match Component::parse(component)? {
        Component::Name(name) => Segment::Name(name),
        Component::Wildcard(wildcard) => Segment::Wildcard(Rc::new(wildcard)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Matches a path of plain names, level by level.
    fn matches(pattern: &str, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        let patterns = parse(pattern, Path::new("")).expect("a pattern");
        patterns.iter().any(|pattern| fits(&pattern.parts, &names))
    }

    fn fits(parts: &[Segment], names: &[&str]) -> bool {
        match (parts, names) {
            ([], []) => true,
            ([Segment::Folders, rest @ ..], _) => {
                fits(rest, names)
                    || names
                        .split_first()
                        .is_some_and(|(first, left)| !first.starts_with('.') && fits(parts, left))
            }
            ([Segment::Name(name), rest @ ..], [first, left @ ..]) => name == first && fits(rest, left),
            ([Segment::Wildcard(wildcard), rest @ ..], [first, left @ ..]) => {
                wildcard.matches(first) && fits(rest, left)
            }
            _ => false,
        }
    }

    /// Each row was verified with minimatch 11, the matcher of version 14 of the npm package.
    #[test]
    fn patterns_match_like_the_glob_package() {
        let rows: &[(&str, &[&str], &[&str])] = &[
            ("*.yaml", &["a.yaml"], &[".yaml", ".a.yaml", "a.yml", "x/a.yaml"]),
            ("./**/c.yaml", &["c.yaml", "x/c.yaml", "x/y/c.yaml"], &[".h/c.yaml", "x/.h/c.yaml"]),
            (".*/c", &[".h/c"], &["h/c"]),
            ("[slug]/c", &["s/c", "g/c"], &["[slug]/c"]),
            ("\\[slug\\]/c", &["[slug]/c"], &["s/c"]),
            ("[!a-c]?", &["d1", "-1"], &["a1", "d", ".1"]),
            ("[^a]", &["b"], &["a"]),
            ("[]a]", &["]", "a"], &["b"]),
            ("[[:digit:]]", &["7"], &["d", ":"]),
            ("[c-a]", &[], &["a", "b", "c", "-"]),
            ("a[b", &["a[b"], &["ab"]),
            ("{a,b/c}/x", &["a/x", "b/c/x"], &["b/x"]),
            ("{a,{b,c}d}", &["a", "bd", "cd"], &["b"]),
            ("{a}", &["{a}"], &["a"]),
            ("a{,.b}", &["a", "a.b"], &["ab"]),
            ("@(a|b*).y", &["a.y", "bc.y"], &["c.y", "ab.y"]),
            ("?(a)b", &["b", "ab"], &["aab"]),
            ("+(a|b)", &["a", "abba"], &["c", "abc"]),
            ("*(a)b", &["b", "aab"], &["a"]),
            ("!(a).y", &["b.y", "aa.y", ".y"], &["a.y"]),
            ("@(a|.b)", &["a", ".b"], &[".a"]),
            ("!(*a|b)", &["c", "ab"], &["a", "ca", "b"]),
            ("@(a|b", &["@(a|b"], &["a"]),
            ("a**b", &["ab", "axb"], &["a/b"]),
            ("ü?", &["üß"], &["ü"]),
        ];
        for (pattern, found, missed) in rows {
            for path in *found {
                assert!(matches(pattern, path), "{pattern} misses {path}");
            }
            for path in *missed {
                assert!(!matches(pattern, path), "{pattern} matches {path}");
            }
        }
    }

    #[test]
    fn an_escaped_path_matches_itself_alone() {
        for name in ["a*b", "[slug]", "{a,b}", "@(a|b)", "a\\b", "plain"] {
            assert!(matches(&escape(name), name), "{name}");
        }
        assert!(!matches(&escape("a*b"), "axb"));
    }

    #[test]
    fn hostile_patterns_are_refused_or_quick() {
        let braces = "{a,b}".repeat(40);
        assert!(parse(&braces, Path::new("")).unwrap_err().contains("more than"));
        assert!(parse(&"{".repeat(4_000), Path::new("")).is_ok());
        assert!(parse(&"a/".repeat(4_000), Path::new("")).is_err());
        let nested = format!("{}a{}", "@(".repeat(100), ")".repeat(100));
        assert!(parse(&nested, Path::new("")).unwrap_err().contains("deeper"));
        let stars = "*a".repeat(100);
        assert!(!matches(&stars, &"a".repeat(99)));
        assert!(matches("+(+(+(a)))", &"a".repeat(200)));
    }
}
