//! The artifacts of a run become files, from the command line and from the console.

use std::{fs, path::Path, process::Stdio, time::Duration};

use axum::{Json, Router, body::Body, routing::get};
use crossterm::event::KeyCode;
use futures::{StreamExt, stream};
use hello_console::screens::runs;
use hello_tui::runtime::Ending;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::{
    answering,
    command::{err, out},
    console::{Console, Start, sandbox},
    queries::ProjectFolder,
};

/// Returns the names of all files of a folder, also of hidden ones.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Returns the id of the run of a release.
async fn release(folder: &ProjectFolder<'_>, version: &str) -> u64 {
    let runs = folder.json(&format!("runs list --workflow Release --branch {version}")).await;
    runs[0]["id"].as_u64().unwrap_or_else(|| panic!("no release of {version}: {runs}"))
}

#[tokio::test]
async fn artifacts_are_listed_and_downloaded() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let run = release(&folder, "v1.4.0").await;
    let listed = folder.json(&format!("runs artifacts {run}")).await;
    assert_eq!((&listed[0]["name"], &listed[0]["isExpired"]), (&"notes".into(), &false.into()));
    let table = out(&folder.run(&format!("runs artifacts {run}")).await);
    assert!(table.starts_with("NAME\tSIZE\tEXPIRES\tID\nnotes\t"), "{table}");

    let downloaded = folder.run(&format!("runs artifacts {run} --download dist")).await;
    assert!(downloaded.status.success() && err(&downloaded).is_empty(), "{}", err(&downloaded));
    let paths = out(&downloaded);
    assert_eq!(paths.lines().next(), Some("dist/notes.zip"), "{paths}");
    assert_eq!(paths.lines().count(), 4);
    let dist = folder.path().join("dist");
    let files = ["_.._.ssh_authorized_keys.zip", "binaries-aarch64.zip", "binaries-x86_64.zip", "notes.zip"];
    assert_eq!(names(&dist), files);
    assert!(fs::read(dist.join("notes.zip")).unwrap().starts_with(b"PK"));

    let again = folder.run(&format!("runs artifacts {run} --download dist -o json")).await;
    let first: Value = serde_json::from_str(out(&again).split_inclusive('}').next().unwrap()).unwrap();
    assert_eq!((&first["name"], &first["path"]), (&"notes".into(), &"dist/notes-2.zip".into()));
}

#[tokio::test]
async fn expired_artifacts_are_not_downloaded() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let run = release(&folder, "v1.3.0").await;
    let table = out(&folder.run(&format!("runs artifacts {run}")).await);
    assert!(table.contains("\texpired\t"), "{table}");
    let refused = folder.run(&format!("runs artifacts {run} --download dist")).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("all 4 have expired"), "{}", err(&refused));
    assert!(!folder.path().join("dist").exists());
}

/// A GitHub whose run 1 has an artifact that arrives by half.
fn half_an_artifact() -> Router {
    let artifact = json!({"id": 7, "name": "report", "size_in_bytes": 8, "expired": false});
    let list = Json(json!({"total_count": 1, "artifacts": [artifact]}));
    let half = || async {
        let begun = stream::iter([Ok::<_, std::io::Error>("half")]);
        Body::from_stream(begun.chain(stream::pending()))
    };
    Router::new()
        .route("/repos/{owner}/{name}/actions/runs/1/artifacts", get(move || async { list }))
        .route("/repos/{owner}/{name}/actions/artifacts/7/zip", get(half))
}

#[tokio::test]
async fn ctrl_c_leaves_no_partial_file() {
    let sandbox = sandbox().await;
    let folder = ProjectFolder::at(&sandbox);
    let github = answering::serve(half_an_artifact()).await;
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let mut command = folder.command("runs artifacts 1 --download dist");
        command.env("GITHUB_API_URL", github.as_str()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        let dist = folder.path().join("dist");
        let begins = async {
            while fs::read_dir(&dist).map_or(0, Iterator::count) == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), begins).await.expect("the download does not begin");
        kill_process(Pid::from_child(&child), signal).unwrap();
        let ended = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap()).await.unwrap();
        assert_eq!(ended.status.code(), Some(128 + signal.as_raw()), "{}", err(&ended));
        assert_eq!((out(&ended), err(&ended)), (String::new(), String::new()), "a pipe shows no progress");
        assert_eq!(names(&dist), [""; 0]);
    }
}

/// Opens the run of the release in a console, with the cursor at its first artifact.
async fn at_first_artifact(console: &mut Console) {
    console.sees(&["in progress"]).await;
    console.press("/");
    console.paste("branch:v1.4.0");
    console.key(KeyCode::Enter);
    console.sees(&["chore: release 1.4.0"]).await;
    console.press("g");
    console.key(KeyCode::Enter);
    console.sees(&["Artifacts", "notes"]).await;
    console.press("G");
    for _ in 0..3 {
        console.press("k");
    }
    console.sees(&["d download"]).await;
}

#[tokio::test]
async fn the_console_downloads_to_the_current_folder() {
    let sandbox = sandbox().await;
    // High enough for all of the run.
    let start = Start { size: (120, 80), ..Start::on(&sandbox).at(runs::SPEC.id) };
    let mut console = start.open(Some(&sandbox));
    at_first_artifact(&mut console).await;
    console.press("d");
    console.sees(&["notes is saved: ", "notes.zip"]).await;
    assert!(fs::read(console.home.path().join("notes.zip")).unwrap().starts_with(b"PK"));
    assert_eq!(console.quit().await, Ending::Quit);
}
