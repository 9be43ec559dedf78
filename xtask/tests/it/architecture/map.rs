//! Checks that a page names only existing files and tests.

use super::tree::Tree;

/// The folders by which a path in the text is recognised.
const BEGINNINGS: &[&str] = &["files/", "shared/", "server/", "sandbox/", "tui/", "xtask/"];

/// Returns one line for each file, folder or test that a page names and that is not in the tree.
pub(super) fn missing(page: &str, text: &str, tree: &Tree) -> Vec<String> {
    let mut missing = Vec::new();
    for (index, line) in text.lines().enumerate() {
        // Every second piece between backticks is quoted.
        for name in line.split('`').skip(1).step_by(2).filter(|name| !is_there(name, tree)) {
            missing.push(format!("{page}:{}: `{name}` is not in the tree", index + 1));
        }
    }
    missing
}

/// Reports whether a quoted name exists. A name that looks like neither a path nor a test is ignored.
fn is_there(name: &str, tree: &Tree) -> bool {
    if name.contains("NAME") {
        return true;
    }
    if BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) {
        return tree.has(name);
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
    fn a_missing_name_is_reported_with_its_line() {
        let sources = vec![Source::new("tui/console/src/keys.rs", "fn a_test_that_is_there() {}")];
        let tree = Tree::of(sources);
        let there =
            "`tui/console/` `tui/console/src/keys.rs` `cargo xtask` `a_test_that_is_there` `Remote<T>`\n";
        let gone = "`tui/gone.rs`, `a_test_that_is_gone`\n";
        assert_eq!(
            missing("ARCHITECTURE.md", &format!("{there}{gone}"), &tree),
            [
                "ARCHITECTURE.md:2: `tui/gone.rs` is not in the tree",
                "ARCHITECTURE.md:2: `a_test_that_is_gone` is not in the tree"
            ]
        );
    }
}
