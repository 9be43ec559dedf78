//! Reads the source tree and compares it with `ARCHITECTURE.md`: who uses whom, what is pure, where tasks and time are.
//!
//! Each rule is a small table with its reasons, in a file of its own, where a test breaks it. The rules look at words and
//! paths only, so a small scanner does, and no crate that parses Rust has to be compiled first.

mod code;
mod crates;
mod layers;
mod map;
mod paths;
mod sizes;
mod tree;
mod words;

use std::fmt;

use tree::Tree;

/// A line that breaks a rule, and why there is the rule.
#[derive(Debug, PartialEq, Eq)]
struct Offence {
    path: String,
    line: usize,
    why: String,
}

impl Offence {
    fn new(path: &str, line: usize, why: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, why: why.into() }
    }
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.why)
    }
}

#[track_caller]
fn assert_none(offences: &[Offence]) {
    let lines: Vec<String> = offences.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn the_tree_is_found() {
    let tree = Tree::read();
    for path in ["xtask/tests/it/main.rs", "tui/src/app/mod.rs", "server/src/lib.rs"] {
        assert!(tree.sources.iter().any(|source| source.path == path), "{path} was not read");
    }
    assert_eq!(tree.manifests.len(), 6);
}

#[test]
fn a_crate_uses_only_the_crates_before_it() {
    assert_none(&crates::offences(&Tree::read().manifests));
}

#[test]
fn a_module_of_the_console_uses_only_the_modules_before_it() {
    assert_none(&layers::offences(&Tree::read().sources));
}

#[test]
fn the_pure_half_is_pure_and_tasks_and_time_have_their_place() {
    assert_none(&words::offences(&Tree::read().sources));
}

#[test]
fn a_file_has_one_idea_and_a_name() {
    assert_none(&sizes::offences(&Tree::read().sources));
}

#[test]
fn the_map_names_only_what_is_there() {
    let map = include_str!("../../../../ARCHITECTURE.md");
    assert_none(&map::offences("ARCHITECTURE.md", map, &Tree::read()));
}

#[test]
fn every_promise_names_a_test_that_is_there() {
    let promises = include_str!("../../../../SECURITY.md");
    assert_none(&map::offences("SECURITY.md", promises, &Tree::read()));
}
