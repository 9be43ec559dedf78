//! What the command line writes, and what becomes of it on a terminal, a pipe, a full disk and a closed stream.

use std::{
    fs::{File, OpenOptions},
    process::{Command, Stdio},
};

use crate::{
    answering::{closed_port, serve},
    command::{Shell, err, finish, out},
    console::sandbox,
    pty::shown_by,
};
use axum::{Json, Router, routing::get};
use hello_model::text::needs_escape;
use hello_shared::{NewTruck, Truck};
use serde_json::{Value, json};

/// Every character that could do harm, and some that only look like it.
fn hostile() -> String {
    let listed = ('\u{0}'..=char::MAX).filter(|c| needs_escape(*c));
    listed.chain("\\\"'u202E: #\u{301}👩🚀ع".chars()).collect()
}

fn truck(make: &str) -> Truck {
    let new = NewTruck { license_plate: Some("B-1".to_owned()), ..NewTruck::new(make, "V8") };
    new.into_truck("a".into(), "2026-11-23T10:00:00Z".parse().unwrap())
}

/// A shell whose service has two trucks of these makes.
async fn shell(makes: [&str; 2]) -> Shell {
    let trucks = makes.map(truck);
    let routes = Router::new().route("/trucks", get(async move || Json(trucks.clone())));
    Shell::at(serve(routes).await)
}

/// Returns the characters that a terminal would obey or hide.
fn raw(text: &str) -> String {
    text.chars().filter(|c| *c != '\n' && needs_escape(*c)).collect()
}

#[tokio::test]
async fn a_terminal_gets_no_control_characters() {
    let make = hostile();
    let shell = shell([&make, "Scania"]).await;
    for format in ["table", "json", "yaml"] {
        let shown = shown_by(shell.command(&format!("trucks list -o {format} --color never"))).await;
        assert!(shown.contains("Scania"), "{format}: {shown}");
        assert_eq!(raw(&shown), "", "{format}");
    }
    let json: Value = serde_json::from_str(&shown_by(shell.command("trucks list -o json")).await).unwrap();
    assert_eq!(json[0]["make"], make.as_str());
    let yaml: Value = serde_yaml::from_str(&shown_by(shell.command("trucks list -o yaml")).await).unwrap();
    assert_eq!(yaml, json);
}

#[tokio::test]
async fn a_pipe_gets_every_character_of_json_and_yaml() {
    let make = hostile();
    let shell = shell([&make, "Scania"]).await;
    let json: Value = serde_json::from_slice(&shell.run("trucks list -o json").await.stdout).unwrap();
    assert_eq!(json[0]["make"], make.as_str());
    let yaml: Value = serde_yaml::from_str(&out(&shell.run("trucks list -o yaml").await)).unwrap();
    assert_eq!(yaml, json);
}

#[tokio::test]
async fn a_terminal_aligns_and_cuts_cells_a_pipe_does_not() {
    let long = "x".repeat(10_000);
    let shell = shell([&long, "a\tb"]).await;
    let shown = shown_by(shell.command("trucks list --color never")).await;
    assert!(shown.len() < 1_000 && shown.contains("x…  V8"), "{shown}");

    let piped = out(&shell.run("trucks list").await);
    let rows: Vec<Vec<&str>> = piped.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows[0], ["ID", "MAKE", "MODEL", "PLATE", "STATUS", "ADDED"]);
    assert_eq!(rows[1][..4], ["a", &long, "V8", "B-1"]);
    assert_eq!(rows[2][1], "a b");
}

#[tokio::test]
async fn a_wrong_argument_is_quoted_safely() {
    let shell = Shell::at(closed_port().await);
    let mut command = shell.command("trucks");
    command.arg("\u{1b}]0;title\u{7}\u{202e}");
    let refused = finish(command).await;
    assert_eq!(refused.status.code(), Some(2));
    let said = err(&refused);
    assert!(said.contains("unrecognized subcommand") && raw(&said).is_empty(), "{said:?}");
}

#[tokio::test]
async fn a_failure_that_quotes_a_huge_answer_is_short() {
    let row = json!([{ "id": "a", "make": { "\u{1b}[31m": 1 }, "status": "\u{9b}x".repeat(200_000) }]);
    let routes = Router::new().route("/trucks", get(async move || Json(row)));
    let refused = Shell::at(serve(routes).await).run("trucks list").await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).len() < 5_000, "{} bytes", err(&refused).len());
    assert_eq!(raw(&err(&refused)), "");
}

/// Opens a disk that is always full.
fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

#[tokio::test]
async fn a_full_disk_is_reported_and_fails_the_command() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    for args in ["trucks list", "trucks list -o json", "trucks list -o yaml", "--help", "--version"] {
        let mut command = shell.command(args);
        let ended = finish_with(&mut command, full(), Stdio::piped()).await;
        assert_eq!(ended.status.code(), Some(1), "{args}: {}", err(&ended));
        assert_eq!(err(&ended).lines().count(), 3, "{args}: {}", err(&ended));
    }
}

#[tokio::test]
async fn a_failure_without_output_keeps_its_exit_code() {
    let shell = Shell::at(closed_port().await);
    for (args, code) in [("trucks list", 4), ("no-such-command", 2), ("dashboard", 2), ("trucks show x", 4)] {
        let full = finish_with(&mut shell.command(args), Stdio::null(), full()).await;
        assert_eq!(full.status.code(), Some(code), "{args}, a full disk");
        let ended = finish(closed(&shell, args, "2>&-")).await;
        assert_eq!(ended.status.code(), Some(code), "{args}, a closed stream");
        let ended = finish(closed(&shell, args, "2>&1 | true; exit ${PIPESTATUS[0]}")).await;
        assert_eq!(ended.status.code(), Some(code), "{args}, a broken pipe");
    }
}

#[tokio::test]
async fn closed_streams_cause_no_panic() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    for streams in [">&-", "<&- >&-", "<&- >&- 2>&-", "| true; exit ${PIPESTATUS[0]}"] {
        let ended = finish(closed(&shell, "trucks list", streams)).await;
        assert_eq!((ended.status.code(), err(&ended).as_str()), (Some(0), ""), "{streams}");
    }
}

/// Runs a command with these streams.
async fn finish_with(
    command: &mut Command,
    stdout: impl Into<Stdio>,
    stderr: impl Into<Stdio>,
) -> std::process::Output {
    let child = command.stdout(stdout).stderr(stderr).spawn().unwrap();
    tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap()
}

/// Returns a command that bash starts with these redirections.
fn closed(shell: &Shell, args: &str, streams: &str) -> Command {
    let program = shell.command("");
    let mut bash = Command::new("bash");
    bash.arg("-c").arg(format!("{} {args} {streams}", env!("CARGO_BIN_EXE_hello-tui")));
    bash.env_clear().current_dir(shell.home.path());
    bash.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    bash.env("PATH", std::env::var_os("PATH").unwrap_or_default()).stdin(Stdio::null());
    bash
}
