//! A short round of `cargo xtask stress` with the programs of the test build: each attack class at a small size.
//!
//! Sizes and times are a fraction of those of a full round, so time bounds mean little here. The checks of memory,
//! responses, secrets and panics are as meaningful as in a full round.
#![expect(clippy::print_stderr, clippy::unwrap_used, reason = "a test that cannot continue has failed")]

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

macro_rules! rounds {
    ($($test:ident: $class:literal),* $(,)?) => {
        /// The classes that have a test.
        const TESTED: &[&str] = &[$($class),*];

        $(#[test]
        fn $test() {
            round($class);
        })*
    };
}

rounds! {
    unread_bulk: "unread-bulk",
    unread_lists: "unread-lists",
    slow_readers: "slow-readers",
    idle_sockets: "idle-sockets",
    slow_bodies: "slow-bodies",
    slow_large_bodies: "slow-large-bodies",
    event_streams: "event-streams",
    hosts_and_headers: "hosts-and-headers",
    connections: "connections",
    server_files: "server-files",
    token_file: "token-file",
    console_endless: "console-endless",
    console_huge: "console-huge",
    console_pages: "console-pages",
    console_compressed: "console-compressed",
    console_slow: "console-slow",
    console_silent: "console-silent",
    console_long_rows: "console-long-rows",
    redirects: "redirects",
    command_output: "command-output",
    command_files: "command-files",
    catalog_globs: "catalog-globs",
    catalog_links: "catalog-links",
    catalog_depth: "catalog-depth",
    catalog_aliases: "catalog-aliases",
    catalog_million: "catalog-million",
    leaving: "leaving",
    two_consoles: "two-consoles",
    console_input: "console-input",
    sandbox_misuse: "sandbox-misuse",
    parsers: "parsers",
    random_requests: "random-requests",
    sandbox_random: "sandbox-random",
    random_keys: "random-keys",
    random_faults: "random-faults",
}

const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

fn round(class: &str) {
    let Some(programs) = programs() else { return };
    let mut stress = Command::new(XTASK);
    stress.args(["stress", "--short", "--seconds", "1", "--seed", "1", "--only", class, "--programs"]);
    let output = stress.arg(programs).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}

/// Returns the folder of the programs. If this test is built alone, prints the reason and returns `None`.
fn programs() -> Option<PathBuf> {
    let folder = Path::new(XTASK).parent().expect("a program lies in a folder");
    let programs = ["hello-server", "hello-sandbox", "hello-tui"];
    let harnesses = ["server", "sandbox", "tui"].map(|member| format!("examples/{member}-parsers"));
    let harnesses = harnesses.iter().map(String::as_str).chain(["examples/console-stress"]);
    let all = programs.into_iter().chain(harnesses).map(|name| folder.join(name));
    let Some(missing) = all.clone().find(|program| !program.is_file()) else {
        return Some(folder.to_owned());
    };
    assert_ne!(env::var("CI").as_deref(), Ok("true"), "{} is not built", missing.display());
    eprintln!("skipped: {} is not built; `cargo xtask test` builds it", missing.display());
    None
}

#[test]
fn every_class_has_a_short_round() {
    let output = Command::new(XTASK).args(["stress", "--list"]).output().unwrap();
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    let listed: Vec<_> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for class in &listed {
        assert!(TESTED.contains(class), "`{class}` has no short round");
    }
    assert_eq!(listed.len(), TESTED.len());
}
