//! From a change in GitHub to the frame that shows it in the open run.
//!
//! The clock of the sandbox stands still and is moved forward step by step, so each change has a moment at which it
//! happens.

use std::{
    thread,
    time::{Duration, Instant},
};

use vt100::Screen;

use super::verdict;
use crate::{
    bench::{programs::Programs, sandbox::Sandbox},
    failure::Failure,
    terminal::{Size, Terminal},
};

/// High enough for all steps of the run.
const SIZE: Size = Size::new(120, 110);

/// Where the open run begins, beside the list of runs.
const FIRST_COLUMN: u16 = 61;

const LIMIT: Duration = Duration::from_secs(30);

/// How long the screen stays the same before a change.
const PAUSE: Duration = Duration::from_millis(300);

/// How far the clock is moved at once.
const STEP: Duration = Duration::from_secs(12);

/// The run ends after so many steps at the latest.
const STEPS: usize = 80;

const CHANGES: usize = 12;

/// The interval at which the console polls the run in focus, and what may come on top of it.
const INTERVAL: Duration = Duration::from_secs(3);
const MARGIN: Duration = Duration::from_millis(100);

pub(super) fn measure(programs: &Programs) -> Result<(), Failure> {
    let sandbox = Sandbox::start(&programs.sandbox)?;
    sandbox.stop_clock()?;
    let run = sandbox.dispatch()?;
    let terminal = Terminal::start(programs.console(&["dashboard", "runs"], &sandbox.variables), SIZE)?;
    terminal.wait_for(&["Fleet checks"], LIMIT)?;
    terminal.press("\r")?;
    terminal.wait_for(&["attempt 1"], LIMIT)?;
    let mut times = Vec::new();
    for _ in 0..STEPS {
        if times.len() == CHANGES {
            break;
        }
        let (shown, states) = (picture(&terminal.wait_until_still(PAUSE, LIMIT)), sandbox.states(run)?);
        let changed = Instant::now();
        sandbox.advance(STEP)?;
        if sandbox.states(run)? == states {
            continue;
        }
        let is_shown = terminal.wait_until(LIMIT, |screen| picture(screen) != shown);
        is_shown.ok_or_else(|| unseen(&terminal, "too late"))?;
        times.push(changed.elapsed());
        // So that the changes happen at different moments between two polls.
        let part = u32::try_from(times.len() % 8).unwrap_or_default();
        thread::sleep(INTERVAL * part / 8);
    }
    if times.is_empty() {
        return Err(unseen(&terminal, "the run has not changed"));
    }
    report(&mut times);
    Ok(())
}

fn unseen(terminal: &Terminal, why: &str) -> Failure {
    let missing = vec!["the change of a job".to_owned()];
    Failure::Unseen { missing, why: why.to_owned(), screen: terminal.contents() }
}

fn report(times: &mut [Duration]) {
    times.sort_unstable();
    let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
    let (median, slowest) = (times[times.len() / 2], times[times.len() - 1]);
    println!("| work | median | slowest | target |\n|---|---|---|---|");
    println!(
        "| GitHub changes to screen, open run, {} changes | {} | {} | slowest ≤ {}, {} |\n",
        times.len(),
        seconds(median),
        seconds(slowest),
        seconds(INTERVAL + MARGIN),
        verdict(slowest <= INTERVAL + MARGIN)
    );
}

/// Returns what the open run shows, without durations, which the clock of the console changes.
fn picture(screen: &Screen) -> String {
    let rows = screen.rows(FIRST_COLUMN, SIZE.columns.get() - FIRST_COLUMN);
    rows.map(|row| without_durations(&row)).collect::<Vec<_>>().join("\n")
}

fn without_durations(row: &str) -> String {
    let is_duration = |word: &&str| word.starts_with(|first: char| first.is_ascii_digit());
    row.split_whitespace().filter(|word| !is_duration(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_no_change() {
        let row = without_durations("│ ◐ Run the tests  in progress 1m 9s │");
        assert_eq!(row, without_durations("│ ◐ Run the tests  in progress 2m │"));
        assert_ne!(row, without_durations("│ ✓ Run the tests  success 2m │"));
    }
}
