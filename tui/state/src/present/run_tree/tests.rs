use hello_model::{
    filter::Clock,
    run::{Pending, PendingEnvironment, RunId},
    time::Timestamp,
};
use jiff::tz::TimeZone;

use super::*;

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn state(word: &str) -> State {
    match word {
        "in_progress" | "queued" | "waiting" => State::from_words(word, None),
        conclusion => State::from_words("completed", Some(conclusion)),
    }
}

fn run(word: &str, jobs: Vec<Job>) -> RunDetail {
    let run = Run {
        id: RunId(7),
        number: 42,
        attempt: 1,
        workflow: "Check".to_owned(),
        title: "fix the brakes".to_owned(),
        event: "push".to_owned(),
        branch: Some("main".to_owned()),
        commit: "c0ffee1234".to_owned(),
        actor: None,
        state: state(word),
        created_at: Some(second(0)),
        started_at: Some(second(0)),
        updated_at: Some(second(90)),
        url: String::new(),
        path: None,
        fork: None,
        pull_request: None,
    };
    RunDetail::new(run, jobs)
}

fn job(id: u64, name: &str, word: &str, steps: &[(&str, &str)]) -> Job {
    let step = |(number, (name, word)): (u64, &(&str, &str))| Step {
        number,
        name: (*name).to_owned(),
        state: state(word),
        started_at: Some(second(20)),
        completed_at: (*word != "in_progress").then(|| second(28)),
    };
    let is_active = state(word).is_active();
    let started_at = (word != "queued").then(|| second(10));
    let completed_at = (!is_active).then(|| second(50));
    let steps = (1..).zip(steps).map(step).collect();
    Job { started_at, completed_at, steps, ..Job::new(id, name, state(word)) }
}

/// Writes the tree as it is a minute after the start.
fn tree(runs: &[&RunDetail], rows: usize) -> Vec<String> {
    let clock = Clock { now: second(60), zone: TimeZone::UTC };
    let text = |line: TonedLine| line.into_iter().map(|(text, _)| text).collect();
    lines(runs, rows, &Format { clock, has_year: true }).into_iter().map(text).collect()
}

fn busy() -> RunDetail {
    let steps = [("set up", "success"), ("compile", "in_progress"), ("upload", "queued")];
    let failed = [("set up", "success"), ("unit tests", "failure")];
    let jobs = vec![
        job(1, "lint", "success", &[("set up", "success")]),
        job(2, "build", "in_progress", &steps),
        job(3, "test (linux)", "failure", &failed),
        job(4, "deploy", "queued", &[]),
    ];
    run("in_progress", jobs)
}

#[test]
fn a_tree_has_jobs_with_current_and_failed_steps() {
    assert_eq!(
        tree(&[&busy(), &run("success", Vec::new())], 20),
        [
            "◐ #42 Check  push on main c0ffee1  in progress 1m 0s",
            "  ✓ lint          success 40s",
            "  ◐ build         in progress 50s",
            "      ◐ compile  step 2 of 3  40s",
            "  ✗ test (linux)  failure 40s",
            "      ✗ unit tests  step 2 of 2  8s",
            "  ○ deploy        queued",
            "✓ #42 Check  push on main c0ffee1  success 1m 30s",
            "  no jobs",
        ]
    );
}

#[test]
fn without_room_the_important_lines_stay() {
    assert_eq!(
        tree(&[&busy()], 5),
        [
            "◐ #42 Check  push on main c0ffee1  in progress 1m 0s",
            "  ◐ build         in progress 50s",
            "  ✗ test (linux)  failure 40s",
            "      ✗ unit tests  step 2 of 2  8s",
            "… and 3 more lines",
        ]
    );
    assert_eq!(tree(&[&busy()], 1), ["… and 7 more lines"]);
    assert_eq!(tree(&[&busy()], 0), Vec::<String>::new());
}

#[test]
fn a_run_that_waits_says_for_what() {
    let mut waiting = run("waiting", Vec::new());
    let environment = PendingEnvironment {
        id: 1,
        name: "production".to_owned(),
        waits_until: None,
        reviewers: vec!["marta".to_owned()],
        you_may_approve: true,
    };
    waiting.pending = Pending { environments: vec![environment], unknown: None };
    assert_eq!(tree(&[&waiting], 9)[1], "  waits for approval of production by marta (you may approve)");
    assert_eq!(tree(&[&waiting], 9)[2], "  no jobs yet");
}

#[test]
fn a_name_cannot_leave_its_line() {
    let hostile = run("in_progress", vec![job(1, &format!("a\n\u{1b}[2J{}", "x".repeat(99)), "queued", &[])]);
    let shown = tree(&[&hostile], 9);
    assert_eq!(shown.len(), 2);
    assert!(shown[1].starts_with("  ○ a␊␛[2Jxx") && width(&shown[1]) < 60, "{}", shown[1]);
}

#[test]
fn progress_counts_steps_and_is_complete_only_at_the_end() {
    assert_eq!(percent(&[]), None);
    assert_eq!(percent(&[&run("queued", Vec::new())]), Some(0));
    assert_eq!(percent(&[&busy()]), Some(58), "two jobs, and a third of another, of four");
    assert_eq!(percent(&[&run("in_progress", vec![job(1, "a", "success", &[])])]), Some(99));
    assert_eq!(percent(&[&run("failure", Vec::new())]), Some(100));
}
