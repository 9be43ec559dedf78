//! The editor, the pager and the clipboard, in a real terminal.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::terminal::Screen;

const DESCRIPTOR: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: first-name}
spec: {type: service, lifecycle: production, owner: trucks}
";

/// Returns a folder with a descriptor and a script.
fn folder(script: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("catalog-info.yaml"), DESCRIPTOR).unwrap();
    fs::write(folder.path().join("program.sh"), script).unwrap();
    folder
}

fn dashboard(folder: TempDir, screen: &str, variables: &[(&str, &str)]) -> Screen {
    let program = Path::new(env!("CARGO_BIN_EXE_hello-tui"));
    let mut all = vec![("VISUAL", ""), ("SSH_TTY", "/dev/pts/0"), ("TMUX", ""), ("BROWSER", "")];
    all.extend(variables);
    Screen::start_in(folder, program, &["dashboard", screen, "--sandbox"], &all)
}

#[test]
fn the_editor_gets_the_keys_and_then_the_console() {
    let script = "printf 'editing %s\\n' \"$1\"; read line; sed -i \"s/first-name/$line/\" \"$1\"; read line";
    let mut screen = dashboard(folder(script), "catalog", &[("EDITOR", "sh program.sh")]);
    screen.sees("first-name");
    screen.press("e");
    screen.sees("editing ./catalog-info.yaml");
    assert!(screen.is_cooked() && !screen.is_taken(), "the editor has no terminal of its own");
    // A `q` that the console read would end it.
    screen.press("quick-name\n");
    screen.press("q\n");
    let seen = screen.sees("KIND");
    assert!(screen.is_taken(), "{seen}");
    screen.sees("quick-name");
    screen.press("4");
    screen.sees("╭ Runs ");
    screen.press("q");
    assert!(screen.end().0.success());
}

#[test]
fn a_missing_editor_is_named_with_its_variable() {
    let mut screen = dashboard(folder(""), "catalog", &[("EDITOR", "no-such-editor")]);
    screen.sees("first-name");
    screen.press("e");
    screen.sees("`no-such-editor`: it is not installed");
    screen.sees("export VISUAL or EDITOR");
    screen.press("q");
    assert!(screen.end().0.success());
}

#[test]
fn a_long_text_is_read_in_the_pager() {
    let pager = "sed 's/^/paged: /'; printf 'at the end\\n'; read line < /dev/tty";
    let mut screen = dashboard(folder(pager), "deployments", &[("PAGER", "sh program.sh")]);
    screen.sees("What happened");
    screen.press("e");
    let seen = screen.sees("at the end");
    assert!(seen.contains("paged: "), "{seen}");
    screen.press("\n");
    screen.sees("What happened");
    screen.press("q");
    assert!(screen.end().0.success());
}

#[test]
fn over_ssh_the_terminal_gets_what_is_copied() {
    let mut screen = dashboard(folder(""), "catalog", &[]);
    screen.sees("first-name");
    screen.press("y");
    screen.sees("Copied the name of the entity");
    // `component:first-name` in base64.
    let sequence = b"\x1b]52;c;Y29tcG9uZW50OmZpcnN0LW5hbWU=";
    assert!(screen.wrote(sequence), "the terminal got no sequence");
    screen.press("q");
    assert!(screen.end().0.success());
}
