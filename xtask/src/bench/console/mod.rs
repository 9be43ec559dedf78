//! The console in a pseudo-terminal, beside two other programs of its kind: start, idleness, keys under load, and bytes.
//!
//! Each measurement is a file. All programs run in one run on one machine, so that its load is the same for all.

mod bytes;
mod idle;
mod keys;
mod starts;

use std::{fs, path::PathBuf, process::ExitCode, time::Duration};

use clap::ValueEnum;

use super::{programs::Programs, trucks};
use crate::{failure::Failure, terminal::Size};

/// The screen of all programs.
const SIZE: Size = Size::new(120, 40);

/// How long a wanted picture may take.
const LIMIT: Duration = Duration::from_mins(1);

/// Measures the console beside bottom and gitui: its start, idle cost, keys under load, a large fleet, bytes per frame.
#[derive(Debug, clap::Args)]
pub(crate) struct Console {
    /// Fewer repetitions and shorter times, for a first look
    #[arg(long)]
    quick: bool,
    /// Only this measurement; may be given several times
    #[arg(long, value_name = "WORK")]
    only: Vec<Work>,
    /// Use the programs in this folder instead of building them
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Work {
    Start,
    Idle,
    Keys,
    Bytes,
    Trucks,
}

impl Console {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        let programs = Programs::prepare(self.programs.as_deref())?;
        println!("load of the machine: {}\n", load());
        println!("| work | console | bottom | gitui | target |\n|---|---|---|---|---|");
        self.measure(Work::Start, || starts::measure(&programs, self.often(21, 5)))?;
        self.measure(Work::Idle, || idle::measure(&programs, self.lasting(60, 10)))?;
        self.measure(Work::Keys, || keys::measure(&programs, self.often(300, 60)))?;
        self.measure(Work::Bytes, || bytes::measure(&programs, self.often(50, 10)))?;
        println!("\nload of the machine: {}", load());
        if self.is_wanted(Work::Trucks) {
            println!();
            return trucks::run();
        }
        Ok(ExitCode::SUCCESS)
    }

    fn measure(
        &self,
        work: Work,
        measure: impl FnOnce() -> Result<Vec<Row>, Failure>,
    ) -> Result<(), Failure> {
        if self.is_wanted(work) {
            for row in measure()? {
                println!("{}", row.line());
            }
        }
        Ok(())
    }

    fn is_wanted(&self, work: Work) -> bool {
        self.only.is_empty() || self.only.contains(&work)
    }

    fn often(&self, usual: usize, quick: usize) -> usize {
        if self.quick { quick } else { usual }
    }

    fn lasting(&self, usual: u64, quick: u64) -> Duration {
        Duration::from_secs(if self.quick { quick } else { usual })
    }
}

/// A line of the table.
#[derive(Debug, Default)]
struct Row {
    work: String,
    console: String,
    /// The same of bottom and of gitui, if it can be compared.
    peers: [Option<String>; 2],
    target: String,
    /// `None` if there is no target.
    is_reached: Option<bool>,
}

impl Row {
    fn line(&self) -> String {
        let peer = |place: usize| self.peers[place].as_deref().unwrap_or("–");
        let Self { work, console, target, is_reached, .. } = self;
        let verdict = match is_reached {
            Some(true) => format!("{target}, reached"),
            Some(false) => format!("{target}, missed"),
            None => "–".to_owned(),
        };
        format!("| {work} | {console} | {} | {} | {verdict} |", peer(0), peer(1))
    }
}

fn load() -> String {
    let averages = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<&str> = averages.split(' ').take(3).collect();
    format!("{} on {} cores", averages.join(", "), crate::workspace::cores())
}

/// Returns a time in milliseconds.
fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

/// Returns the time that `thousandths` of the times do not exceed; sorts them.
fn part(times: &mut [Duration], thousandths: usize) -> Duration {
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    times.get(last * thousandths / 1_000).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_peer_is_a_dash() {
        let row = Row {
            work: "start".to_owned(),
            console: "17.0 ms".to_owned(),
            peers: [None, Some("23.4 ms".to_owned())],
            target: "≤ 20 ms".to_owned(),
            is_reached: Some(true),
        };
        assert_eq!(row.line(), "| start | 17.0 ms | – | 23.4 ms | ≤ 20 ms, reached |");
    }

    #[test]
    fn parts_of_times_are_in_order() {
        let mut times = [3, 1, 2].map(Duration::from_secs);
        assert_eq!(part(&mut times, 500), Duration::from_secs(2));
        assert_eq!(part(&mut times, 1_000), Duration::from_secs(3));
        assert_eq!(part(&mut [], 500), Duration::ZERO);
    }
}
