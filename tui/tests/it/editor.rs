//! `trucks edit` without flags: the truck in the user's editor.

use std::{fs, process::Command};

use crate::{
    asked::PromptedCommand,
    command::{Shell, err, out},
    console::sandbox,
};

/// Adds a truck and returns its id.
async fn added(shell: &Shell) -> String {
    let add = "trucks add --make Scania --model V8 --license-plate B-1 --yes -o json";
    let added = shell.run(add).await;
    let truck: serde_json::Value = serde_json::from_slice(&added.stdout).unwrap();
    truck["id"].as_str().unwrap().to_owned()
}

/// Returns the command that edits a truck with an editor: a shell script, whose first argument is the file.
fn edit(shell: &Shell, id: &str, script: &str) -> Command {
    fs::write(shell.home.path().join("editor.sh"), script).unwrap();
    let mut edit = shell.command(&format!("trucks edit {id}"));
    edit.env("VISUAL", "sh editor.sh").env("EDITOR", "false");
    edit.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    edit
}

#[tokio::test]
async fn the_changes_of_the_file_are_shown_and_made() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    let script = "dirname \"$1\" > folder; ls -ld \"$(dirname \"$1\")\" > mode; cp \"$1\" before\n\
                  printf 'make: Scania\\nmodel: V9\\nlicensePlate:\\nstatus: active\\n' > \"$1\"";
    let (edit, question) = PromptedCommand::start(edit(&shell, &id, script)).sees("[y/N] ").await;
    assert_eq!(
        question,
        "  model: V8 → V9\n  licensePlate: B-1 → (none)\nChange the truck Scania V8? [y/N] "
    );
    let (output, shown) = edit.answer("y").await;
    assert!(output.status.success() && out(&output).contains("V9"), "{shown}");
    let written = |name: &str| fs::read_to_string(shell.home.path().join(name)).unwrap();
    assert!(written("mode").starts_with("drwx------"), "{}", written("mode"));
    assert!(!fs::exists(written("folder").trim()).unwrap(), "the folder is left behind");
    let before = written("before");
    assert!(before.ends_with("\nmake: Scania\nmodel: V8\nlicensePlate: B-1\nstatus: active\n"), "{before}");
}

#[tokio::test]
async fn a_mistake_is_shown_and_the_file_edited_again() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    let script = "if [ -e twice ]; then sed /colour/d \"$1\" > clean; cat clean > \"$1\"; exit; fi\n\
                  touch twice; sed s/V8/V9/ \"$1\" > red; echo 'colour: red' >> red; cat red > \"$1\"";
    let (editing, mistake) = PromptedCommand::start(edit(&shell, &id, script)).sees("[y/N] ").await;
    assert!(mistake.contains("colour") && mistake.ends_with("Edit the file again? [y/N] "), "{mistake}");
    let (editing, question) = editing.type_line("y").sees("Change the truck Scania V8? [y/N] ").await;
    assert!(question.contains("model: V8 → V9"), "{question}");
    assert_eq!(editing.answer("y").await.0.status.code(), Some(0));

    fs::remove_file(shell.home.path().join("twice")).unwrap();
    let (editing, _) = PromptedCommand::start(edit(&shell, &id, script)).sees("[y/N] ").await;
    assert_eq!(editing.answer("n").await.0.status.code(), Some(130));
}

#[tokio::test]
async fn an_untouched_file_or_failed_editor_changes_nothing() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let id = added(&shell).await;
    let trail = shell.trail();
    for (script, code, told) in
        [("exit 0", 0, "Nothing was changed"), ("exit 3", 1, "`sh editor.sh` ended with exit status: 3")]
    {
        let (output, shown) = PromptedCommand::start(edit(&shell, &id, script)).answer("").await;
        assert_eq!(output.status.code(), Some(code), "{shown}");
        assert!(shown.contains(told), "{shown}");
    }
    let piped = crate::command::finish(edit(&shell, &id, "exit 0")).await;
    assert_eq!(piped.status.code(), Some(2), "{}", err(&piped));
    assert_eq!(shell.trail(), trail);
}
