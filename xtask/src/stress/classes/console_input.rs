//! The whole console under seeded random input, without a terminal: an example of its crate drives it and judges it.

use std::{process::Command, time::Duration};

use super::super::{
    class::{Class, Round},
    judgement::Judgement,
    process::{Process, faults, folder},
    watch::Watch,
};
use crate::failure::Failure;

const MEMORY: u64 = 300;
const ENDS: Duration = Duration::from_mins(30);

pub(super) const INPUT: Class = Class {
    name: "console-input",
    does: "a million keys, pastes, clicks and sizes on the console, with services that fail at random",
    is_random: false,
    attack: input,
};

fn input(round: &Round) -> Result<Judgement, Failure> {
    let mut judgement = Judgement::default();
    let inputs = round.size(1_000_000, 300);
    let folder = folder()?;
    let mut command = Command::new(round.programs.console_stress());
    command.args([&round.seed.to_string(), &inputs.to_string()]).current_dir(folder.path());
    let mut process = Process::start(&mut command, folder.path(), "printed")?;
    let watch = Watch::start(process.id());
    let status = process.ends(ENDS);
    judgement.memory(&watch.peaks(), MEMORY);
    let printed = process.text();
    judgement.broken.extend(faults(printed.as_bytes(), status));
    judgement.expect(status.is_some_and(|status| status.success()), || {
        let lines = printed.lines().filter(|line| line.starts_with("round "));
        format!("seed {}: {}", round.seed, lines.take(3).collect::<Vec<_>>().join(" | "))
    });
    judgement.also(&printed.lines().rev().take(3).collect::<Vec<_>>().join(", "));
    Ok(judgement)
}
