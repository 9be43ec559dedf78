//! Completions in real shells, and manual pages.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_hello-tui");

const ENTITIES: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: truck-api, description: Serves trucks}\n\
spec: {type: service, lifecycle: production, owner: drivers}\n---\n\
apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: truck-web, namespace: shop}\n\
spec: {type: website, lifecycle: production, owner: drivers}\n---\n\
apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: drivers}\nspec: {type: team, children: []}\n";

/// A repository with a catalog, workflows and settings.
fn project() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("catalog-info.yaml", ENTITIES);
    write(".config/hello-tui/config.toml", "[contexts.staging]\n[contexts.production]\n");
    write(".git/HEAD", "");
    write(".github/workflows/test.yaml", "name: Lint And Test\non: push\n");
    write(".github/workflows/broken.yaml", "name: [\n");
    home
}

fn command(program: &str, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("HOME", home).current_dir(home).stdin(Stdio::null());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn text(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns what bash offers for the last of these words, as bash breaks them.
fn bash(home: &Path, words: &[&str]) -> Vec<String> {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let last = if matches!(*words.last().unwrap(), ":" | "=") { "" } else { words[words.len() - 1] };
    let script = format!(
        "source <('{PROGRAM}' completions bash); COMP_WORDS=({}); COMP_CWORD={}; \
         _clap_complete_hello_tui hello-tui '{last}' ''; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        quoted.join(" "),
        words.len() - 1
    );
    let mut bash = command("bash", home);
    bash.args(["--norc", "-c", &script]);
    text(bash).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_and_what_files_hold() {
    let project = project();
    let bash = |words: &[&str]| bash(project.path(), words);
    assert_eq!(bash(&["hello-tui", "cat"]), ["catalog"]);
    assert_eq!(bash(&[PROGRAM, "completions", "z"]), ["zsh"], "called by its path");
    assert_eq!(bash(&["hello-tui", "--component", "tr"]), ["truck-api"]);
    assert_eq!(bash(&["hello-tui", "--component", "shop"]), ["shop/truck-web"]);
    assert_eq!(bash(&["hello-tui", "--component", "=", "tr"]), ["truck-api"]);
    assert_eq!(bash(&["hello-tui", "--component", "="]), ["truck-api", "shop/truck-web"]);
    assert_eq!(bash(&["hello-tui", "catalog", "show", "gr"]), ["group:drivers"]);
    assert_eq!(bash(&["hello-tui", "catalog", "show", "group", ":"]), ["drivers"]);
    assert_eq!(bash(&["hello-tui", "catalog", "show", "group", ":", "dr"]), ["drivers"]);
    assert_eq!(bash(&["hello-tui", "--context", ""]), ["production", "staging"]);
    assert_eq!(bash(&["hello-tui", "runs", "list", "--workflow", ""]), [r"Lint\ And\ Test"]);
    assert_eq!(bash(&["hello-tui", "dashboard", "de"]), ["deployments"]);
}

#[test]
fn completion_reads_the_catalog_that_flags_name() {
    let project = project();
    let folder = project.path();
    std::fs::write(folder.join("other.yaml"), ENTITIES.replace("truck-api", "van-api")).unwrap();
    let offered = |flag: &str| bash(folder, &["hello-tui", flag, "other.yaml", "--component", "v"]);
    assert_eq!(offered("--catalog"), ["van-api"]);
    // A catalog at a URL is not fetched, and no other one takes its place.
    let remote = ["hello-tui", "--catalog", "http://127.0.0.1:9/a.yaml", "--component", "t"];
    assert_eq!(bash(folder, &remote), [""]);
}

#[test]
fn a_failed_completion_prints_nothing() {
    let project = project();
    std::fs::write(project.path().join(".config/hello-tui/config.toml"), "contexts = 1").unwrap();
    std::fs::write(project.path().join("catalog-info.yaml"), "{").unwrap();
    assert_eq!(bash(project.path(), &["hello-tui", "--component", ""]), [""]);
    assert_eq!(bash(project.path(), &["hello-tui", "--context", ""]), [""]);
    let mut unknown = command(PROGRAM, project.path());
    unknown.env("HELLO_TUI_COMPLETE", "unknown").args(["--", "hello-tui", ""]);
    assert_eq!(text(unknown), "");
}

#[test]
fn other_shells_complete_the_same() {
    let project = project();
    let script =
        format!("source ('{PROGRAM}' completions fish | psub); complete -C 'hello-tui --component t'");
    if is_installed("fish") {
        let mut fish = command("fish", project.path());
        fish.args(["--no-config", "-c", &script]);
        assert_eq!(text(fish), "truck-api\tServes trucks\n");
    }
    if is_installed("zsh") {
        let mut zsh = command("zsh", project.path());
        zsh.args([
            "-f",
            "-c",
            &format!("autoload -Uz compinit && compinit -D && source <('{PROGRAM}' completions zsh)"),
        ]);
        assert_eq!(text(zsh), "");
    }
    for (shell, expected) in [("zsh", "truck-api:Serves trucks"), ("powershell", "truck-api\tServes trucks")]
    {
        let mut asked = command(PROGRAM, project.path());
        asked.env("HELLO_TUI_COMPLETE", shell).env("_CLAP_COMPLETE_INDEX", "2");
        asked.args(["--", "hello-tui", "--component", "t"]);
        assert_eq!(text(asked).trim_end(), expected, "{shell}");
    }
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

#[test]
fn every_shell_has_a_registration_script() {
    let project = project();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let mut printed = command(PROGRAM, project.path());
        printed.args(["completions", shell]);
        let script = text(printed);
        assert!(script.contains("HELLO_TUI_COMPLETE") && script.contains(PROGRAM), "{shell}: {script}");
        // The same as clap writes it, for this shell asks the program itself.
        let mut raw = command(PROGRAM, project.path());
        raw.env("HELLO_TUI_COMPLETE", shell);
        assert_eq!(text(raw).trim_end(), script.trim_end(), "{shell}");
    }
}

#[test]
fn a_manual_page_is_printed_for_every_command() {
    let home = tempfile::tempdir().unwrap();
    let man = |args: &[&str]| {
        let mut man = command(PROGRAM, home.path());
        man.arg("man").args(args);
        text(man)
    };
    let page = man(&[]);
    assert!(page.contains(".TH hello-tui 1") && page.contains("hello\\-tui\\-trucks(1)"), "{page}");
    assert!(!page.contains('\u{1b}'), "{page}");
    assert!(man(&["trucks", "add"]).contains("\\fB\\-\\-make\\fR"));
    man(&["--into", "share/man1"]);
    let folder = home.path().join("share/man1");
    let pages = std::fs::read_dir(&folder).unwrap().count();
    for name in ["hello-tui.1", "hello-tui-trucks.1", "hello-tui-trucks-add.1"] {
        assert!(folder.join(name).is_file(), "{name} of {pages}");
    }

    let mut unknown = command(PROGRAM, home.path());
    let unknown = unknown.args(["man", "trucks", "fly"]).output().unwrap();
    let said = String::from_utf8(unknown.stderr).unwrap();
    assert_eq!(unknown.status.code(), Some(2), "{said}");
    assert!(said.contains("known: list, show, add") && said.contains("hello-tui trucks --help"), "{said}");
    std::fs::write(home.path().join("file"), "").unwrap();
    let mut no_folder = command(PROGRAM, home.path());
    let no_folder = no_folder.args(["man", "--into", "file"]).output().unwrap();
    assert!(String::from_utf8(no_folder.stderr).unwrap().contains("with --into DIR"));
}
