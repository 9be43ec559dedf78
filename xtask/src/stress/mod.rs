//! `cargo xtask stress`: attacks the programs and measures their memory and response times.
//!
//! The attack classes and their bounds are in `classes/`. The programs run as processes and are attacked over sockets
//! and terminals, as a real attacker would; an example of each crate drives its parsers. All traffic stays on loopback.
//! It reads `/proc`, so it needs Linux.

mod class;
mod classes;
mod console;
mod exchange;
mod hostile;
mod judgement;
mod peer;
mod probe;
mod process;
mod programs;
mod random;
mod report;
mod secrets;
mod server;
mod services;
mod sockets;
mod watch;

use std::{
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant, SystemTime},
};

use self::{
    class::{Class, Round, Scale},
    programs::Programs,
    report::Report,
    secrets::Secrets,
};
use crate::failure::Failure;

/// Attacks server, console and sandbox as built for release, and checks memory, response times and secrets.
///
/// Prints a table with one row for each class of attack, and ends with 1 if a bound is exceeded. Classes of random input
/// share the time that the others leave.
#[derive(Debug, clap::Args)]
pub(crate) struct Stress {
    /// The duration of the round, in minutes
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    minutes: u64,
    /// The duration of the round in seconds, instead of minutes
    #[arg(long, conflicts_with = "minutes", value_parser = clap::value_parser!(u64).range(1..=36_000))]
    seconds: Option<u64>,
    /// The seed that another round printed, to repeat that round
    #[arg(long)]
    seed: Option<u64>,
    /// Only this class; may be given several times
    #[arg(long, value_name = "CLASS")]
    only: Vec<String>,
    /// Small sizes, as in the test suite
    #[arg(long)]
    short: bool,
    /// Use the programs in this folder instead of building them
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
    /// List the classes and exit
    #[arg(long)]
    list: bool,
}

impl Stress {
    pub(crate) fn run(&self) -> Result<ExitCode, Failure> {
        if self.list {
            report::list();
            return Ok(ExitCode::SUCCESS);
        }
        let classes = classes::chosen(&self.only)?;
        let programs = match &self.programs {
            Some(folder) => Programs::of(folder)?,
            None => Programs::built()?,
        };
        process::raise_file_limit();
        let seed = self.seed.unwrap_or_else(seed_of_now);
        let time = Duration::from_secs(self.seconds.unwrap_or(self.minutes * 60));
        println!("seed {seed}, {} s\n", time.as_secs());
        let mut report = Report::begin();
        let (random, fixed): (Vec<_>, Vec<_>) = classes.into_iter().partition(|class| class.is_random);
        let started = Instant::now();
        let mut left = fixed.len() + random.len();
        for class in fixed.iter().chain(&random) {
            // The random classes share the time that the fixed ones leave.
            let share = time.saturating_sub(started.elapsed()) / u32::try_from(left).unwrap_or(u32::MAX);
            left -= 1;
            report.add(class.name, self.attack(class, &programs, seed, share));
        }
        Ok(report.end())
    }

    fn attack(
        &self,
        class: &Class,
        programs: &Programs,
        seed: u64,
        share: Duration,
    ) -> Result<judgement::Judgement, Failure> {
        let scale = if self.short { Scale::Short } else { Scale::Full };
        let time = share.max(Duration::from_secs(if self.short { 1 } else { 5 }));
        let secrets = Secrets::new(seed);
        let round = Round { programs, secrets: &secrets, scale, time, seed: random::seed(seed, class.name) };
        (class.attack)(&round)
    }
}

fn seed_of_now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    // Short enough to type.
    now.as_secs() % 1_000_000
}
