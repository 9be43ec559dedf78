//! From a key to its frame while log lines arrive at a high rate and three services are slow.

use std::time::{Duration, Instant};

use vt100::Screen;

use super::{LIMIT, Row, SIZE, millis, part};
use crate::{
    bench::{programs::Programs, sandbox::Sandbox},
    failure::Failure,
    terminal::Terminal,
};

const LINES_PER_SECOND: u32 = 10_000;

/// The services that answer late, and how late.
const SLOW: [&str; 3] = ["github", "ecs", "cloudformation"];
const DELAY: &str = "3s";

const TARGET: Duration = Duration::from_millis(16);

pub(super) fn measure(programs: &Programs, keys: usize) -> Result<Vec<Row>, Failure> {
    let sandbox = Sandbox::start(&programs.sandbox)?;
    sandbox.load_logs(LINES_PER_SECOND)?;
    sandbox.fail(&SLOW, "slow", Some(DELAY))?;
    let terminal = Terminal::start(programs.console(&["dashboard", "logs"], &sandbox.variables), SIZE)?;
    // The lines of the load are numbered; what the log holds already comes before them.
    terminal.wait_until(LIMIT, |screen| numbers(&screen.contents()).next().is_some());
    let (began, first) = (Instant::now(), newest(&terminal));
    let mut times = Vec::new();
    for number in 0..keys {
        // Opens the help and closes it: each key has a picture that the lines alone never make.
        times.push(press(&terminal, "?", |screen| is_help(screen) == number.is_multiple_of(2))?);
        // So that a key does not meet the loop just after the frame of the key before it.
        std::thread::sleep(Duration::from_millis(20 + u64::try_from(number % 7).unwrap_or_default()));
    }
    let arrived = newest(&terminal).saturating_sub(first);
    let rate = f64::from(u32::try_from(arrived).unwrap_or(u32::MAX)) / began.elapsed().as_secs_f64();
    let (p50, p99) = (part(&mut times, 500), part(&mut times, 990));
    Ok(vec![Row {
        work: format!(
            "key to frame with {rate:.0} log lines/s arriving and three slow services, {keys} keys"
        ),
        console: format!("p50 {}, p99 {}", millis(p50), millis(p99)),
        target: format!("p99 ≤ {}", millis(TARGET)),
        is_reached: Some(p99 <= TARGET),
        ..Row::default()
    }])
}

/// Presses a key, and returns the time until the screen shows its effect.
pub(super) fn press(
    terminal: &Terminal,
    key: &str,
    is_there: impl FnMut(&Screen) -> bool,
) -> Result<Duration, Failure> {
    let pressed = Instant::now();
    terminal.press(key)?;
    terminal.wait_until(LIMIT, is_there).ok_or_else(|| Failure::Unseen {
        missing: vec![format!("an effect of the key {key}")],
        why: "too late".to_owned(),
        screen: terminal.contents(),
    })?;
    Ok(pressed.elapsed())
}

fn is_help(screen: &Screen) -> bool {
    screen.contents().contains("Help:")
}

/// Returns the highest number of a line on the screen: the lines are numbered.
fn newest(terminal: &Terminal) -> u64 {
    numbers(&terminal.contents()).max().unwrap_or_default()
}

fn numbers(screen: &str) -> impl Iterator<Item = u64> {
    screen.split("request ").skip(1).filter_map(|rest| rest.split(' ').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_line_is_the_one_with_the_highest_number() {
        let screen = "INFO request 41 answered\nINFO request 42 answered\nrequest failed: x";
        assert_eq!(numbers(screen).max(), Some(42));
    }
}
