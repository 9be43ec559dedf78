//! The files that the console reads and keeps: where they are, what they may be, and that only their owner may read them.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Command,
};

use crate::{
    command::{Shell, err, finish},
    console::sandbox,
};

const ADD: &str = "trucks add --make Ford --model Cargo --yes";
const TRAIL: &str = ".local/state/hello-tui/audit.jsonl";

pub(crate) fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn pipe_at(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[tokio::test]
async fn no_write_happens_without_an_audit_trail() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    for (home, state) in [(None, None), (Some(""), None), (Some("home"), Some("")), (None, Some("state"))] {
        let mut command = shell.command(ADD);
        command.env_remove("HOME").envs(home.map(|home| ("HOME", home)));
        command.envs(state.map(|state| ("XDG_STATE_HOME", state)));
        let refused = finish(command).await;
        assert_eq!(refused.status.code(), Some(2), "{home:?} {state:?}: {}", err(&refused));
        assert!(
            err(&refused).contains("HOME") && err(&refused).contains("XDG_STATE_HOME"),
            "{}",
            err(&refused)
        );
    }
    let listed = shell.run("trucks list -o json").await;
    assert!(!String::from_utf8(listed.stdout).unwrap().contains("Cargo"));
    assert_eq!(fs::read_dir(shell.home.path()).unwrap().count(), 0, "a relative path was used");
}

#[tokio::test]
async fn an_empty_or_relative_state_folder_is_unset() {
    let sandbox = sandbox().await;
    for state in ["", "state", "./state"] {
        let shell = Shell::new(&sandbox);
        let mut command = shell.command(ADD);
        command.env("XDG_STATE_HOME", state);
        let added = finish(command).await;
        assert!(added.status.success(), "{}", err(&added));
        assert_eq!(shell.trail().lines().count(), 2, "{state:?}");
    }
}

#[tokio::test]
async fn a_state_folder_is_enough_without_a_home() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let mut command = shell.command(ADD);
    command.env_remove("HOME").env("XDG_STATE_HOME", shell.home.path().join("state"));
    let added = finish(command).await;
    assert!(added.status.success(), "{}", err(&added));
    assert!(shell.home.path().join("state/hello-tui/audit.jsonl").is_file());
}

#[tokio::test]
async fn the_audit_trail_is_private() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    assert!(shell.run(ADD).await.status.success());
    let trail = shell.home.path().join(TRAIL);
    assert_eq!(mode(&trail), 0o600);
    for folder in trail.ancestors().skip(1).take(3) {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
    fs::set_permissions(&trail, Permissions::from_mode(0o644)).unwrap();
    assert!(shell.run(ADD).await.status.success());
    assert_eq!(mode(&trail), 0o600, "an older file stays open to others");
}

#[tokio::test]
async fn a_named_pipe_is_refused_without_waiting() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let home = shell.home.path();
    pipe_at(&home.join("trucks.json"));
    pipe_at(&home.join(".config/hello-tui/config.toml"));
    for args in ["trucks list", "--config trucks.json trucks list"] {
        let refused = shell.run(args).await;
        assert_eq!(refused.status.code(), Some(2), "{args}: {}", err(&refused));
        assert!(err(&refused).contains("is a named pipe"), "{args}: {}", err(&refused));
    }
    fs::remove_file(home.join(".config/hello-tui/config.toml")).unwrap();
    pipe_at(&home.join(TRAIL));
    for args in ["trucks add --json trucks.json --yes", ADD] {
        let refused = shell.run(args).await;
        assert_eq!(refused.status.code(), Some(2), "{args}: {}", err(&refused));
        assert!(err(&refused).contains("is a named pipe"), "{args}: {}", err(&refused));
    }
}

#[tokio::test]
async fn an_audit_trail_that_is_a_link_is_not_followed() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let trail = shell.home.path().join(TRAIL);
    fs::create_dir_all(trail.parent().unwrap()).unwrap();
    fs::write(shell.home.path().join("diary"), "dear diary").unwrap();
    std::os::unix::fs::symlink(shell.home.path().join("diary"), &trail).unwrap();
    let refused = shell.run(ADD).await;
    assert_eq!(refused.status.code(), Some(2), "{}", err(&refused));
    assert_eq!(fs::read_to_string(shell.home.path().join("diary")).unwrap(), "dear diary");
}

#[tokio::test]
async fn a_file_without_an_end_is_refused() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    fs::write(shell.home.path().join("large.toml"), "#".repeat(2 * 1024 * 1024)).unwrap();
    for (args, why) in [
        ("--config /dev/zero trucks list", "is a device"),
        ("--config large.toml trucks list", "is larger than"),
        ("trucks add --json /dev/zero --yes", "is a device"),
    ] {
        let refused = shell.run(args).await;
        assert_eq!(refused.status.code(), Some(2), "{args}: {}", err(&refused));
        assert!(err(&refused).contains(why), "{args}: {}", err(&refused));
    }
}
