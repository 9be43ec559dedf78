//! The database file: one server at a time uses it, only its owner may read it, and moving or removing files loses no
//! write.
#![cfg(unix)]

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    process::{Command, Output},
    slice,
};

use serde_json::json;
use tempfile::TempDir;

use crate::{
    load::{Load, assert_kept, within},
    running::{QUIET, Server, command},
};

/// Like [`QUIET`], plus the log of the store.
const STORE: (&str, &str) = ("RUST_LOG", "error,hello_server::cli=info,hello_server::store=info");

/// Starts a second server on the same database. It must wait until the first one ends, then take over.
fn takes_over(first: Server, folder: &Path, database_url: &str) -> Server {
    let mut second = Server::begin(command(folder), &[STORE, ("DATABASE_URL", database_url)]);
    second.logged("waiting for the server that keeps its trucks in the same file");
    first.signal("TERM");
    assert!(first.wait().success());
    second.listening()
}

async fn post(server: &Server) -> u16 {
    let truck = json!({"make": "Scania", "model": "V8"});
    let post = reqwest::Client::new().post(server.url("/trucks")).json(&truck).send();
    post.await.unwrap().status().as_u16()
}

async fn status(server: &Server, path: &str) -> u16 {
    reqwest::get(server.url(path)).await.unwrap().status().as_u16()
}

fn migrate(folder: &Path) -> Output {
    command(folder).arg("migrate").output().unwrap()
}

#[tokio::test]
async fn another_name_of_the_file_admits_no_second_server() {
    let folder = TempDir::new().unwrap();
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let mut server = Server::start_with(folder.path(), &[STORE]);
    assert_eq!(post(&server).await, 201);
    let database = folder.path().join("hello-trucks.db");
    fs::hard_link(&database, elsewhere.join("hard.db")).unwrap();
    symlink(&database, elsewhere.join("soft.db")).unwrap();
    for name in ["hard.db", "soft.db", "../hello-trucks.db"] {
        server = takes_over(server, &elsewhere, &format!("sqlite://{name}"));
        let fleet = reqwest::get(server.url("/trucks")).await.unwrap().text().await.unwrap();
        assert!(fleet.contains("Scania"), "{name}: {fleet}");
    }
}

#[test]
fn a_removed_lock_file_admits_no_second_server() {
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[STORE]);
    fs::remove_file(folder.path().join("hello-trucks.db-lock")).unwrap();
    takes_over(server, folder.path(), "sqlite://hello-trucks.db");
}

#[test]
fn a_linked_lock_file_is_refused_and_its_target_kept() {
    let folder = TempDir::new().unwrap();
    let kept = folder.path().join("kept.txt");
    fs::write(&kept, "kept").unwrap();
    symlink(&kept, folder.path().join("hello-trucks.db-lock")).unwrap();
    let run = migrate(folder.path());
    assert_eq!(run.status.code(), Some(1));
    let lock = "hello-trucks.db-lock";
    assert_eq!(
        String::from_utf8(run.stderr).unwrap(),
        format!(
            "error: {lock} is a symbolic link, not a regular file\nhint: remove it, or keep the trucks elsewhere: \
             `DATABASE_URL=sqlite://FOLDER/hello-trucks.db hello-server`\n"
        )
    );
    assert_eq!(fs::read_to_string(kept).unwrap(), "kept");
}

#[test]
fn a_pipe_is_no_database_and_no_lock() {
    for name in ["hello-trucks.db", "hello-trucks.db-lock"] {
        let folder = TempDir::new().unwrap();
        let made = Command::new("mkfifo").arg(folder.path().join(name)).status().unwrap();
        assert!(made.success());
        let run = migrate(folder.path());
        assert_eq!(run.status.code(), Some(1));
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(said.starts_with(&format!("error: {name} is a named pipe, not a regular file\n")), "{said}");
    }
}

#[tokio::test]
async fn only_its_owner_may_read_what_the_server_keeps() {
    let folder = TempDir::new().unwrap();
    let names = ["", "-wal", "-shm", "-lock"].map(|suffix| format!("hello-trucks.db{suffix}"));
    let modes = || {
        names
            .each_ref()
            .map(|name| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777)
    };
    let server = Server::start_with(folder.path(), &[STORE]);
    assert_eq!(post(&server).await, 201);
    assert_eq!(modes(), [0o600; 4]);

    // The files that a killed server of an earlier version left.
    server.signal("KILL");
    let _ = server.wait();
    for name in &names {
        fs::set_permissions(folder.path().join(name), Permissions::from_mode(0o644)).unwrap();
    }
    let server = Server::start_with(folder.path(), &[STORE]);
    assert_eq!(post(&server).await, 201);
    assert_eq!(modes(), [0o600; 4]);
}

#[tokio::test]
async fn writes_are_refused_while_the_file_is_missing() {
    let outer = TempDir::new().unwrap();
    let folder = outer.path().join("data");
    fs::create_dir(&folder).unwrap();
    let mut server = Server::start_with(&folder, &[STORE]);
    assert_eq!(post(&server).await, 201);
    let at = |name: &str| outer.path().join(name);
    for (moved, aside) in [
        (at("data/hello-trucks.db"), at("data/aside.db")),
        (at("data/hello-trucks.db-wal"), at("data/aside.db-wal")),
        (folder.clone(), at("other")),
    ] {
        fs::rename(&moved, &aside).unwrap();
        assert_eq!((post(&server).await, status(&server, "/readyz").await), (503, 503), "{moved:?}");
        assert_eq!((status(&server, "/trucks").await, status(&server, "/healthz").await), (200, 200));
        let line = server.logged("no write is taken: put the file back, or restart the server");
        assert!(line["error"].as_str().unwrap().contains("is not the file any more"), "{line}");
        fs::rename(&aside, &moved).unwrap();
        assert_eq!((post(&server).await, status(&server, "/readyz").await), (201, 200), "{moved:?}");
        server.logged("the file of the trucks is back");
    }
    let fleet = reqwest::get(server.url("/trucks")).await.unwrap().text().await.unwrap();
    assert_eq!(fleet.matches("Scania").count(), 4, "{fleet}");
}

#[tokio::test]
async fn a_copy_in_place_of_the_file_is_refused() {
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET]);
    assert_eq!(post(&server).await, 201);
    let (path, copy) = (folder.path().join("hello-trucks.db"), folder.path().join("copy.db"));
    fs::copy(&path, &copy).unwrap();
    fs::rename(&copy, &path).unwrap();
    assert_eq!((post(&server).await, status(&server, "/readyz").await), (503, 503));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_removed_takes_no_acknowledged_truck_along() {
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET]);
    let load = Load::begin("w", 4, slice::from_ref(&server.address));
    load.wait_for(50).await;
    fs::remove_file(folder.path().join("hello-trucks.db-wal")).unwrap();
    let refused = load.refused();
    within("writes are refused", async || load.refused() > refused + 4).await;
    let acknowledged = load.abort().await;
    server.signal("KILL");
    let _ = server.wait();

    let server = Server::start_with(folder.path(), &[QUIET]);
    assert_kept(&server.address, &acknowledged).await;
    assert_eq!(post(&server).await, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_moved_under_load_loses_no_acknowledged_truck() {
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET]);
    let load = Load::begin("w", 8, slice::from_ref(&server.address));
    let names = ["", "-wal"].map(|suffix| {
        let [here, aside] =
            ["hello-trucks.db", "aside.db"].map(|name| folder.path().join(name.to_owned() + suffix));
        (here, aside)
    });
    for round in 0..6 {
        load.wait_for(10).await;
        let (here, aside) = &names[round % 2];
        fs::rename(here, aside).unwrap();
        let refused = load.refused();
        within("writes are refused", async || load.refused() > refused + 8).await;
        fs::rename(aside, here).unwrap();
    }
    load.wait_for(10).await;
    let acknowledged = load.abort().await;
    server.signal("KILL");
    let _ = server.wait();
    let server = Server::start_with(folder.path(), &[QUIET]);
    assert_kept(&server.address, &acknowledged).await;
}
