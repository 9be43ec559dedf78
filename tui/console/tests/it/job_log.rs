//! The log of a job: what is seen of it, and what keys do.

use crossterm::event::KeyCode;
use hello_console::{
    route::{Route, Scope},
    screens::runs::{self, log},
};
use hello_model::{
    failure::{Failure, Kind},
    job_log::{JobLogEvent, LogEnd, LogWriter},
    query::{Query, Update},
    run::{Job, JobId, RunDetail, RunId, State, Step},
};

use crate::{
    answers::{answers, at, run},
    screens::Told,
};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (60, 18)];

/// A job of four steps, of which the third has failed.
fn detail(state: &State) -> RunDetail {
    let step = |number, name: &str, conclusion: &str, from: i64| Step {
        number,
        name: name.to_owned(),
        state: State::from_words("completed", Some(conclusion)),
        started_at: (conclusion != "skipped").then(|| at(from)),
        completed_at: (conclusion != "skipped").then(|| at(from + 10)),
    };
    let job = Job {
        started_at: Some(at(-60)),
        completed_at: Some(at(-20)),
        steps: vec![
            step(1, "Set up job", "success", -60),
            step(2, "Check out", "success", -50),
            step(3, "Run the tests", "failure", -40),
            step(4, "Upload the report", "skipped", -30),
            step(5, "Complete job", "success", -30),
        ],
        ..Job::new(8, "test (ubuntu-latest)", state.clone())
    };
    RunDetail::new(run(1, "completed", Some("failure")), vec![job])
}

fn text() -> String {
    let lines: &[(i64, &str)] = &[
        (-60, "Current runner version: '2.331.0'"),
        (-60, "##[group]Operating System"),
        (-60, "Ubuntu"),
        (-60, "##[endgroup]"),
        (-50, "##[group]Run actions/checkout@v5"),
        (-50, "with:"),
        (-50, "##[endgroup]"),
        (-49, "##[command]/usr/bin/git log -1 --format=%H"),
        (-40, "##[group]Run cargo nextest run --workspace"),
        (-40, "shell: /usr/bin/bash -e {0}"),
        (-40, "##[endgroup]"),
        (-39, "   Compiling hello-shared v0.1.0"),
        (
            -38,
            "\u{1b}[32mPASS\u{1b}[0m [   0.021s] hello-server::it trucks::a_truck_is_listed_after_it_was_added",
        ),
        (-37, "##[warning]the cache of the tests has 95%25 of its size"),
        (
            -36,
            "\u{1b}[31mFAIL\u{1b}[0m [   0.034s] hello-server::it trucks::a_taken_plate_is_409, which has a name that is much too long for any screen",
        ),
        (-36, "##[error]assertion failed at server/tests/it/trucks.rs:88%0A  left: 500%0A right: 409"),
        (-35, "downloading  5%\rdownloading 100%"),
        (-35, "##[error]Process completed with exit code 1."),
        (-30, "Cleaning up orphan processes"),
    ];
    let lines: Vec<_> = lines.iter().map(|(second, text)| format!("{:.7} {text}", at(*second))).collect();
    lines.join("\n")
}

fn log_of(text: &str, end: LogEnd) -> Vec<Update> {
    let mut writer = LogWriter::default();
    let segments = writer.push(text.as_bytes());
    let segments = segments.into_iter().chain(writer.finish()).map(JobLogEvent::Segment);
    segments.chain([JobLogEvent::Ended(end)]).map(Update::JobLog).collect()
}

type Answer = Option<Result<Vec<Update>, Failure>>;

fn whole(query: &Query) -> Answer {
    let updates = match query {
        Query::Run(..) => vec![detail(&State::from_words("completed", Some("failure"))).into()],
        Query::JobLog(..) => log_of(&text(), LogEnd::Complete),
        other => answers(other),
    };
    (!updates.is_empty()).then_some(Ok(updates))
}

fn opened(answer: fn(&Query) -> Answer) -> Told {
    Told::with(log::route(&log::SPEC, Scope::Everything, RunId(9_001), JobId(8), None), answer)
}

/// Compares the screen at all sizes with its golden files.
fn is_as_in(told: &Told, name: &str) {
    for size in SIZES {
        insta::assert_snapshot!(format!("{name}_{}x{}", size.0, size.1), told.seen(size));
    }
}

/// Returns the row at the cursor.
fn at_cursor(told: &Told) -> String {
    let terminal = told.drawn((100, 30));
    let buffer = terminal.backend().buffer();
    let rows = (2..28).filter_map(|y| {
        let row: Vec<_> = (2..98).map(|x| &buffer[(x, y)]).collect();
        let is_selected = row[0].modifier.contains(ratatui::style::Modifier::REVERSED);
        is_selected.then(|| row.iter().map(|cell| cell.symbol()).collect::<String>())
    });
    rows.map(|row| row.trim_end().to_owned()).next().unwrap_or_default()
}

#[test]
fn a_failed_log_opens_at_its_first_error() {
    let mut told = opened(whole);
    is_as_in(&told, "job_log");
    told.press("T");
    told.press("w");
    told.press("+");
    is_as_in(&told, "job_log_wrapped");
}

#[test]
fn a_job_of_an_open_run_leads_to_its_log() {
    let route = Route { subject: Some("9001".to_owned()), ..runs::SPEC.id.into() };
    let mut told = Told::with(route, whole);
    told.press("j");
    told.key(KeyCode::Enter);
    assert!(told.seen((80, 24)).contains("Log of test (ubuntu-latest)"), "{}", told.seen((80, 24)));
    told.key(KeyCode::Esc);
    assert!(told.seen((80, 24)).contains("LintAndTest #1"), "esc leads back: {}", told.seen((80, 24)));
}

#[test]
fn steps_and_groups_fold() {
    let mut told = opened(whole);
    told.press("g");
    assert_eq!(at_cursor(&told), "▸ ✓ Set up job  10s · 4 lines");
    told.key(KeyCode::Enter);
    told.press("jj");
    assert_eq!(at_cursor(&told), "  ▸ Operating System  1 line");
    told.press(" j");
    assert_eq!(at_cursor(&told), "      Ubuntu");
    told.press(" ");
    assert_eq!(at_cursor(&told), "  ▸ Operating System  1 line", "the group of the line is folded");
    told.press("-G");
    assert_eq!(at_cursor(&told), "▸ ✓ Complete job  10s · 1 line");
}

#[test]
fn keys_go_from_error_to_error() {
    let mut told = opened(whole);
    assert!(at_cursor(&told).contains("✗ assertion failed at server/tests/it/trucks.rs:88"));
    told.press("-}");
    assert!(at_cursor(&told).contains("✗ assertion failed"), "the first one of the step that was folded");
    told.press("}");
    assert!(at_cursor(&told).contains("✗ Process completed with exit code 1."), "{}", at_cursor(&told));
    told.press("}");
    assert!(told.seen((100, 30)).contains("There is no further error below."));
    told.press("{");
    assert!(at_cursor(&told).contains("✗ assertion failed"));
}

#[test]
fn a_search_goes_to_its_matches() {
    let mut told = opened(whole);
    told.press("gjj");
    told.press("/");
    told.press("hello-");
    assert!(at_cursor(&told).contains("Compiling hello-shared"), "the first match below the cursor");
    is_as_in(&told, "job_log_search");
    told.key(KeyCode::Enter);
    told.press("nn");
    assert!(at_cursor(&told).contains("FAIL"));
    assert!(told.seen((100, 30)).contains("3 of 3"));
    told.press("n");
    assert!(at_cursor(&told).contains("Compiling hello-shared"), "round the end");
    told.press("N");
    assert!(at_cursor(&told).contains("FAIL"));
    told.key(KeyCode::Esc);
    assert!(!told.seen((100, 30)).contains("3 of 3"), "esc drops the search");
}

#[test]
fn a_long_line_is_shifted_to_the_left() {
    let mut told = opened(whole);
    assert!(!told.seen((80, 24)).contains("for any screen"));
    told.press("lllll");
    assert!(told.seen((80, 24)).contains("for any screen"), "{}", told.seen((80, 24)));
    told.press("w");
    assert!(told.seen((80, 24)).contains("for any"), "a wrapped line needs no shift");
}

#[test]
fn a_running_job_has_no_log_yet() {
    let told = opened(|query| match query {
        Query::Run(..) => Some(Ok(vec![detail(&State::InProgress).into()])),
        Query::JobLog(..) => panic!("GitHub has none"),
        other => Some(Ok(answers(other))),
    });
    is_as_in(&told, "job_log_running");
}

#[test]
fn a_log_that_cannot_be_read_says_why() {
    let expired = opened(|query| match query {
        Query::JobLog(..) => Some(Ok(vec![Update::JobLog(JobLogEvent::Ended(LogEnd::Expired))])),
        other => whole(other),
    });
    assert!(expired.seen((80, 24)).contains("The log has expired"), "{}", expired.seen((80, 24)));
    let waiting = opened(|query| match query {
        Query::JobLog(..) => Some(Ok(vec![Update::JobLog(JobLogEvent::NotStored)])),
        other => whole(other),
    });
    assert!(waiting.seen((80, 24)).contains("has not stored its log yet"));
    let cut = opened(|query| match query {
        Query::JobLog(..) => Some(Ok(log_of(&text(), LogEnd::Cut))),
        other => whole(other),
    });
    assert!(cut.seen((80, 24)).contains("larger than 256 MiB"));
    let failed = opened(|query| match query {
        Query::JobLog(..) => Some(Err(Failure::new(Kind::Offline, "reading the log of job 8", "no network"))),
        other => whole(other),
    });
    is_as_in(&failed, "job_log_failed");
}
