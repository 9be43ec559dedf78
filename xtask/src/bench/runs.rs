//! Workflow runs: what it costs to watch one, how soon a change is on the screen, one key of the filter over many, and the
//! log of a job.
//!
//! Each measurement is a file. Those of the console alone are its examples; this command prints their tables with the
//! targets.

mod example;
mod screen;
mod watch;

use std::{path::PathBuf, process::ExitCode};

use clap::ValueEnum;

use super::programs::Programs;
use crate::failure::Failure;

/// Measures workflow runs: watching one beside gh, a change until it is on the screen, a filter over 10,000, a log of 100 MB.
#[derive(Debug, clap::Args)]
pub(crate) struct Runs {
    /// Only this measurement; may be given several times
    #[arg(long, value_name = "WORK")]
    only: Vec<Work>,
    /// How much faster than real time the watched run goes on, for both programs: it takes ten minutes, divided by this
    #[arg(long, value_name = "FACTOR", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=60))]
    speed: u32,
    /// Use the programs in this folder instead of building them
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Work {
    /// A filter that is typed over 10,000 loaded runs
    Filter,
    /// The log of a job with 100 MB: its first screen, a search, memory
    Log,
    /// A change in GitHub until the console shows it
    Screen,
    /// The requests of `runs watch` and of `gh run watch` for the same run
    Watch,
}

impl Runs {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        for (work, name) in [(Work::Filter, "runs-filter"), (Work::Log, "job-log")] {
            if self.is_wanted(work) {
                example::measure(name)?;
            }
        }
        if self.is_wanted(Work::Screen) || self.is_wanted(Work::Watch) {
            let programs = Programs::ours(self.programs.as_deref())?;
            if self.is_wanted(Work::Screen) {
                screen::measure(&programs)?;
            }
            if self.is_wanted(Work::Watch) {
                watch::measure(&programs, self.speed)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn is_wanted(&self, work: Work) -> bool {
        self.only.is_empty() || self.only.contains(&work)
    }
}

/// Says in a table whether a target is reached.
fn verdict(is_reached: bool) -> &'static str {
    if is_reached { "reached" } else { "missed" }
}
