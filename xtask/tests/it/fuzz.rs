//! The fuzz targets, which no other build compiles: each parser has one, and each only calls its parser.

use std::{env, fs, path::PathBuf};

fn root() -> PathBuf {
    let xtask = env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the package is");
    PathBuf::from(xtask).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the name and function of each parser in the table of a crate's `parsers.rs`.
fn parsers(member: &str) -> Vec<(String, String)> {
    let source = read(&format!("{member}/src/parsers.rs"));
    let table = source.split_once("ALL: &[Parser] = &[").expect("a table of parsers").1;
    let rows = table.lines().take_while(|line| *line != "];").filter_map(|line| {
        let row = line.trim().strip_prefix("(\"")?.strip_suffix("),")?;
        row.split_once("\", ")
    });
    rows.map(|(name, function)| (name.to_owned(), function.to_owned())).collect()
}

fn names(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn every_parser_has_a_fuzz_target_and_a_corpus() {
    let manifest = read("fuzz/Cargo.toml");
    let mut all = Vec::new();
    for member in ["server", "sandbox", "tui"] {
        let parsers = parsers(member);
        assert!(parsers.len() > 3, "{member}: {parsers:?}");
        for (name, function) in parsers {
            let target = format!(
                "#![no_main]\n\nlibfuzzer_sys::fuzz_target!(|bytes: &[u8]| {{\n    \
                 hello_{member}::parsers::{function}(bytes);\n}});\n"
            );
            assert_eq!(read(&format!("fuzz/fuzz_targets/{name}.rs")), target);
            let function = format!("\npub fn {function}(bytes: &[u8]) -> String {{\n");
            assert!(read(&format!("{member}/src/parsers.rs")).contains(&function), "{function}");
            assert!(
                manifest.contains(&format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"\n")),
                "{name}"
            );
            assert!(!names(&format!("fuzz/corpus/{name}")).is_empty(), "{name} has an empty corpus");
            all.push(name);
        }
    }
    all.sort();
    assert_eq!(names("fuzz/corpus"), all, "a corpus without a parser");
    let mut targets: Vec<_> = all.iter().map(|name| format!("{name}.rs")).collect();
    // `filter-text.rs` comes before `filter.rs`, but `filter` before `filter-text`.
    targets.sort();
    assert_eq!(names("fuzz/fuzz_targets"), targets, "a target without a parser");
}
