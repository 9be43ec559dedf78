//! The command line, as a script or a person meets it.

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::console::sandbox;
use hello_sandbox::Running;
use serde_json::Value;
use tempfile::TempDir;

/// A shell in a folder of its own, with nothing in its environment but what a story puts there.
pub(crate) struct Shell {
    pub(crate) home: TempDir,
    trucks: String,
}

impl Shell {
    pub(crate) fn new(sandbox: &Running) -> Self {
        Self::at(sandbox.url())
    }

    /// A shell whose trucks service is at this address.
    pub(crate) fn at(trucks: impl Into<String>) -> Self {
        Self { home: tempfile::tempdir().unwrap(), trucks: trucks.into() }
    }

    pub(crate) fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hello-tui"));
        command.args(args.split_whitespace()).current_dir(self.home.path()).env_clear();
        command.env("HOME", self.home.path()).env("HELLO_TRUCKS_URL", &self.trucks).stdin(Stdio::null());
        command
    }

    /// Runs a command in the background, so that the sandbox in this process can answer it.
    pub(crate) async fn run(&self, args: &str) -> Output {
        finish(self.command(args)).await
    }

    pub(crate) fn trail(&self) -> String {
        std::fs::read_to_string(self.home.path().join(".local/state/hello-tui/audit.jsonl"))
            .unwrap_or_default()
    }
}

/// Runs a command to its end, while this process goes on answering it.
pub(crate) async fn finish(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test]
async fn trucks_are_listed_as_table_json_and_yaml() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let table = out(&shell.run("trucks list").await);
    assert!(table.starts_with("ID") && table.contains("Volvo"), "{table}");
    assert!(!table.contains('\u{1b}'), "colour in a pipe");

    let json: Value = serde_json::from_slice(&shell.run("trucks list -o json").await.stdout).unwrap();
    assert_eq!(json[0]["make"], "Volvo");
    assert!(out(&shell.run("trucks list -o yaml").await).contains("make: Volvo"));
    let retired: Value =
        serde_json::from_slice(&shell.run("trucks list --status retired -o json").await.stdout).unwrap();
    assert!(retired.as_array().unwrap().iter().all(|truck| truck["status"] == "retired"));
    let one = out(&shell.run("trucks list --search scania --limit 1").await);
    assert_eq!(one.lines().count(), 2, "{one}");
}

#[tokio::test]
async fn a_truck_is_added_and_shown() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let added = shell.run("trucks add --make Scania --model V8 --yes -o json").await;
    assert!(added.status.success(), "{}", err(&added));
    let truck: Value = serde_json::from_slice(&added.stdout).unwrap();
    let id = truck["id"].as_str().unwrap();
    let shown: Value =
        serde_json::from_slice(&shell.run(&format!("trucks show {id} -o json")).await.stdout).unwrap();
    assert_eq!(shown, truck);
    let trail = shell.trail();
    assert!(trail.contains("\"result\":\"asked\"") && trail.contains("\"result\":\"done\""), "{trail}");
}

#[tokio::test]
async fn a_write_without_a_terminal_wants_yes() {
    let sandbox = sandbox().await;
    let refused = Shell::new(&sandbox).run("trucks add --make Scania --model V8").await;
    assert_eq!(refused.status.code(), Some(2));
    let said = err(&refused);
    assert_eq!(said.lines().count(), 3, "{said}");
    assert!(said.contains("--yes"), "{said}");
}

#[tokio::test]
async fn a_refusal_is_shown_field_by_field() {
    let sandbox = sandbox().await;
    let long = "x".repeat(51);
    let refused = Shell::new(&sandbox).run(&format!("trucks add --make {long} --model V8 --yes")).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("make: "), "{}", err(&refused));
}

#[tokio::test]
async fn a_read_only_command_writes_nothing() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let home = shell.home.path();
    std::fs::write(home.join("trucks.json"), r#"[{"make": "Ford", "model": "Cargo"}]"#).unwrap();
    std::fs::write(home.join("config.toml"), "default = \"a\"\n[contexts.a]\nread-only = true\n").unwrap();
    let before = out(&shell.run("trucks list -o json").await);
    let trucks: Value = serde_json::from_str(&before).unwrap();
    let id = trucks[0]["id"].as_str().unwrap();
    for write in [
        "trucks add --make Ford --model Cargo --yes".to_owned(),
        "trucks add --json trucks.json --yes".to_owned(),
        format!("trucks edit {id} --model Cargo --license-plate B-1 --status retired --yes"),
        format!("trucks remove {id} --yes"),
    ] {
        let mut by_variable = shell.command(&write);
        by_variable.env("HELLO_READ_ONLY", "1");
        let by_flag = shell.command(&format!("--read-only {write}"));
        let by_file = shell.command(&format!("--config config.toml {write}"));
        for command in [by_flag, by_variable, by_file] {
            let way = format!("{command:?}");
            let refused = finish(command).await;
            assert_eq!(refused.status.code(), Some(3), "{way}: {}", err(&refused));
            assert!(err(&refused).contains("this console is read-only"), "{way}: {}", err(&refused));
        }
    }
    assert_eq!(out(&shell.run("trucks list -o json").await), before);
    assert_eq!(shell.trail().matches("refused: read-only").count(), 12, "{}", shell.trail());
}

#[tokio::test]
async fn a_write_that_cannot_be_recorded_is_not_done() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    // A file where the folder of the trail should be.
    std::fs::write(shell.home.path().join(".local"), "").unwrap();
    let refused = shell.run("trucks add --make Ford --model Cargo --yes").await;
    assert_eq!(refused.status.code(), Some(2), "{}", err(&refused));
    assert!(err(&refused).contains("audit.jsonl"), "{}", err(&refused));
    assert!(!out(&shell.run("trucks list").await).contains("Ford"));
}

#[tokio::test]
async fn each_kind_of_failure_has_its_exit_code() {
    let sandbox = sandbox().await;
    let mut shell = Shell::new(&sandbox);
    for (args, code) in [
        ("trucks show 0190", 1),
        ("trucks list --status flying", 2),
        ("no-such-command", 2),
        ("dashboard", 2),
        ("dashboard entity component:missing", 2),
        ("dashboard entity hello-tui --tab trucks", 2),
        ("--config /nonexistent.toml trucks list", 2),
        ("trucks add --json /nonexistent.json --yes", 2),
    ] {
        let ended = shell.run(args).await;
        assert_eq!(ended.status.code(), Some(code), "{args}: {}", err(&ended));
        assert_ne!(err(&ended), "", "{args} ended silently");
    }
    shell.trucks = "http://127.0.0.1:9".to_owned();
    let offline = shell.run("trucks list").await;
    assert_eq!(offline.status.code(), Some(4), "{}", err(&offline));
    assert!(err(&offline).contains("127.0.0.1:9") && err(&offline).contains("next:"), "{}", err(&offline));
}

#[tokio::test]
async fn a_broken_pipe_is_silent() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let mut command = shell.command("trucks list");
    let output = tokio::task::spawn_blocking(move || {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        child.wait_with_output().unwrap()
    });
    let output = output.await.unwrap();
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(0), ""));
}

#[tokio::test]
async fn the_sandbox_flag_needs_nothing_else() {
    let sandbox = sandbox().await;
    let listed = Shell::new(&sandbox).run("--sandbox trucks list").await;
    assert!(listed.status.success(), "{}", err(&listed));
    assert!(out(&listed).contains("Scania"));
}

#[test]
fn the_help_names_every_flag_with_its_variable() {
    let help = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_hello-tui")).args(args).env_clear().output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    insta::assert_snapshot!("help", help(&["--help"]));
    insta::assert_snapshot!("help_runs_list", help(&["runs", "list", "--help"]));
    insta::assert_snapshot!("help_runs_watch", help(&["runs", "watch", "--help"]));
    insta::assert_snapshot!("help_trucks_add", help(&["trucks", "add", "--help"]));
    insta::assert_snapshot!("help_trucks_edit", help(&["trucks", "edit", "--help"]));
    insta::assert_snapshot!("help_trucks_remove", help(&["trucks", "remove", "--help"]));
}

/// `docs/keys.md` is the key table; `UPDATE_DOCS=1` writes it.
#[test]
fn docs_keys_are_those_of_the_table() {
    assert_page("keys.md", &hello_console::registry::document());
}

/// `docs/permissions.md` is the table of calls; `UPDATE_DOCS=1` writes it.
#[test]
fn docs_permissions_are_those_of_the_table() {
    assert_page("permissions.md", &hello_model::calls::document());
}

/// `docs/commands.md` is every command with its flags; `UPDATE_DOCS=1` writes it.
#[test]
fn docs_commands_are_those_of_the_command_line() {
    assert_page("commands.md", &hello_tui::cli::document());
}

/// The guide shows how each command is used.
#[test]
fn the_guide_has_an_example_of_every_command() {
    let guide =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide.md")).unwrap();
    let page = hello_tui::cli::document();
    let names: Vec<_> =
        page.lines().filter_map(|line| line.strip_prefix("## `")?.strip_suffix('`')).collect();
    assert!(names.len() > 15 && names.contains(&"hello-tui trucks show"), "{names:?}");
    for name in names {
        assert!(guide.contains(name), "docs/guide.md does not show `{name}`");
    }
}

/// Compares a page with the table that it is written from.
fn assert_page(name: &str, table: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(page.parent().unwrap()).unwrap();
        std::fs::write(&page, table).unwrap();
    }
    let written = std::fs::read_to_string(&page).unwrap_or_default();
    assert!(written == table, "docs/{name} is not the table in the source; run `cargo xtask docs`");
}
