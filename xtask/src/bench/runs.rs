//! Workflow runs: the log of a job with 100 MB is opened and searched. The console measures itself
//! (`tui/console/examples/job-log.rs`); this command prints the table with the targets.

use std::process::ExitCode;

use crate::{command, failure::Failure};

const EXAMPLE: &str = "job-log";

/// A line of the table.
#[derive(Debug, PartialEq)]
struct Row<'a> {
    work: &'a str,
    median: f64,
    slowest: f64,
    unit: &'a str,
    target: f64,
}

pub(super) fn run() -> Result<ExitCode, Failure> {
    let example = ["run", "--quiet", "--release", "--package", "hello-console", "--example", EXAMPLE];
    let output = command::output(&mut command::cargo(&example))?;
    println!("| work | median | slowest | target |\n|---|---|---|---|");
    for line in output.lines() {
        let unreadable = || Failure::Measurement { program: EXAMPLE.to_owned(), line: line.to_owned() };
        println!("{}", written(&row(line).ok_or_else(unreadable)?));
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a measurement: what was done, the median, the slowest value, the unit and the target, separated by tabs.
fn row(line: &str) -> Option<Row<'_>> {
    let mut parts = line.split('\t');
    let row = Row {
        work: parts.next()?,
        median: parts.next()?.parse().ok()?,
        slowest: parts.next()?.parse().ok()?,
        unit: parts.next()?,
        target: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(row)
}

fn written(Row { work, median, slowest, unit, target }: &Row<'_>) -> String {
    let verdict = if median <= target { "reached" } else { "missed" };
    format!("| {work} | {median:.1} {unit} | {slowest:.1} {unit} | {target:.0} {unit}, {verdict} |")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_above_its_target_is_missed() {
        let line = "search `a|b`\t150.1\t151.0\tms\t150";
        assert_eq!(written(&row(line).unwrap()), "| search `a|b` | 150.1 ms | 151.0 ms | 150 ms, missed |");
        for other in ["", "text", "work\t1.0\t2.0\tms", "work\tsoon\t1.0\tms\t1"] {
            assert_eq!(row(other), None, "{other}");
        }
    }
}
