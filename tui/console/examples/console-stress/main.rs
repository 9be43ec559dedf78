//! Seeded random input for the whole console: keys, pastes, the mouse and sizes, while services answer at random or fail.
//!
//! ```console
//! $ cargo run --release -p hello-console --example console-stress -- 1 1000000
//! ```
//!
//! The arguments are the seed and the number of inputs. The console must not panic, must not start a write that skips the
//! question its risk asks, must start none in a read-only world, and each turn must be short. `cargo xtask stress` reads
//! what is printed.

#![expect(clippy::print_stdout, reason = "a test program prints its result")]
#![expect(clippy::disallowed_methods, reason = "a test program reads the clock once")]

#[expect(dead_code, clippy::unwrap_used, reason = "the tests of screens use more of it")]
#[path = "../../tests/it/answers.rs"]
mod answers;
mod inputs;
mod random_answers;
mod stressed;
mod writes;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::{Duration, Instant},
};

use fastrand::Rng;

use self::stressed::Stressed;

/// The number of inputs for one console.
const INPUTS_OF_ROUND: usize = 2_000;

/// The longest turn: a message, and the frame after it. In thread time, because other programs may run meanwhile.
const LONGEST_TURN: Duration = Duration::from_millis(50);

/// What was done so far.
#[derive(Debug, Default)]
struct Totals {
    inputs: usize,
    frames: usize,
    writes: usize,
    confirmed: usize,
    quits: usize,
    longest: Duration,
    longest_of: String,
    broken: Vec<String>,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(Ok(seed)), Some(Ok(inputs))) = (arguments.next(), arguments.next()) else {
        println!("usage: console-stress SEED INPUTS");
        return ExitCode::FAILURE;
    };
    let inputs = usize::try_from(inputs).unwrap_or(usize::MAX);
    let (start, mut totals) = (Instant::now(), Totals::default());
    for round in 0.. {
        let left = inputs.saturating_sub(totals.inputs);
        if left == 0 || !totals.broken.is_empty() {
            break;
        }
        let of_round = Rng::with_seed(seed ^ round);
        let mut console = Stressed::new(of_round, start);
        let ended = catch_unwind(AssertUnwindSafe(|| console.run(left.min(INPUTS_OF_ROUND))));
        if ended.is_err() {
            totals.broken.push(format!("a panic; the latest inputs: {}", console.latest()));
        }
        totals.add(&console, round);
    }
    totals.print()
}

impl Totals {
    fn add(&mut self, console: &Stressed, round: u64) {
        self.inputs += console.inputs;
        self.frames += console.frames;
        self.writes += console.writes.started;
        self.confirmed += console.writes.confirmed;
        self.quits += console.quits;
        if console.longest > self.longest {
            (self.longest, self.longest_of) = (console.longest, console.longest_of.clone());
        }
        // Without optimization, times mean nothing.
        if console.longest > LONGEST_TURN && !cfg!(debug_assertions) {
            self.broken.push(format!(
                "a turn took {} ms: {}",
                console.longest.as_millis(),
                console.longest_of
            ));
        }
        self.broken.extend(console.writes.broken.iter().cloned());
        for broken in &self.broken {
            println!("round {round}: {broken}");
        }
    }

    fn print(&self) -> ExitCode {
        let Self { inputs, frames, writes, confirmed, quits, longest, longest_of, broken } = self;
        println!("{frames} frames, {writes} writes ({confirmed} after a question), {quits} ends");
        println!("longest turn: {:.1} ms, {longest_of}", longest.as_secs_f64() * 1_000.0);
        println!("console: {inputs} cases");
        if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
