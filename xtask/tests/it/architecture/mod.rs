//! Rules that crate boundaries and clippy cannot enforce: no import cycles, and pages that name only what exists.

mod cycles;
mod map;
mod tree;

use tree::Tree;

#[track_caller]
fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn modules_do_not_import_each_other_in_cycles() {
    let tree = Tree::read();
    // xtask is excluded: no other crate uses its modules.
    let products = tree.members.iter().filter(|member| *member != "xtask");
    let circles: Vec<_> =
        products.flat_map(|member| cycles::circles(&format!("{member}/src"), &tree.sources)).collect();
    assert_none(&circles);
}

#[test]
fn a_file_is_short_enough_for_one_idea() {
    let tree = Tree::read();
    let long = tree.sources.iter().filter(|source| source.text.lines().count() > 500);
    assert_none(&long.map(|source| format!("{} has more than 500 lines", source.path)).collect::<Vec<_>>());
}

#[test]
fn the_map_names_only_existing_files_and_tests() {
    let map = include_str!("../../../../ARCHITECTURE.md");
    assert_none(&map::missing("ARCHITECTURE.md", map, &Tree::read()));
}

#[test]
fn every_promise_names_an_existing_test() {
    let promises = include_str!("../../../../SECURITY.md");
    assert_none(&map::missing("SECURITY.md", promises, &Tree::read()));
}
