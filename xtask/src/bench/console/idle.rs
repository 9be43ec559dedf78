//! What a program costs while nothing changes: processor time, frames and bytes.

use std::{fs, thread, time::Duration};

use super::{LIMIT, Row, SIZE};
use crate::{
    bench::{
        programs::{PEER_PICTURES, Programs},
        sandbox::Sandbox,
    },
    failure::Failure,
    terminal::{Terminal, Traffic},
};

/// How long all programs may load what they show.
const SETTLING: Duration = Duration::from_secs(12);

/// Until then, ages are counted in seconds.
const YOUNG: Duration = Duration::from_mins(1);

/// The clock ticks of Linux per second, in which `/proc/PID/stat` counts.
const TICKS_PER_SECOND: f64 = 100.0;

const CPU_TARGET: f64 = 0.2;
const FRAMES_TARGET: f64 = 1.0;

/// The cost of a program over a time.
#[derive(Debug, Clone, Copy)]
struct Cost {
    cpu_percent: f64,
    frames_per_minute: f64,
    bytes_per_minute: f64,
}

pub(super) fn measure(programs: &Programs, time: Duration) -> Result<Vec<Row>, Failure> {
    let sandbox = Sandbox::start(&programs.sandbox)?;
    let ahead = sandbox.stop_when_quiet()?;
    let console = Terminal::start(programs.console(&["dashboard"], &sandbox.variables), SIZE)?;
    console.wait_for(&["Needs you"], LIMIT)?;
    let mut peers = [None, None];
    for (place, started) in peers.iter_mut().enumerate() {
        if let Some(peer) = programs.peer(place) {
            let terminal = Terminal::start(peer, SIZE)?;
            terminal.wait_for(PEER_PICTURES[place], LIMIT)?;
            *started = Some(terminal);
        }
    }
    thread::sleep(if time < YOUNG { SETTLING } else { SETTLING + ahead + YOUNG });
    let all = || [Some(&console), peers[0].as_ref(), peers[1].as_ref()];
    let before = all().map(|terminal| terminal.map(state));
    thread::sleep(time);
    let mut costs = [None; 3];
    for ((cost, terminal), before) in costs.iter_mut().zip(all()).zip(before) {
        *cost = terminal.zip(before).map(|(terminal, before)| Cost::between(before, state(terminal), time));
    }
    Ok(rows(costs))
}

fn rows(costs: [Option<Cost>; 3]) -> Vec<Row> {
    let row = |work: &str, target: f64, unit: &str, shown: fn(&Cost) -> (f64, String)| {
        let [console, first, second] = costs.map(|cost| cost.as_ref().map(shown));
        let (value, console) = console.unwrap_or((f64::INFINITY, "–".to_owned()));
        Row {
            work: format!("idle, connected to a sandbox in another process: {work}"),
            console,
            peers: [first, second].map(|peer| peer.map(|(_, text)| text)),
            target: format!("≤ {target} {unit}"),
            is_reached: Some(value <= target),
        }
    };
    vec![
        row("processor time", CPU_TARGET, "%", |cost| {
            (cost.cpu_percent, format!("{:.2} %", cost.cpu_percent))
        }),
        row("frames", FRAMES_TARGET, "a minute", |cost| {
            let Cost { frames_per_minute, bytes_per_minute, .. } = cost;
            (*frames_per_minute, format!("{frames_per_minute:.1} a minute, {bytes_per_minute:.0} bytes"))
        }),
    ]
}

/// Returns the clock ticks that a program has used, and what it has written.
fn state(terminal: &Terminal) -> (u64, Traffic) {
    let stat = terminal.process_id().and_then(|id| fs::read_to_string(format!("/proc/{id}/stat")).ok());
    (stat.as_deref().and_then(ticks).unwrap_or_default(), terminal.traffic())
}

/// Reads the ticks in user and in system mode. The name of the program, in brackets, may hold blanks.
fn ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

impl Cost {
    #[expect(clippy::cast_precision_loss, reason = "the numbers are small")]
    fn between(before: (u64, Traffic), after: (u64, Traffic), time: Duration) -> Self {
        let (seconds, traffic) = (time.as_secs_f64(), after.1.since(before.1));
        Self {
            cpu_percent: (after.0 - before.0) as f64 / TICKS_PER_SECOND / seconds * 100.0,
            frames_per_minute: traffic.frames() as f64 / seconds * 60.0,
            bytes_per_minute: traffic.bytes as f64 / seconds * 60.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ticks_follow_the_name() {
        let stat = "42 (a (b) c) S 1 42 42 0 -1 4194304 100 0 0 0 7 5 0 0 20 0 1 0 100 0";
        assert_eq!(ticks(stat), Some(12));
        assert_eq!(ticks("42"), None);
    }
}
