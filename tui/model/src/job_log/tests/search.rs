use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{super::Needle, log, log_in_chunks};
use crate::job_log::JobLog;

/// Returns the lines that a search finds.
fn found(log: &JobLog, needle: &str) -> Vec<usize> {
    let needle = Needle::new(needle).unwrap();
    let in_segments = log
        .segments()
        .flat_map(|(first, segment)| needle.lines_in(segment).into_iter().map(move |line| first + line));
    in_segments.collect()
}

#[test]
fn a_search_finds_what_is_shown() {
    let log = log("2026-09-10T08:00:00.0000000Z Compiling Hello\n\
         2026-09-10T08:00:00.0000000Z \u{1b}[31mfai\u{1b}[0mled: exit code 31\n\
         2026-09-10T08:00:00.0000000Z ##[error]at 100%25 load%0Athe server stops\n\
         ::error file=src/main.rs,line=7::mismatched types\n\
         2026-09-10T08:00:00.0000000Z loading 1%\rloaded\r\n\
         Größe: 5, ÄRGER\n");
    for (needle, lines) in [
        ("hello", vec![0]),
        ("Hello", vec![0]),
        ("HELLO", vec![]),
        ("2026", vec![]),
        ("error", vec![]),
        ("failed", vec![1]),
        ("31", vec![1]),
        ("[31m", vec![]),
        ("100% load", vec![2]),
        ("%25", vec![]),
        ("main.rs:7", vec![3]),
        ("load", vec![2, 4]),
        ("1%", vec![]),
        ("ärger", vec![5]),
        ("GRÖSSE", vec![]),
        ("größe: 5", vec![5]),
    ] {
        assert_eq!(found(&log, needle), lines, "{needle}");
    }
    assert!(Needle::new("").is_none() && Needle::new("a\nb").is_none());
}

#[test]
fn the_place_of_a_match_is_marked() {
    let ranges = |needle: &str, text: &str| Needle::new(needle).unwrap().ranges_in(text);
    assert_eq!(ranges("aa", "aAaxaa"), [0..2, 4..6]);
    assert_eq!(ranges("é", "xÉé"), [1..3, 3..5]);
    assert_eq!(ranges("B", "bBB"), [1..2, 2..3]);
}

proptest! {
    #[test]
    fn a_search_equals_a_look_at_every_line(
        lines in prop::collection::vec("(2026-09-10T08:00:00.0000000Z )?(##\\[error\\])?[abABé0%\\r\u{1b}\\[m:]{0,10}", 0..60),
        needle in "[abB0é:T-]{1,3}",
    ) {
        let log = log_in_chunks(lines.join("\n").as_bytes(), 64);
        let exact = needle.chars().any(char::is_uppercase);
        let folded = |text: &str| if exact { text.to_owned() } else { text.to_lowercase() };
        let expected: BTreeSet<_> = log
            .whole_lines(0..log.len())
            .filter(|line| folded(&line.text).contains(&needle))
            .map(|line| line.number)
            .collect();
        prop_assert_eq!(found(&log, &needle).into_iter().collect::<BTreeSet<_>>(), expected);
    }
}
