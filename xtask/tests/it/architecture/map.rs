//! A page names only files and tests that are there.

use super::{Offence, tree::Tree};

/// Folders by which a path in the text is recognised; a path inside one of the console's modules leaves `tui/src/` out.
const BEGINNINGS: &[&str] =
    &["files/", "shared/", "server/", "sandbox/", "tui/", "xtask/", "runtime/", "app/", "cli/"];

/// Returns the lines of a page that name a file, a folder or a test that is not in the tree.
pub(super) fn offences(page: &str, text: &str, tree: &Tree) -> Vec<Offence> {
    let mut offences = Vec::new();
    for (index, line) in text.lines().enumerate() {
        // Every other piece between backticks is quoted.
        for name in line.split('`').skip(1).step_by(2).filter(|name| !is_there(name, tree)) {
            offences.push(Offence::new(page, index + 1, format!("`{name}` is not in the tree")));
        }
    }
    offences
}

/// What looks like neither a path nor a test is not looked for.
fn is_there(name: &str, tree: &Tree) -> bool {
    if name.contains("NAME") {
        return true;
    }
    if BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) {
        let inside = format!("tui/src/{name}");
        return tree.sources.iter().any(|source| {
            let path = source.path.as_str();
            path.starts_with(name) || path.starts_with(&inside)
        });
    }
    let is_test =
        name.matches('_').count() > 2 && name.chars().all(|c| matches!(c, '_' | 'a'..='z' | '0'..='9'));
    let declared = format!("fn {name}()");
    !is_test || tree.sources.iter().any(|source| source.text.contains(&declared))
}

#[cfg(test)]
mod tests {
    use super::{super::tree::Source, *};

    #[test]
    fn what_is_gone_is_told_with_its_line() {
        let sources = vec![Source::new("tui/src/app/keys.rs", "fn a_test_that_is_there() {}")];
        let tree = Tree { manifests: Vec::new(), sources };
        let there = "`tui/src/` `app/keys.rs` `cargo xtask` `a_test_that_is_there` `Remote<T>`\n";
        let gone = "`app/gone.rs`, `a_test_that_is_gone`\n";
        let told: Vec<_> = offences("ARCHITECTURE.md", &format!("{there}{gone}"), &tree)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "ARCHITECTURE.md:2: `app/gone.rs` is not in the tree",
                "ARCHITECTURE.md:2: `a_test_that_is_gone` is not in the tree"
            ]
        );
    }
}
