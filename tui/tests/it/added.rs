//! `trucks add --json`: one truck or many, from a file or a pipe.

use std::{io::Write, process::Stdio};

use crate::{
    command::{Shell, err, out},
    console::sandbox,
};
use hello_sandbox::Running;
use serde_json::{Value, json};

/// Adds what is in the file `trucks.json`, without a question.
async fn add(shell: &Shell, json: &str) -> std::process::Output {
    std::fs::write(shell.home.path().join("trucks.json"), json).unwrap();
    shell.run("trucks add --json trucks.json --yes -o json").await
}

async fn count(sandbox: &Running) -> usize {
    let listed = Shell::new(sandbox).run("trucks list -o json").await;
    serde_json::from_slice::<Value>(&listed.stdout).unwrap().as_array().unwrap().len()
}

#[tokio::test]
async fn a_list_is_added_by_one_write() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let before = count(&sandbox).await;
    let added = add(&shell, r#"[{"make": "DAF", "model": "XF"}, {"make": "DAF", "model": "XG"}]"#).await;
    assert!(added.status.success(), "{}", err(&added));
    let trucks: Value = serde_json::from_slice(&added.stdout).unwrap();
    assert_eq!((&trucks[0]["model"], &trucks[1]["model"]), (&json!("XF"), &json!("XG")));
    assert_eq!(count(&sandbox).await, before + 2);

    let trail: Vec<Value> = shell.trail().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let results: Vec<_> = trail.iter().map(|entry| (&entry["target"], &entry["result"])).collect();
    assert_eq!(results, [(&json!("2 trucks"), &json!("asked")), (&json!("2 trucks"), &json!("done"))]);
}

#[tokio::test]
async fn a_list_is_added_whole_or_not_at_all() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let before = count(&sandbox).await;
    let row = |plate: &str| json!({ "make": "DAF", "model": "XF", "licensePlate": plate });
    let refused = add(&shell, &json!([row("NEW 1"), row("NEW 2"), row("NEW 1")]).to_string()).await;
    assert_eq!(refused.status.code(), Some(1), "{}", err(&refused));
    assert!(err(&refused).contains("2.licensePlate"), "{}", err(&refused));
    let refused = add(&shell, &json!([row("NEW 1"), row(&"x".repeat(99))]).to_string()).await;
    assert!(err(&refused).contains("1.licensePlate"), "{}", err(&refused));
    assert_eq!(count(&sandbox).await, before);
}

#[tokio::test]
async fn an_unknown_field_is_refused_before_any_request() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let one = add(&shell, r#"{"make": "DAF", "model": "XF", "license_plate": "B-1"}"#).await;
    assert_eq!(one.status.code(), Some(2));
    assert!(err(&one).contains("license_plate") && err(&one).contains("licensePlate"), "{}", err(&one));
    assert_eq!(err(&one).lines().count(), 3, "{}", err(&one));
    let many = add(&shell, r#"[{"make": "DAF", "model": "XF"}, {"make": "DAF", "modell": "XF"}]"#).await;
    assert_eq!(many.status.code(), Some(2));
    assert!(err(&many).contains("1.modell") && err(&many).contains("`model`"), "{}", err(&many));
    assert_eq!(shell.trail(), "", "nothing was tried");
}

#[tokio::test]
async fn a_piped_list_prints_one_row_for_each_truck() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let mut command = shell.command("trucks add --json - --yes");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let added = tokio::task::spawn_blocking(move || {
        pipe.write_all(br#"[{"make": "DAF", "model": "XF"}, {"make": "DAF", "model": "XG"}]"#).unwrap();
        drop(pipe);
        child.wait_with_output().unwrap()
    });
    let added = added.await.unwrap();
    assert_eq!(out(&added).lines().count(), 3, "{}", out(&added));
}

#[tokio::test]
async fn reading_an_endless_pipe_stops() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    let mut command = shell.command("trucks add --json - --yes");
    command.stdin(std::fs::File::open("/dev/zero").unwrap());
    let refused = crate::command::finish(command).await;
    assert_eq!(refused.status.code(), Some(2));
    assert!(err(&refused).contains("larger than 8388608 bytes"), "{}", err(&refused));
}

#[tokio::test]
async fn the_question_says_how_many() {
    let sandbox = sandbox().await;
    let shell = Shell::new(&sandbox);
    std::fs::write(
        shell.home.path().join("trucks.json"),
        r#"[{"make": "a", "model": "b"},{"make": "a", "model": "b"}]"#,
    )
    .unwrap();
    let refused = shell.run("trucks add --json trucks.json").await;
    assert_eq!(refused.status.code(), Some(2));
    assert!(err(&refused).contains("Add 2 trucks"), "{}", err(&refused));
}
