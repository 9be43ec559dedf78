//! Measures one key of the filter over 10,000 loaded runs: the letter is taken in, all runs are filtered, and the frame is
//! drawn.
//!
//! ```console
//! $ cargo run --release -p hello-console --example runs-filter
//! ```
//!
//! The output has a line for each text: what was measured, the median and the slowest value, its unit and its target,
//! separated by tabs. `cargo xtask bench runs` reads it.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement reads the clock and prints"
)]

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hello_catalog::{Source, read};
use hello_console::{
    app::{App, Layouts, Setup},
    msg::Msg,
    screens::runs,
    theme::Theme,
};
use hello_model::{
    query::Query,
    run::{Repo, Run, RunId, RunList, State},
    time::{Now, Timestamp},
    world::{World, WorldId},
};
use jiff::{SignedDuration, tz::TimeZone};
use ratatui::{buffer::Buffer, layout::Rect};

const RUNS: u64 = 10_000;
const REPETITIONS: usize = 51;

/// In milliseconds.
const TARGET: f64 = 16.0;

const SLUG: &str = "hello-truck/hello-truck";
const START: &str = "2026-11-23T12:00:00Z";

/// Texts whose letters are measured: letters that most runs have, words of all, of some and of one run, words that are in
/// none, and each kind of term.
const TEXTS: [&str; 9] = [
    "e",
    "paint the",
    "deploy",
    "truck 7531",
    "zzz",
    "status:failure",
    "!branch:main",
    "\"truck 12\"",
    "actor:jane deploy",
];

fn main() {
    let mut app = console();
    let key = |app: &mut App, code| {
        let began = Instant::now();
        app.update(Msg::Pressed(KeyEvent::new(code, KeyModifiers::NONE)), now());
        let mut buf = Buffer::empty(Rect::new(0, 0, 120, 40));
        app.view(buf.area, &mut buf);
        (began.elapsed(), buf)
    };
    for text in TEXTS {
        let mut times = Vec::new();
        for _ in 0..REPETITIONS {
            key(&mut app, KeyCode::Char('/'));
            // The slowest letter of the text.
            times.extend(text.chars().map(|letter| key(&mut app, KeyCode::Char(letter)).0).max());
            key(&mut app, KeyCode::Esc);
        }
        report(text, times);
    }
    let (_, buf) = key(&mut app, KeyCode::Char('/'));
    let seen: String = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
    assert!(seen.contains("10000") || seen.contains("10,000"), "the runs are not on the screen: {seen}");
}

fn report(text: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    let (median, slowest) = (milliseconds(times[REPETITIONS / 2]), milliseconds(times[REPETITIONS - 1]));
    println!("slowest key of the filter `{text}`, {RUNS} runs\t{median:.2}\t{slowest:.2}\tms\t{TARGET}");
}

fn now() -> Now {
    Now { instant: Instant::now(), wall: start() }
}

fn start() -> Timestamp {
    START.parse().expect("a time")
}

/// Makes a console whose runs screen has loaded all runs.
fn console() -> App {
    let repo: Repo = SLUG.parse().expect("a repository");
    let mut app = App::new(Setup {
        start: runs::SPEC.id.into(),
        world: World::default(),
        contexts: Vec::new(),
        session: "session".to_owned(),
        theme: Theme::new(true, TimeZone::UTC),
        layouts: Layouts::default(),
        now: now(),
    });
    app.start();
    let mut answer = |query, update| {
        app.update(Msg::answered(WorldId(0), query, Ok(update)), now());
    };
    let descriptor = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: hello-server\n  annotations:\n    \
         github.com/project-slug: {SLUG}\nspec: {{type: service, lifecycle: production, owner: team}}\n"
    );
    let catalog = read(&[Source { name: "catalog-info.yaml".to_owned(), text: descriptor.into_bytes() }]);
    answer(Query::Catalog, catalog.into());
    let runs: Vec<Run> = (0..RUNS).map(run).collect();
    answer(Query::runs(repo), RunList { runs: runs.into(), unreadable: 0 }.into());
    app
}

/// Makes one of the runs; a larger number is an older run.
fn run(number: u64) -> Run {
    let pick = |words: &[&str], every: u64| {
        let place = usize::try_from(number / every).unwrap_or_default() % words.len();
        words[place].to_owned()
    };
    let age = SignedDuration::from_mins(i64::try_from(number).unwrap_or_default());
    let at = start() - age;
    Run {
        id: RunId(30_000_000_000 - number),
        number: RUNS - number,
        attempt: 1,
        workflow: pick(
            &["LintAndTest", "Docker Build and Deploy with CloudFormation", "CodeQL", "Fleet checks"],
            1,
        ),
        title: format!("feat(server): paint the doors of truck {number}"),
        event: pick(&["push", "pull_request", "schedule", "workflow_dispatch"], 3),
        branch: Some(pick(&["main", "feature/paint", "renovate/axum-0.x", "fix/doors"], 2)),
        commit: format!("{:012x}{number:028x}", number * 0x9e37_79b9),
        actor: Some(pick(&["jane", "sam", "renovate[bot]"], 1)),
        state: State::from_words("completed", Some(&pick(&["success", "failure", "cancelled"], 5))),
        created_at: Some(at),
        started_at: Some(at),
        updated_at: Some(at + SignedDuration::from_secs(240)),
        url: format!("https://github.com/{SLUG}/actions/runs/{number}"),
        path: Some(".github/workflows/ci.yml".to_owned()),
        fork: None,
        pull_request: number.is_multiple_of(7).then_some(number),
    }
}
