//! An example of the console that measures itself, as a table.

use super::verdict;
use crate::{command, failure::Failure};

/// A line of the table.
#[derive(Debug, PartialEq)]
struct Row<'a> {
    work: &'a str,
    median: f64,
    slowest: f64,
    unit: &'a str,
    target: f64,
}

/// Runs an example of `hello-console` and prints what it measured.
pub(super) fn measure(name: &str) -> Result<(), Failure> {
    let example = ["run", "--quiet", "--release", "--package", "hello-console", "--example", name];
    let output = command::output(&mut command::cargo(&example))?;
    println!("| work | median | slowest | target |\n|---|---|---|---|");
    for line in output.lines() {
        let unreadable = || Failure::Measurement { program: name.to_owned(), line: line.to_owned() };
        println!("{}", written(&row(line).ok_or_else(unreadable)?));
    }
    println!();
    Ok(())
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
    let verdict = verdict(median <= target);
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
