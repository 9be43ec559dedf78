//! `trucks edit` and `trucks remove`, from a script and on a terminal.

use std::process::Output;

use crate::{
    asked::PromptedCommand,
    command::{Shell, err, out},
    console::sandbox,
};
use serde_json::{Value, json};

/// Returns the JSON that a command printed.
fn printed(output: &Output) -> Value {
    assert!(output.status.success(), "{}", err(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Adds a truck with a plate and returns its id.
async fn added(shell: &Shell) -> String {
    let add = "trucks add --make Scania --model V8 --license-plate B-1 --yes -o json";
    printed(&shell.run(add).await)["id"].as_str().unwrap().to_owned()
}

async fn shown(shell: &Shell, id: &str) -> Value {
    printed(&shell.run(&format!("trucks show {id} -o json")).await)
}

#[tokio::test]
async fn flags_change_only_their_fields() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    let edit = format!("trucks edit {id} --model V9 --status maintenance --yes -o json");
    let changed = printed(&shell.run(&edit).await);
    assert_eq!((&changed["make"], &changed["model"]), (&json!("Scania"), &json!("V9")));
    assert_eq!((&changed["licensePlate"], &changed["status"]), (&json!("B-1"), &json!("maintenance")));
    assert_eq!(shown(&shell, &id).await, changed);
    assert!(shell.trail().contains(&format!("truck {id}: model: V8 → V9, status: active → maintenance")));
}

#[tokio::test]
async fn an_empty_plate_removes_the_plate() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    let mut edit = shell.command(&format!("trucks edit {id} --yes"));
    edit.args(["--license-plate", ""]);
    let changed = crate::command::finish(edit).await;
    assert!(changed.status.success(), "{}", err(&changed));
    assert_eq!(shown(&shell, &id).await["licensePlate"], Value::Null);
}

#[tokio::test]
async fn an_edit_without_a_change_sends_nothing() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    let (before, trail) = (shown(&shell, &id).await, shell.trail());
    let same = shell.run(&format!("trucks edit {id} --model V8 -o json")).await;
    assert!(err(&same).contains("Nothing was changed"), "{}", err(&same));
    assert_eq!((printed(&same), shell.trail()), (before, trail));
}

#[tokio::test]
async fn without_a_terminal_yes_is_required() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    for args in ["edit --model V9", "remove"] {
        let (command, flags) = args.split_once(' ').unwrap_or((args, ""));
        let refused = shell.run(&format!("trucks {command} {id} {flags}")).await;
        assert_eq!(refused.status.code(), Some(2), "{args}");
        assert!(err(&refused).contains("--yes") && err(&refused).lines().count() == 3, "{}", err(&refused));
    }
    let nothing = shell.run(&format!("trucks edit {id} --yes")).await;
    assert_eq!(nothing.status.code(), Some(2), "{}", err(&nothing));
    assert_eq!(shown(&shell, &id).await["model"], "V8");
}

#[tokio::test]
async fn a_removed_truck_is_printed_and_gone() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    let before = shown(&shell, &id).await;
    let removed = shell.run(&format!("trucks remove {id} --yes -o json")).await;
    assert_eq!(printed(&removed), before);
    for args in ["show", "remove --yes", "edit --model V9 --yes"] {
        let (command, flags) = args.split_once(' ').unwrap_or((args, ""));
        let missing = shell.run(&format!("trucks {command} {id} {flags}")).await;
        assert_eq!(missing.status.code(), Some(1), "{args}");
        assert!(err(&missing).contains("next: hello-tui trucks list"), "{}", err(&missing));
    }
}

#[tokio::test]
async fn a_refused_value_is_named_with_its_field() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    let long = "x".repeat(51);
    let refused = shell.run(&format!("trucks edit {id} --make {long} --yes")).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("make: "), "{}", err(&refused));
}

#[tokio::test]
async fn a_change_is_shown_and_confirmed() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    for (answer, code, model) in [("n", 130, "V8"), ("y", 0, "V9")] {
        let edit = PromptedCommand::start(shell.command(&format!("trucks edit {id} --model V9")));
        let (edit, question) = edit.sees("[y/N] ").await;
        assert_eq!(question, "  model: V8 → V9\nChange the truck Scania V8? [y/N] ");
        let (output, _) = edit.answer(answer).await;
        assert_eq!(output.status.code(), Some(code));
        assert_eq!(shown(&shell, &id).await["model"], model);
    }
}

#[tokio::test]
async fn a_removal_wants_the_name() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    for (answer, code) in [("y", 130), ("Scania", 130), ("Scania V8", 0)] {
        let remove = PromptedCommand::start(shell.command(&format!("trucks remove {id}")));
        let (remove, question) = remove.sees("to confirm: ").await;
        assert!(question.contains(&format!("id: {id}\n  licensePlate: B-1\n")), "{question}");
        let (output, shown) = remove.answer(answer).await;
        assert_eq!(output.status.code(), Some(code), "{shown}");
        assert_eq!(shown.contains("Nothing was changed."), code != 0, "{shown}");
        assert_eq!(out(&output).contains(&id), code == 0);
    }
}

#[tokio::test]
async fn a_concurrently_changed_truck_is_kept() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    for (args, status) in [("edit --model V9", "maintenance"), ("remove", "retired")] {
        let (command, flags) = args.split_once(' ').unwrap_or((args, ""));
        let asked = PromptedCommand::start(shell.command(&format!("trucks {command} {id} {flags}")));
        let (asked, _) = asked.sees("? ").await;
        printed(&shell.run(&format!("trucks edit {id} --status {status} --yes -o json")).await);
        let (output, shown) = asked.answer(if command == "edit" { "y" } else { "Scania V8" }).await;
        assert_eq!(output.status.code(), Some(1), "{shown}");
        assert!(shown.contains(&format!("→ {status}\n")), "{shown}");
        assert!(shown.contains(&format!("next: hello-tui trucks show {id}")), "{shown}");
    }
    assert_eq!(shown(&shell, &id).await["model"], "V8");
}
