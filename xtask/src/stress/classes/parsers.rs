//! Seeded cases for every parser of untrusted input: no panic, no control characters in the output, no leaked secret.
//!
//! The parsers are private, so each crate has a harness that drives its own: `examples/*-parsers.rs`.

use std::{process::Command, time::Duration};

use super::super::{
    class::{Class, Round},
    judgement::Judgement,
    process::{Process, faults, folder},
    programs::HARNESSES,
    watch::Watch,
};
use crate::failure::Failure;

const MEMORY: u64 = 300;
const ENDS: Duration = Duration::from_mins(10);

pub(super) const PARSERS: Class = Class {
    name: "parsers",
    does: "a million seeded cases over the parsers of all crates",
    is_random: false,
    attack: parsers,
};

fn parsers(round: &Round) -> Result<Judgement, Failure> {
    let mut judgement = Judgement::default();
    let (cases, mut ran) = (round.size(1_000_000, 3_000), 0);
    // Each harness runs the same share, rounded up.
    let share = cases.div_ceil(HARNESSES.len());
    for member in HARNESSES {
        let folder = folder()?;
        let mut command = Command::new(round.programs.parsers(member));
        command.args([&round.seed.to_string(), &share.to_string()]).current_dir(folder.path());
        let mut process = Process::start(&mut command, folder.path(), "printed")?;
        let watch = Watch::start(process.id());
        let status = process.ends(ENDS);
        judgement.memory(&watch.peaks(), MEMORY);
        let printed = process.text();
        judgement.broken.extend(faults(printed.as_bytes(), status));
        judgement.expect(status.is_some_and(|status| status.success()), || {
            let last = printed.lines().rev().take(3).collect::<Vec<_>>().join(" | ");
            format!("the parsers of {member}: {last}")
        });
        ran += printed.lines().filter_map(cases_of).sum::<usize>();
    }
    judgement.expect(ran >= cases, || format!("only {ran} of {cases} cases were run"));
    judgement.also(&format!("{ran} cases"));
    Ok(judgement)
}

/// Parses a line of a harness, such as `catalog: 1000 cases`.
fn cases_of(line: &str) -> Option<usize> {
    line.rsplit_once(": ")?.1.strip_suffix(" cases")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cases_of_a_harness_are_counted() {
        assert_eq!(cases_of("catalog: 1000 cases"), Some(1000));
        assert_eq!(cases_of("catalog: a case failed"), None);
    }
}
