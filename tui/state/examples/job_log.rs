//! Measures the log of a job with 100 MB: taking its bytes in, searching it, and the memory that it needs.
//!
//! ```console
//! $ cargo run --release -p hello-state --example job_log
//! ```
//!
//! The output has a line for each work: what was measured, the median and the slowest time in milliseconds, separated by
//! tabs; for the memory, twice the size of the log in memory in percent of the text. `cargo xtask bench runs` reads it.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the clock and prints"
)]

use std::{
    fmt::Write as _,
    sync::atomic::AtomicBool,
    time::{Duration, Instant},
};

use hello_model::{
    job_log::{JobLog, LogWriter, Needle},
    run::JobId,
    time::Timestamp,
};
use hello_state::computation::{Computation, ComputationResult, JobLogMatches, JobLogSearch};

const BYTES: usize = 100_000_000;
const RUNS: usize = 11;

/// The size of the pieces in which the bytes arrive.
const CHUNK: usize = 64 * 1024;

/// Texts after one more key: a frequent letter, words that many lines have, with digits as every time has them, in upper
/// case, and one that no line has.
const NEEDLES: [&str; 7] = ["e", "error", "compiling crate-77", "00", "FAIL", "zzzz", "warning: unused"];

fn main() {
    let text = text();
    let (mut log, mut times) = (JobLog::default(), Vec::new());
    for _ in 0..3 {
        let began = Instant::now();
        log = read(&text);
        times.push(began.elapsed());
    }
    print(&format!("taking in {} lines of a log", log.len()), times);
    for needle in NEEDLES {
        let search = JobLogSearch {
            job: JobId(1),
            log: log.clone(),
            needle: Needle::new(needle).expect("a text to search for"),
            known: None,
        };
        let mut found = 0;
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let (time, matches) = run(&search);
            found = matches.lines.len();
            times.push(time);
        }
        print(&format!("searching `{needle}`, {found} lines found"), times);
    }
    let percent = log.size() * 100 / log.bytes();
    println!("memory in percent of the log\t{percent}\t{percent}");
}

fn read(text: &[u8]) -> JobLog {
    let (mut writer, mut log) = (LogWriter::default(), JobLog::default());
    for chunk in text.chunks(CHUNK) {
        writer.push(chunk).into_iter().for_each(|segment| log.push(segment));
    }
    writer.finish().into_iter().for_each(|segment| log.push(segment));
    log
}

/// Runs a search as the console does, and returns its last result.
fn run(search: &JobLogSearch) -> (Duration, JobLogMatches) {
    let mut last = None;
    let computation = Computation::SearchJobLog(search.clone());
    let began = Instant::now();
    computation.run(&AtomicBool::new(false), &mut |result| {
        if let ComputationResult::JobLogSearch(found) = result {
            last = Some(found);
        }
    });
    (began.elapsed(), last.expect("a search has a result"))
}

fn print(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    let (median, slowest) = (times[times.len() / 2], times[times.len() - 1]);
    println!("{what}\t{:.1}\t{:.1}", milliseconds(median), milliseconds(slowest));
}

/// Makes the output of a build: some lines are coloured, some are groups, and few are errors.
fn text() -> Vec<u8> {
    let begin = Timestamp::from_second(1_800_000_000).expect("a time");
    let mut text = String::with_capacity(BYTES + 1_000);
    let mut number = 0_u32;
    while text.len() < BYTES {
        let at = begin + Duration::from_millis(u64::from(number));
        let _ = match number % 1_000 {
            0 => writeln!(text, "{at:.7} ##[group]Run cargo build --package crate-{number}"),
            1 => writeln!(text, "{at:.7} ##[endgroup]"),
            999 => writeln!(text, "{at:.7} ##[error]the build of crate-{number} has failed%0Asee above"),
            part if part % 10 == 3 => {
                writeln!(
                    text,
                    "{at:.7} \u{1b}[1m\u{1b}[32m   Compiling\u{1b}[0m crate-{number} v1.{part}.0 (/home/runner/work)"
                )
            }
            part => writeln!(
                text,
                "{at:.7} test module_{part}::case_{number}::answers_in_time ... ok (0.00{part}s)"
            ),
        };
        number += 1;
    }
    text.into_bytes()
}
