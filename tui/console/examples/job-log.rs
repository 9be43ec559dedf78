//! Measures the log of a job with 100 MB: its first screen after the last byte, a search, and the memory that it needs.
//!
//! ```console
//! $ cargo run --release -p hello-console --example job-log
//! ```
//!
//! The bytes are taken in as the download of the console takes them, and the console draws its screen into a buffer. The
//! output has a line for each work: what was measured, the median and the slowest value, its unit and its target,
//! separated by tabs. `cargo xtask bench runs` reads it.

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

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hello_catalog::{Source, read};
use hello_console::{
    app::{App, Layouts, Setup},
    effect::Effect,
    msg::Msg,
    route::Scope,
    screens::runs::log,
    theme::Theme,
};
use hello_model::{
    job_log::{JobLogEvent, LogEnd, LogWriter},
    query::{Query, Update},
    run::{Job, JobId, Repo, Run, RunDetail, RunId, State, Step},
    time::{Now, Timestamp},
    world::{World, WorldId},
};
use ratatui::{buffer::Buffer, layout::Rect};

const BYTES: usize = 100_000_000;

/// Texts that are searched for: a frequent letter, words that many lines have, digits, which are in every time, capitals,
/// and words that few lines or none have.
const TEXTS: [&str; 7] = ["e", "answers", "compiling crate-77", "00", "FAIL", "zzzz", "the build of crate-9"];

/// How often each search is repeated.
const RUNS: usize = 5;

const SLUG: &str = "hello-truck/hello-truck";
const WORLD: WorldId = WorldId(0);
const JOB: JobId = JobId(8);

fn main() {
    let repo: Repo = SLUG.parse().expect("a repository");
    let mut app = console(&repo);
    let before = resident();
    let (mut writer, mut number, mut received) = (LogWriter::default(), 0, 0);
    let mut turns = Vec::new();
    while received < BYTES {
        let chunk = chunk(&mut number);
        received += chunk.len();
        for segment in writer.push(chunk.as_bytes()) {
            turns.push(turn(&mut app, log_event(&repo, JobLogEvent::Segment(segment))).0);
        }
    }
    print("a piece of the log arrives", "ms", 16.0, turns);
    let began = Instant::now();
    if let Some(segment) = writer.finish() {
        turn(&mut app, log_event(&repo, JobLogEvent::Segment(segment)));
    }
    turn(&mut app, log_event(&repo, JobLogEvent::Ended(LogEnd::Complete)));
    print("first screen after the last byte", "ms", 300.0, vec![began.elapsed()]);
    print(
        "a key that moves the cursor",
        "ms",
        16.0,
        (0..50).map(|_| key(&mut app, KeyCode::Down).0).collect(),
    );
    // The console does not repeat a search that it made last, so the texts take turns.
    let rounds: Vec<_> = (0..RUNS).map(|_| TEXTS.map(|text| search(&mut app, text))).collect();
    for (place, text) in TEXTS.iter().enumerate() {
        let times = rounds.iter().map(|times| times[place]).collect();
        print(&format!("search `{text}`"), "ms", 150.0, times);
    }
    let percent = (resident() - before) * 1024 * 100 / u64::try_from(received).unwrap_or(u64::MAX).max(1);
    println!("memory, in percent of the log\t{percent}\t{percent}\t%\t200");
}

/// Types a text and returns the time from its last letter to the frame with the result.
fn search(app: &mut App, text: &str) -> Duration {
    key(app, KeyCode::Char('/'));
    let (time, effects) = turn(app, Msg::Pasted(text.to_owned()));
    let began = Instant::now();
    for effect in effects {
        let Effect::Compute { world, of, computation } = effect else { continue };
        let mut results = Vec::new();
        computation.run(&AtomicBool::new(false), &mut |result| results.push(result));
        for result in results {
            turn(app, Msg::Computed(world, of.clone(), result));
        }
    }
    let passed = time + began.elapsed();
    key(app, KeyCode::Esc);
    passed
}

fn key(app: &mut App, code: KeyCode) -> (Duration, Vec<Effect>) {
    turn(app, Msg::Pressed(KeyEvent::new(code, KeyModifiers::NONE)))
}

/// Lets the console take a message in and draw a frame.
fn turn(app: &mut App, msg: Msg) -> (Duration, Vec<Effect>) {
    let began = Instant::now();
    let effects = app.update(msg, now());
    let mut buf = Buffer::empty(Rect::new(0, 0, 120, 40));
    app.view(buf.area, &mut buf);
    (began.elapsed(), effects)
}

fn print(what: &str, unit: &str, target: f64, mut times: Vec<Duration>) {
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    let (median, slowest) = (times[times.len() / 2], times[times.len() - 1]);
    println!("{what}\t{:.1}\t{:.1}\t{unit}\t{target}", milliseconds(median), milliseconds(slowest));
}

fn now() -> Now {
    Now { instant: Instant::now(), wall: Timestamp::now() }
}

fn log_event(repo: &Repo, event: JobLogEvent) -> Msg {
    Msg::answered(WORLD, Query::JobLog(repo.clone(), JOB), Ok(Update::JobLog(event)))
}

/// Opens the log of a failed job.
fn console(repo: &Repo) -> App {
    let route = log::route(&log::SPEC, Scope::Everything, RunId(7), JOB, None);
    let mut app = App::new(Setup {
        start: route,
        world: World::default(),
        contexts: Vec::new(),
        session: "session".to_owned(),
        theme: Theme::new(true, jiff::tz::TimeZone::UTC),
        layouts: Layouts::default(),
        now: now(),
    });
    app.start();
    let descriptor = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: hello\n  annotations: \
         {{github.com/project-slug: {SLUG}}}\nspec: {{type: service, lifecycle: production, owner: a}}\n"
    );
    let catalog = read(&[Source { name: "catalog-info.yaml".to_owned(), text: descriptor.into_bytes() }]);
    turn(&mut app, Msg::answered(WORLD, Query::Catalog, Ok(catalog.into())));
    turn(&mut app, Msg::answered(WORLD, Query::Run(repo.clone(), RunId(7)), Ok(detail().into())));
    app
}

/// A run with one job of twenty steps, of which the last has failed.
fn detail() -> RunDetail {
    let state = || State::from_words("completed", Some("failure"));
    let step = |number: u64| Step {
        number,
        name: format!("Step {number}"),
        state: if number == 20 { state() } else { State::from_words("completed", Some("success")) },
        started_at: Some(time(number * 50_000)),
        completed_at: Some(time(number * 50_000 + 50_000)),
    };
    let job = Job { steps: (0..=20).map(step).collect(), ..Job::new(JOB.0, "build", state()) };
    RunDetail::new(run(state()), vec![job])
}

fn run(state: State) -> Run {
    Run {
        id: RunId(7),
        number: 7,
        attempt: 1,
        workflow: "build".to_owned(),
        title: String::new(),
        event: "push".to_owned(),
        branch: None,
        commit: String::new(),
        actor: None,
        state,
        created_at: None,
        started_at: None,
        updated_at: None,
        url: String::new(),
        path: None,
        fork: None,
        pull_request: None,
    }
}

/// Returns a time of the log, in milliseconds after its beginning.
fn time(millis: u64) -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time") + Duration::from_millis(millis)
}

/// Makes the next 64 KiB of the output of a build: some lines are coloured, some are groups, and few are errors.
fn chunk(number: &mut u64) -> String {
    let mut text = String::new();
    while text.len() < 64 * 1024 {
        let at = time(*number);
        let _ = match *number % 1_000 {
            0 => writeln!(text, "{at:.7} ##[group]Run cargo build --package crate-{number}"),
            1 => writeln!(text, "{at:.7} ##[endgroup]"),
            999 => writeln!(text, "{at:.7} ##[error]the build of crate-{number} has failed%0Asee above"),
            part if part % 10 == 3 => writeln!(
                text,
                "{at:.7} \u{1b}[1m\u{1b}[32m   Compiling\u{1b}[0m crate-{number} v1.{part}.0 (/home/runner/work)"
            ),
            part => writeln!(
                text,
                "{at:.7} test module_{part}::case_{number}::answers_in_time ... ok (0.00{part}s)"
            ),
        };
        *number += 1;
    }
    text
}

/// Returns the resident memory of this process, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().split(' ').next().and_then(|kib| kib.parse().ok()).unwrap_or_default()
}
