//! What a small change on the screen costs in bytes.

use std::time::Duration;

use super::{LIMIT, Row, SIZE};
use crate::{
    bench::{programs::Programs, sandbox::Sandbox},
    failure::Failure,
    terminal::{Terminal, Traffic},
};

const TARGET: u64 = 200;

pub(super) fn measure(programs: &Programs, times: usize) -> Result<Vec<Row>, Failure> {
    let sandbox = Sandbox::start(&programs.sandbox)?;
    sandbox.stop_clock()?;
    let moved = moved_selection(programs, &sandbox, times)?;
    sandbox.fail(&["trucks"], "hang", None)?;
    let spinner = spinner(programs, &sandbox, times)?;
    let row = |work: &str, bytes: u64| Row {
        work: format!("bytes written for {work}, median"),
        console: bytes.to_string(),
        ..Row::default()
    };
    let one_cell = Row {
        target: format!("≤ {TARGET}"),
        is_reached: Some(spinner <= TARGET),
        ..row("one changed cell, a step of a spinner", spinner)
    };
    Ok(vec![one_cell, row("two changed rows, a selection that moves", moved)])
}

/// Measures frames in which only the spinner of a request that is not answered moves.
fn spinner(programs: &Programs, sandbox: &Sandbox, times: usize) -> Result<u64, Failure> {
    let terminal = Terminal::start(programs.console(&["dashboard", "trucks"], &sandbox.variables), SIZE)?;
    terminal.wait_for(&["Trucks"], LIMIT)?;
    // The first frames also show what else has arrived.
    wait_for_frames(&terminal, terminal.traffic(), 10)?;
    let mut bytes = Vec::new();
    for _ in 0..times {
        let before = terminal.traffic();
        bytes.push(wait_for_frames(&terminal, before, 1)?.bytes);
    }
    Ok(median(bytes))
}

/// Measures the frame after the key that moves the selection by a row.
fn moved_selection(programs: &Programs, sandbox: &Sandbox, times: usize) -> Result<u64, Failure> {
    let terminal = Terminal::start(programs.console(&["dashboard", "catalog"], &sandbox.variables), SIZE)?;
    terminal.wait_for(&["hello-server"], LIMIT)?;
    let mut bytes = Vec::new();
    for number in 0..times {
        terminal.wait_until_still(Duration::from_millis(100), LIMIT);
        let before = terminal.traffic();
        terminal.press(if number.is_multiple_of(2) { "j" } else { "k" })?;
        bytes.push(wait_for_frames(&terminal, before, 1)?.bytes);
    }
    Ok(median(bytes))
}

/// Waits until this many frames were written, and returns what was written since then.
fn wait_for_frames(terminal: &Terminal, before: Traffic, frames: u64) -> Result<Traffic, Failure> {
    let started = std::time::Instant::now();
    while terminal.traffic().since(before).frames() < frames {
        if started.elapsed() > LIMIT {
            let (missing, screen) = (vec!["another frame".to_owned()], terminal.contents());
            return Err(Failure::Unseen { missing, why: "too late".to_owned(), screen });
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    // The rest of the last frame.
    std::thread::sleep(Duration::from_millis(10));
    Ok(terminal.traffic().since(before))
}

fn median(mut bytes: Vec<u64>) -> u64 {
    bytes.sort_unstable();
    bytes.get(bytes.len() / 2).copied().unwrap_or_default()
}
