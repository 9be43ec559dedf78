use super::{
    super::{failed_step, first_error, sections},
    log,
};
use crate::{
    job_log::JobLog,
    run::{Conclusion, State, Step},
    time::Timestamp,
};

fn at(second: i64) -> Option<Timestamp> {
    let start: Timestamp = "2026-09-10T08:00:00Z".parse().unwrap();
    Timestamp::from_second(start.as_second() + second).ok()
}

fn step(number: u64, conclusion: Conclusion, from: i64, to: i64) -> Step {
    let (started_at, completed_at) = (at(from), at(to));
    Step { number, name: "same name".to_owned(), state: State::Done(conclusion), started_at, completed_at }
}

fn done(number: u64, from: i64, to: i64) -> Step {
    step(number, Conclusion::Success, from, to)
}

/// Makes a log of pairs of a time in milliseconds and a text.
fn timed(lines: &[(u32, &str)]) -> JobLog {
    let write = |(millis, text): &(u32, &str)| {
        format!("2026-09-10T08:00:{:02}.{:03}0000Z {text}\n", millis / 1_000, millis % 1_000)
    };
    log(&lines.iter().map(write).collect::<String>())
}

fn lines_of(log: &JobLog, steps: &[Step]) -> Vec<std::ops::Range<usize>> {
    sections(log, steps).into_iter().map(|section| section.lines).collect()
}

#[test]
fn a_step_begins_with_its_group_in_the_second_of_its_start() {
    let log = timed(&[
        (100, "Current runner version"),
        (200, "##[group]Operating System"),
        (300, "##[endgroup]"),
        (2_100, "the last line of the set-up, in the second in which the next step begins"),
        (2_200, "##[group]Run actions/checkout@v5"),
        (2_300, "##[endgroup]"),
        (2_400, "##[group]Run cargo test"),
        (2_500, "##[error]Process completed with exit code 1."),
        (3_100, "Post job cleanup."),
        (3_200, "Cleaning up orphan processes"),
    ]);
    let steps = [
        done(1, 0, 2),
        done(2, 2, 2),
        step(3, Conclusion::Failure, 2, 3),
        step(4, Conclusion::Skipped, 3, 3),
        done(9, 3, 3),
        done(10, 3, 3),
    ];
    assert_eq!(lines_of(&log, &steps), [0..4, 4..6, 6..8, 10..10, 8..9, 9..10]);
    assert_eq!(failed_step(&log, &steps, &sections(&log, &steps)), Some((2, Some(7))));
}

#[test]
fn steps_without_groups_are_split_by_their_seconds() {
    let log = timed(&[(0, "a"), (900, "b"), (1_000, "c"), (5_000, "d")]);
    assert_eq!(lines_of(&log, &[done(1, 0, 1), done(2, 1, 5), done(3, 5, 6)]), [0..2, 2..3, 3..4]);
}

#[test]
fn missing_times_lose_no_line() {
    let log = timed(&[(0, "a"), (1_000, "b"), (2_000, "##[error]c")]);
    let untimed = |number| Step { started_at: None, completed_at: None, ..done(number, 0, 0) };
    assert_eq!(lines_of(&log, &[untimed(1), done(2, 1, 2), untimed(2)]), [3..3, 0..3, 3..3]);
    assert_eq!(lines_of(&log, &[untimed(1), untimed(1)]), [3..3, 3..3]);
    assert_eq!(lines_of(&log, &[]), Vec::<std::ops::Range<usize>>::new());
    assert_eq!(lines_of(&JobLog::default(), &[done(1, 0, 1), done(2, 1, 2)]), [0..0, 0..0]);
    assert_eq!(lines_of(&log, &[done(1, 90, 10), done(2, 80, 70)]), [3..3, 3..3], "the clock goes wrong");
    let failed = Step { state: State::Done(Conclusion::Failure), ..untimed(7) };
    let steps = [failed];
    assert_eq!(first_error(&log, &steps, &sections(&log, &steps), 0), Some(2));
}

#[test]
fn an_error_belongs_to_the_child_of_a_parallel_group() {
    let log = timed(&[
        (0, "##[group]Operating System"),
        (2_000, "##[group]Run start database"),
        (3_100, "##[group]Run lint"),
        (3_200, "##[group]Run unit tests"),
        (5_000, "##[error]a test is wrong"),
        (9_000, "done"),
    ]);
    let running =
        |number, from| Step { completed_at: None, state: State::InProgress, ..done(number, from, 0) };
    let failed = |number, from, to| step(number, Conclusion::Failure, from, to);
    let steps = [
        done(1, 0, 2),
        running(2, 2),
        failed(3, 3, 9),
        done(4, 3, 9),
        failed(5, 3, 6),
        Step { started_at: None, ..running(6, 0) },
    ];
    assert_eq!(lines_of(&log, &steps), [0..1, 1..2, 6..6, 2..3, 3..6, 6..6]);
    assert_eq!(failed_step(&log, &steps, &sections(&log, &steps)), Some((4, Some(4))));
}

#[test]
fn an_error_outside_the_lines_of_a_failed_step_is_found_by_its_time() {
    let log = timed(&[
        (0, "##[group]Run lint"),
        (100, "##[group]Run unit tests"),
        (2_000, "##[error]a lint, written while the tests run"),
    ]);
    let steps = [step(1, Conclusion::Failure, 0, 2), done(2, 0, 5)];
    assert_eq!(failed_step(&log, &steps, &sections(&log, &steps)), Some((0, Some(2))));
}
