//! Runs that are followed in a real terminal: a tree in place, lines above it that stay, and a terminal given back.

use std::{path::Path, sync::Arc};

use hello_sandbox::Running;
use tempfile::TempDir;

use crate::{
    terminal::Screen,
    watching::{RUN, stopped},
};

/// Returns a folder with the repository's own descriptor.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let descriptor = include_str!("../../../catalog-info.yaml");
    std::fs::write(folder.path().join("catalog-info.yaml"), descriptor).unwrap();
    folder
}

/// Starts a command in a terminal, connected to a sandbox.
fn start(sandbox: &Arc<Running>, args: &str, variables: &[(&str, &str)]) -> Screen {
    let environment = sandbox.env();
    let mut all: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    // Whatever terminal the developer uses.
    all.extend([("VTE_VERSION", ""), ("TERM_PROGRAM", ""), ("NO_COLOR", "")]);
    all.extend(variables);
    let args: Vec<&str> = args.split_whitespace().collect();
    Screen::start_in(folder(), Path::new(env!("CARGO_BIN_EXE_hello-tui")), &args, &all)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_tree_is_drawn_below_lines_that_stay() {
    let sandbox = stopped().await;
    let mut screen = start(&sandbox, "runs watch", &[]);
    let shown = screen.sees("in progress");
    assert!(shown.contains("◐ #"), "{shown}");
    assert!(screen.is_taken() && !screen.is_cooked(), "the cursor is hidden, and keys are not echoed");
    sandbox.clock().advance(RUN);
    let (status, left) = screen.end();
    assert!(status.success(), "{status:?}\n{left}");
    let line = |text: &str| {
        left.lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{text}:\n{left}"))
    };
    assert!(line(": in progress https://") < line("job ") && line("job ") < line("✓ #"), "{left}");
    assert_eq!(left.matches("✓ #").count(), 1, "{left}");
    assert!(!left.contains('◐'), "an earlier tree is left:\n{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resize_leaves_one_tree() {
    let sandbox = stopped().await;
    let mut screen = start(&sandbox, "runs watch", &[]);
    screen.sees("◐ #");
    for (rows, columns) in [(24, 30), (5, 100), (2, 12), (40, 120)] {
        screen.resize(rows, columns);
    }
    sandbox.clock().advance(RUN);
    let (status, left) = screen.end();
    assert!(status.success(), "{status:?}\n{left}");
    assert_eq!(left.matches("✓ #").count(), 1, "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_gives_the_terminal_back() {
    let sandbox = stopped().await;
    let mut screen = start(&sandbox, "runs watch --notify", &[]);
    screen.sees("◐ #");
    screen.press("\u{3}");
    screen.closes();
    assert!(screen.wrote(b"\x1b]9;4;0;\x1b\\"), "the tab still shows a progress");
    assert!(!screen.wrote(b"\x07"), "nothing has ended");
    let (status, left) = screen.end();
    assert_eq!(status.exit_code(), 130, "{left}");
    assert!(left.contains("◐ #"), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tab_shows_progress_and_the_end_is_told() {
    let sandbox = stopped().await;
    let mut screen = start(&sandbox, "runs watch --notify", &[]);
    screen.sees("◐ #");
    sandbox.clock().advance(RUN);
    screen.closes();
    for wanted in ["\u{1b}]9;4;1;", "\u{1b}]9;4;0;\u{1b}\\", "\u{1b}]9;hello-tui: LintAndTest #", "\u{7}"] {
        assert!(screen.wrote(wanted.as_bytes()), "{wanted:?} is missing");
    }
    assert!(screen.end().0.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dumb_terminal_gets_lines() {
    let sandbox = stopped().await;
    let mut screen = start(&sandbox, "runs watch --notify", &[("TERM", "dumb"), ("NO_COLOR", "1")]);
    screen.sees(": in progress https://");
    assert!(!screen.is_taken() && screen.is_cooked());
    sandbox.clock().advance(RUN);
    screen.closes();
    assert!(!screen.wrote(b"\x1b"), "a sequence was written");
    assert!(screen.wrote(b"\x07"), "no bell");
    assert!(screen.end().0.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_without_colours_has_none() {
    let sandbox = stopped().await;
    let mut screen = start(&sandbox, "runs watch", &[("NO_COLOR", "1")]);
    screen.sees("◐ #");
    sandbox.clock().advance(RUN);
    screen.closes();
    for color in 30..38 {
        assert!(!screen.wrote(format!("\u{1b}[{color}m").as_bytes()), "colour {color}");
    }
    assert!(screen.end().0.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn json_on_a_terminal_is_a_line_for_each_change() {
    let sandbox = stopped().await;
    let mut screen = start(&sandbox, "runs watch -o json", &[]);
    screen.sees(r#""status":"in_progress""#);
    assert!(!screen.is_taken() && screen.is_cooked());
    sandbox.clock().advance(RUN);
    let (status, left) = screen.end();
    assert!(status.success() && left.contains(r#""status":"success""#), "{left}");
}
