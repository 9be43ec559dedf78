//! A large catalog: 10,000 entities in 2,000 files are read from disk, searched with one key after the other, and offered
//! by the palette.
//!
//! The crates measure themselves (their examples); this command runs them after each other on the same descriptors, so
//! that their figures can be compared.

use std::{ffi::OsStr, process::ExitCode};

use crate::{command, failure::Failure, workspace};

/// The longest time for reading all entities, from disk or in memory, in milliseconds.
const READING_TARGET: f64 = 300.0;

/// The longest time for one key of a search or of the palette, in milliseconds.
const KEY_TARGET: f64 = 5.0;

/// A line of the table.
#[derive(Debug, PartialEq)]
struct Row {
    work: String,
    /// In milliseconds, as the slowest time.
    median: f64,
    slowest: f64,
}

pub(super) fn run() -> Result<ExitCode, Failure> {
    let near = workspace::target();
    let folder = tempfile::tempdir_in(&near).map_err(Failure::file("create a folder in", &near))?;
    let folder = folder.path().as_os_str();
    let in_memory = example("hello-catalog", "bench-catalog", &[folder])?;
    let mut reading = example("hello-services", "load-catalog", &[folder])?;
    reading.extend(in_memory);
    let mut keys = example("hello-state", "search", &[])?;
    keys.extend(example("hello-console", "palette", &[])?);
    println!("| work | median | slowest | target |\n|---|---|---|---|");
    for (rows, target) in [(reading, READING_TARGET), (keys, KEY_TARGET)] {
        for row in &rows {
            println!("{}", line(row, target));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs an example of a crate and returns what it measured.
fn example(package: &str, name: &str, arguments: &[&OsStr]) -> Result<Vec<Row>, Failure> {
    let mut cargo = command::cargo(&["run", "--quiet", "--release", "--package", package, "--example", name]);
    cargo.arg("--").args(arguments);
    let output = command::output(&mut cargo)?;
    let measured = |line: &str| {
        row(line).ok_or_else(|| Failure::Measurement { program: name.to_owned(), line: line.to_owned() })
    };
    output.lines().map(measured).collect()
}

/// Reads a measurement: what was done, the median and the slowest time, separated by tabs.
fn row(line: &str) -> Option<Row> {
    let mut parts = line.split('\t');
    let row = Row {
        work: parts.next()?.to_owned(),
        median: parts.next()?.parse().ok()?,
        slowest: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(row)
}

fn line(row: &Row, target: f64) -> String {
    let Row { work, median, slowest } = row;
    let verdict = if *median <= target { "reached" } else { "missed" };
    format!("| {work} | {median:.1} ms | {slowest:.1} ms | {target:.0} ms, {verdict} |")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_above_its_target_is_missed() {
        let slow = row("one key of a search, `a|b`\t5.1\t9.0").unwrap();
        assert_eq!(line(&slow, 5.0), "| one key of a search, `a|b` | 5.1 ms | 9.0 ms | 5 ms, missed |");
        assert!(line(&Row { median: 4.9, ..slow }, 5.0).ends_with("reached |"));
    }

    #[test]
    fn other_output_is_no_measurement() {
        for line in ["", "text", "work\t1.0", "work\tsoon\t1.0", "work\t1.0\t2.0\t3.0"] {
            assert_eq!(row(line), None, "{line}");
        }
    }
}
