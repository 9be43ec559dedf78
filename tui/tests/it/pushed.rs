//! The runs of what was pushed: of the checked-out commit, of a branch, or of a commit that is named.

use std::{path::Path, process::Command, time::Duration};

use hello_sandbox::Running;

use crate::{
    command::err,
    queries::ProjectFolder,
    watching::{FirstLine, RUN, follow_in, stopped},
};

/// How long a release cycle of the sandbox takes: then the next push comes.
const CYCLE: Duration = Duration::from_mins(10);

/// Returns the commit of the latest push.
async fn latest_push(sandbox: &Running) -> String {
    let runs = ProjectFolder::at(sandbox).json("runs list --event push --limit 1").await;
    runs[0]["commit"].as_str().unwrap().to_owned()
}

/// Makes a folder a git repository in which a commit is checked out, with the address of its remote if it has one.
fn check_out(folder: &Path, commit: &str, remote: Option<&str>) {
    let git = |args: &[&str]| {
        let status = Command::new("git").arg("-C").arg(folder).args(args).status().unwrap();
        assert!(status.success(), "git {args:?}");
    };
    git(&["init", "--quiet"]);
    if let Some(remote) = remote {
        git(&["remote", "add", "origin", remote]);
    }
    std::fs::write(folder.join(".git/HEAD"), format!("{commit}\n")).unwrap();
}

#[tokio::test]
async fn the_checked_out_commit_is_waited_for_and_followed() {
    // What will be pushed next: every sandbox has the same story.
    let future = stopped().await;
    future.clock().advance(CYCLE);
    let commit = latest_push(&future).await;

    let sandbox = stopped().await;
    let folder = ProjectFolder::at(&sandbox);
    check_out(folder.path(), &commit, Some("git@github.com:hello-truck/hello-truck.git"));
    let clock = sandbox.clock().clone();
    let push = move |_| clock.advance(CYCLE + RUN);
    let ended = follow_in(&folder, "runs watch", FirstLine::Remark, push).await;
    let waiting = format!("waiting for a run of commit {}, at most 5m 0s", &commit[..7]);
    assert_eq!((ended.code, ended.errors.trim_end()), (Some(0), waiting.as_str()), "{:?}", ended.lines);
    let runs: Vec<_> = ended.lines.iter().filter(|line| line.contains(" run #")).collect();
    assert_eq!(runs.len(), 2, "the checks, and what they start: {:?}", ended.lines);
    assert!(runs.iter().all(|line| line.contains(": success after ")), "{runs:?}");
}

#[tokio::test]
async fn all_runs_of_a_branch_are_followed() {
    let sandbox = stopped().await;
    let clock = sandbox.clock().clone();
    let folder = ProjectFolder::at(&sandbox);
    let ended =
        follow_in(&folder, "runs watch --branch main", FirstLine::Change, move |_| clock.advance(RUN)).await;
    assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""), "{:?}", ended.lines);
    let deploys = |line: &&String| line.contains(" job ") && line.contains(" of Docker Build and Deploy");
    assert!(ended.lines.iter().any(|line| deploys(&line)), "{:?}", ended.lines);
    assert!(ended.lines.iter().any(|line| line.contains(" of LintAndTest #")), "{:?}", ended.lines);
}

#[tokio::test]
async fn a_commit_without_a_run_gives_up_with_5() {
    let sandbox = stopped().await;
    let folder = ProjectFolder::at(&sandbox);
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let ended = folder.run(&format!("runs watch --commit {commit} --timeout 1s")).await;
    assert_eq!(ended.status.code(), Some(5), "{}", err(&ended));
    let errors = err(&ended);
    assert!(errors.starts_with("waiting for a run of commit 0123456, at most 1s\n"), "{errors}");
    assert!(errors.contains("  why:  none has appeared within 1s\n  next: push the commit"), "{errors}");
}

#[tokio::test]
async fn a_folder_of_another_repository_follows_the_latest_run() {
    let sandbox = stopped().await;
    let folder = ProjectFolder::at(&sandbox);
    check_out(folder.path(), &"a".repeat(40), Some("https://github.com/other/project"));
    let clock = sandbox.clock().clone();
    let ended = follow_in(&folder, "runs watch", FirstLine::Change, move |_| clock.advance(RUN)).await;
    assert_eq!(ended.code, Some(0), "{:?}", ended.lines);
    assert!(
        ended.errors.starts_with("this folder is no clone of hello-truck/hello-truck"),
        "{}",
        ended.errors
    );
}

#[tokio::test]
async fn a_commit_or_branch_that_is_not_there_fails() {
    let sandbox = stopped().await;
    let folder = ProjectFolder::at(&sandbox);
    for (args, code) in [
        ("runs watch 1 --commit HEAD", 2),
        ("runs watch --branch main --commit HEAD", 2),
        ("runs watch --branch no-such-branch", 1),
        ("runs watch --commit fffffff", 1),
        ("runs watch --commit -h", 2),
        ("runs watch --commit=--output=x", 1),
    ] {
        let ended = folder.run(args).await;
        assert_eq!(ended.status.code(), Some(code), "{args}: {}", err(&ended));
        assert!(err(&ended).contains("\n  next: "), "{args}: {}", err(&ended));
    }
}

#[tokio::test]
async fn the_beginning_of_a_commit_is_enough() {
    let sandbox = stopped().await;
    let folder = ProjectFolder::at(&sandbox);
    let commit = latest_push(&sandbox).await;
    sandbox.clock().advance(RUN);
    let ended = folder.run(&format!("runs watch --commit {} --notify", &commit[..8])).await;
    assert_eq!(ended.status.code(), Some(0), "{}", err(&ended));
    assert!(!ended.stdout.contains(&b'\x1b') && !ended.stderr.contains(&b'\x07'), "a pipe is no terminal");
}
