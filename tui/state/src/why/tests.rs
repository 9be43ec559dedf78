//! Runs that failed in the ways that users meet.

use hello_model::run::RunId;

use super::*;

fn at(text: &str) -> Timestamp {
    format!("2026-09-10T{text}Z").parse().unwrap()
}

fn run(conclusion: Option<&str>) -> Run {
    let status = if conclusion.is_some() { "completed" } else { "in_progress" };
    Run {
        id: RunId(7),
        number: 42,
        attempt: 1,
        workflow: "CI".to_owned(),
        title: "Paint the trucks".to_owned(),
        event: "push".to_owned(),
        branch: Some("main".to_owned()),
        commit: "4f6b0c1d2e3f405162738495a6b7c8d9e0f1a2b3".to_owned(),
        actor: Some("jane".to_owned()),
        state: State::from_words(status, conclusion),
        created_at: Some(at("10:00:00")),
        started_at: Some(at("10:00:00")),
        updated_at: Some(at("10:00:00")),
        url: String::new(),
        path: Some(".github/workflows/ci.yml".to_owned()),
        fork: None,
        pull_request: None,
    }
}

fn job(id: u64, name: &str, conclusion: &str) -> Job {
    Job {
        started_at: Some(at("10:00:00")),
        completed_at: Some(at("10:10:00")),
        ..Job::new(id, name, State::from_words("completed", Some(conclusion)))
    }
}

fn step(number: u64, name: &str, conclusion: Option<&str>, from: &str, to: Option<&str>) -> Step {
    let status = if conclusion.is_some() { "completed" } else { "in_progress" };
    Step {
        number,
        name: name.to_owned(),
        state: State::from_words(status, conclusion),
        started_at: Some(at(from)),
        completed_at: to.map(at),
    }
}

fn annotation(level: &str, path: &str, message: &str) -> Annotation {
    let (level, path, message) = (level.to_owned(), path.to_owned(), message.to_owned());
    Annotation { level, path, line: 7, title: None, message }
}

fn text(detail: &RunDetail, evidence: &Evidence<'_>) -> String {
    why(detail, evidence, at("12:00:00")).expect("a reason").text
}

fn invalid(conclusion: &str) -> RunDetail {
    let path = ".github/workflows/ci.yml".to_owned();
    RunDetail::new(Run { workflow: path, ..run(Some(conclusion)) }, Vec::new())
}

#[test]
fn an_invalid_workflow_file_is_shown_with_its_line_and_a_caret() {
    let lines = "name: CI\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo result: done\n";
    let file = RepositoryFile {
        path: ".github/workflows/ci.yml".to_owned(),
        reference: "4f6b0c1".to_owned(),
        text: lines.into(),
    };
    let evidence = Evidence { file: Some(&file), ..Evidence::default() };
    for conclusion in ["failure", "startup_failure"] {
        let detail = invalid(conclusion);
        assert!(has_invalid_file(&detail));
        let found = why(&detail, &evidence, at("12:00:00")).unwrap();
        assert!(
            found.text.starts_with("the workflow file is invalid, .github/workflows/ci.yml line 7: "),
            "{found:?}"
        );
        assert!(
            found.excerpt[0].contains("echo result: done") && found.excerpt[1].contains('^'),
            "{found:?}"
        );
        assert!(found.hint.is_some());
    }
}

#[test]
fn an_invalid_file_that_is_not_read_yet_is_named_with_its_commit() {
    let found = why(&invalid("failure"), &Evidence::default(), at("12:00:00")).unwrap();
    assert_eq!(found.text, "the workflow file is invalid: .github/workflows/ci.yml at 4f6b0c1");
}

#[test]
fn a_run_with_jobs_or_without_failure_has_no_invalid_file() {
    let with_jobs = RunDetail { jobs: vec![job(1, "build", "failure")], ..invalid("failure") };
    for detail in [with_jobs, invalid("cancelled"), RunDetail::new(run(Some("failure")), Vec::new())] {
        assert!(!has_invalid_file(&detail), "{detail:?}");
    }
}

#[test]
fn the_first_error_of_the_failed_step_is_the_reason() {
    let mut failed = job(1, "test", "failure");
    failed.steps = vec![step(2, "Run the tests", Some("failure"), "10:00:00", Some("10:00:09"))];
    let detail = RunDetail::new(run(Some("failure")), vec![job(2, "build", "success"), failed]);
    assert_eq!(text(&detail, &Evidence::default()), "job test, step Run the tests failed");
    let exit = [annotation("failure", ".github", "Process completed with exit code 101.")];
    let of_log = Evidence { annotations: &exit, error_line: Some("error: expected `;`"), file: None };
    assert_eq!(text(&detail, &of_log), "job test, step Run the tests: error: expected `;`");
    let only_exit = Evidence { annotations: &exit, ..Evidence::default() };
    assert_eq!(
        text(&detail, &only_exit),
        "job test, step Run the tests: Process completed with exit code 101."
    );
    let telling = [exit[0].clone(), annotation("failure", "src/lib.rs", "unused import\nmore")];
    let of_annotation = Evidence { annotations: &telling, ..of_log };
    assert_eq!(text(&detail, &of_annotation), "job test, step Run the tests: src/lib.rs:7: unused import");
}

#[test]
fn a_failed_step_of_a_parallel_group_is_the_cause_not_the_group() {
    let mut failed = job(1, "build", "failure");
    failed.steps = vec![
        step(3, "Parallel group", Some("failure"), "10:00:03", Some("10:00:20")),
        step(4, "Lint", Some("failure"), "10:00:03", Some("10:00:09")),
        step(5, "Unit tests", Some("success"), "10:00:03", Some("10:00:20")),
        step(6, "Wait", Some("failure"), "10:00:20", Some("10:00:20")),
    ];
    assert_eq!(failed_step(&failed).unwrap().name, "Lint");
}

#[test]
fn a_background_step_that_failed_is_told_while_the_job_goes_on() {
    let steps = vec![
        step(3, "Parallel group", None, "10:00:03", None),
        step(4, "Lint", Some("failure"), "10:00:03", Some("10:00:09")),
    ];
    let going = Job { steps, ..Job::new(1, "build", State::InProgress) };
    let detail = RunDetail::new(run(None), vec![going]);
    assert_eq!(text(&detail, &Evidence::default()), "job build, step Lint failed");
}

#[test]
fn the_job_that_failed_first_is_the_cause() {
    let later = Job { completed_at: Some(at("10:20:00")), ..job(1, "deploy", "failure") };
    let detail = RunDetail::new(run(Some("failure")), vec![later, job(2, "build", "failure")]);
    assert_eq!(text(&detail, &Evidence::default()), "job build failed");
}

#[test]
fn a_time_out_and_a_cancellation_say_so() {
    let detail = RunDetail::new(run(Some("failure")), vec![job(1, "build", "timed_out")]);
    assert_eq!(text(&detail, &Evidence::default()), "job build exceeded its time limit after 10m 0s");
    let detail = RunDetail::new(run(Some("cancelled")), vec![job(1, "build", "cancelled")]);
    assert_eq!(text(&detail, &Evidence::default()), "job build was cancelled");
    let told = [annotation("failure", ".github", "The run was canceled by @jane.")];
    let evidence = Evidence { annotations: &told, ..Evidence::default() };
    assert_eq!(text(&detail, &evidence), "job build was cancelled: The run was canceled by @jane");
}

#[test]
fn a_job_that_waits_for_hours_names_its_labels() {
    let queued = Job {
        created_at: Some(at("10:00:00")),
        labels: vec!["self-hosted".to_owned(), "gpu".to_owned()],
        ..Job::new(1, "train", State::Queued)
    };
    let detail = RunDetail::new(run(None), vec![queued.clone()]);
    assert_eq!(
        text(&detail, &Evidence::default()),
        "job train waits for a runner with the labels self-hosted, gpu since 2h 0m"
    );
    let approved = Run { updated_at: Some(at("11:58:00")), ..run(None) };
    let detail = RunDetail::new(approved, vec![queued.clone()]);
    assert_eq!(why(&detail, &Evidence::default(), at("12:00:00")), None, "it was approved just now");
    let fresh = Job { created_at: Some(at("11:55:00")), ..queued };
    let detail = RunDetail::new(run(None), vec![fresh]);
    assert_eq!(why(&detail, &Evidence::default(), at("12:00:00")), None);
}

#[test]
fn a_run_that_succeeded_or_goes_on_has_no_reason() {
    for detail in [
        RunDetail::new(run(Some("success")), vec![job(1, "build", "success")]),
        RunDetail::new(run(None), vec![Job::new(1, "build", State::InProgress)]),
    ] {
        assert_eq!(why(&detail, &Evidence::default(), at("12:00:00")), None);
    }
}
