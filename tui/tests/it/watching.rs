//! Runs that are followed to their end, in a sandbox whose clock moves only when a test moves it.

use std::{
    io::{BufRead, BufReader, Read},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use hello_sandbox::{Clock, Config, Fault, Kind, Running, Sandbox, Service};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::{command::err, queries::ProjectFolder};

/// Longer than any run of the sandbox takes.
pub(crate) const RUN: Duration = Duration::from_mins(9);

/// A command that has ended.
pub(crate) struct Ended {
    pub(crate) lines: Vec<String>,
    pub(crate) errors: String,
    pub(crate) code: Option<i32>,
}

/// Starts a sandbox on a Monday morning, while a pull request is tested.
pub(crate) async fn stopped() -> Arc<Running> {
    let clock = Clock::Stepped("2026-03-02T09:00:00Z".parse().unwrap());
    Arc::new(Sandbox::start(Config { clock, ..Config::default() }).await.unwrap())
}

/// The line after which a story goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FirstLine {
    /// On standard output.
    Change,
    /// On standard error.
    Remark,
}

/// Runs a command to its end. `then` is called once, with the process, when the first change is printed.
async fn follow(sandbox: &Running, args: &str, then: impl FnOnce(Pid) + Send + 'static) -> Ended {
    follow_in(&ProjectFolder::at(sandbox), args, FirstLine::Change, then).await
}

/// Runs a command in a folder to its end. `then` is called once, with the process, when the first line is there.
pub(crate) async fn follow_in(
    folder: &ProjectFolder<'_>,
    args: &str,
    first: FirstLine,
    then: impl FnOnce(Pid) + Send + 'static,
) -> Ended {
    let mut command = folder.command(args);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    let run = move || {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut remarks = BufReader::new(child.stderr.take().unwrap());
        let (mut printed, mut errors) = (Vec::new(), String::new());
        match first {
            FirstLine::Change => printed.extend(lines.next()),
            FirstLine::Remark => {
                remarks.read_line(&mut errors).unwrap();
            }
        }
        then(Pid::from_child(&child));
        printed.extend(lines);
        remarks.read_to_string(&mut errors).unwrap();
        Ended { lines: printed, errors, code: child.wait().unwrap().code() }
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[tokio::test]
async fn a_run_is_followed_to_its_success() {
    let sandbox = stopped().await;
    let clock = sandbox.clock().clone();
    let ended = follow(&sandbox, "runs watch", move |_| clock.advance(RUN)).await;
    assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""), "{:?}", ended.lines);
    let first = &ended.lines[0];
    assert!(first.contains(" LintAndTest: in progress https://"), "{first}");
    let ends = |line: &&String| line.contains(" job ") && line.contains(": success after ");
    assert_eq!(ended.lines.iter().filter(ends).count(), 2, "{:?}", ended.lines);
    let last = ended.lines.last().unwrap();
    assert!(last.contains(" run #") && last.contains(": success after "), "{last}");
}

#[tokio::test]
async fn a_run_that_fails_names_the_step_as_json() {
    let sandbox = stopped().await;
    // Twenty seconds after a push that breaks a test.
    sandbox.clock().advance(Duration::from_secs(27 * 60 + 8));
    let clock = sandbox.clock().clone();
    let ended = follow(&sandbox, "runs watch -o json", move |_| clock.advance(RUN)).await;
    assert_eq!(ended.code, Some(1), "{:?}", ended.lines);
    assert_eq!(ended.errors.lines().count(), 1, "{}", ended.errors);
    assert!(ended.errors.starts_with("LintAndTest #"), "it says why: {}", ended.errors);
    let lines: Vec<Value> = ended.lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (first, last) = (&lines[0], lines.last().unwrap());
    assert_eq!((&first["subject"], &first["status"]), (&"run".into(), &"in_progress".into()));
    assert_eq!((&last["subject"], &last["status"]), (&"run".into(), &"failure".into()));
    assert!(last["seconds"].as_u64().is_some_and(|seconds| seconds > 20), "{last}");
    let step = lines.iter().find(|line| line["subject"] == "step").unwrap();
    assert_eq!((&step["status"], &step["job"]), (&"failure".into(), &"test".into()), "{step}");
}

#[tokio::test]
async fn following_ends_at_its_timeout() {
    let sandbox = stopped().await;
    let ended = follow(&sandbox, "runs watch --timeout 1s", |_| {}).await;
    assert_eq!(ended.code, Some(5), "{}", ended.errors);
    assert_eq!(ended.errors.lines().count(), 3, "{}", ended.errors);
    assert!(ended.errors.contains("next: hello-tui runs watch 1"), "{}", ended.errors);
}

#[tokio::test]
async fn following_is_interrupted_with_130() {
    let sandbox = stopped().await;
    let interrupt = |pid| kill_process(pid, Signal::INT).unwrap();
    let ended = follow(&sandbox, "runs watch", interrupt).await;
    assert_eq!((ended.code, ended.errors.as_str()), (Some(130), ""));
}

#[tokio::test]
async fn a_failed_request_is_noted_and_made_again() {
    let sandbox = stopped().await;
    let handle = Arc::clone(&sandbox);
    let fail_once = move |_| {
        let fault = Fault { status: Some(503), ..Fault::new(Service::GitHub, Kind::Status) };
        handle.faults().add([fault.times(1)]);
        handle.clock().advance(RUN);
    };
    let ended = follow(&sandbox, "runs watch", fail_once).await;
    assert_eq!(ended.code, Some(0), "{}", ended.errors);
    assert_eq!(ended.errors.lines().count(), 1, "{}", ended.errors);
    assert!(
        ended.errors.contains("Service Unavailable") && ended.errors.contains("trying again"),
        "{}",
        ended.errors
    );
}

#[tokio::test]
async fn a_missing_or_malformed_run_fails_at_once() {
    let sandbox = stopped().await;
    let folder = ProjectFolder::at(&sandbox);
    for (args, code) in [
        ("runs watch 1", 1),
        ("runs watch #999999", 1),
        ("runs watch newest", 2),
        ("runs watch --timeout soon", 2),
    ] {
        let ended = folder.run(args).await;
        assert_eq!(ended.status.code(), Some(code), "{args}: {}", err(&ended));
    }
}

#[tokio::test]
async fn fail_fast_ends_while_the_run_goes_on() {
    let sandbox = stopped().await;
    // Checks on a dozen runners, of which one fails while the others go on.
    sandbox.clock().advance(Duration::from_hours(14) + Duration::from_secs(20));
    let folder = ProjectFolder::at(&sandbox);
    let checks = folder.json("runs list --event schedule --limit 1").await[0].clone();
    assert_eq!(checks["state"], "in_progress", "{checks}");
    let clock = sandbox.clock().clone();
    let fail = move |_| clock.advance(Duration::from_secs(275));
    let args = format!("runs watch {} --fail-fast", checks["id"]);
    let ended = follow_in(&folder, &args, FirstLine::Change, fail).await;
    assert_eq!(ended.code, Some(1), "{:?}", ended.lines);
    assert!(
        ended.lines.iter().any(|line| line.contains("step Lint of job build: failure")),
        "{:?}",
        ended.lines
    );
    let (goes_on, why) = ended.errors.split_once('\n').unwrap();
    assert!(goes_on.starts_with("job build has failed, and "), "{goes_on}");
    assert!(goes_on.ends_with(&format!(" goes on: hello-tui runs watch {}", checks["id"])), "{goes_on}");
    assert!(why.contains("Lint"), "it says why: {why}");
}
