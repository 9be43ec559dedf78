//! What the service lives through, and what it keeps.

use std::{collections::HashMap, process::Command, slice, time::Duration};

use serde_json::json;
use sqlx::Connection;
use tempfile::TempDir;

use crate::{
    load::{Load, keeps, within},
    postgres::Postgres,
    running::{QUIET, Server},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_under_load_lose_nothing_that_was_acknowledged() {
    let folder = TempDir::new().unwrap();
    let mut promised = HashMap::new();
    for round in 0..50 {
        let server = Server::start_with(folder.path(), &[QUIET]);
        keeps(&server.address, &promised).await;
        let load = Load::begin(&format!("r{round}w"), 8, slice::from_ref(&server.address));
        load.more(10 + round).await;
        server.signal("KILL");
        assert!(!server.wait().success());
        promised.extend(load.cut());
    }
    let server = Server::start_with(folder.path(), &[QUIET]);
    assert!(keeps(&server.address, &promised).await >= 50 * 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_and_comes_back_is_503_and_then_recovery_by_itself() {
    let Some(mut database) = Postgres::start() else { return };
    let url = database.database("outage");
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]);
    let load = Load::begin("w", 8, slice::from_ref(&server.address));
    for _ in 0..2 {
        load.more(50).await;
        database.down();
        let refused = load.refused();
        within("writes are refused", async || load.refused() > refused).await;
        assert_eq!(status(&server, "/readyz").await, 503);
        assert_eq!(status(&server, "/trucks").await, 503, "nothing that may be stale is told");
        assert_eq!(status(&server, "/healthz").await, 200);
        database.up();
        load.more(50).await;
        within("it is ready again", async || status(&server, "/readyz").await == 200).await;
    }
    let promised = load.finish().await;
    keeps(&server.address, &promised).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_takes_no_writes_is_503_for_those_and_still_read() {
    let Some(database) = Postgres::start() else { return };
    let url = database.database("readonly");
    let name = url.rsplit('/').next().unwrap();
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]);
    let load = Load::begin("w", 2, slice::from_ref(&server.address));
    load.more(10).await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()";
    database.say("postgres", &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    database.say("postgres", &format!("{cut} AND datname = '{name}'"));
    let refused = load.refused();
    within("writes are refused", async || load.refused() > refused + 2).await;
    within("reads are answered", async || status(&server, "/trucks").await == 200).await;

    database.say("postgres", &format!("ALTER DATABASE {name} SET default_transaction_read_only = off"));
    database.say("postgres", &format!("{cut} AND datname = '{name}'"));
    load.more(10).await;
    let promised = load.finish().await;
    keeps(&server.address, &promised).await;
}

/// A file that may not grow any more stands for a disk that is full: it needs no disk of its own, and no root.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_503_and_corrupts_nothing() {
    let folder = TempDir::new().unwrap();
    drop(Server::start_with(folder.path(), &[QUIET]));
    // In blocks of 512 bytes or of 1 KiB, as the shell likes.
    let mut full = Command::new("sh");
    full.args(["-c", "trap '' XFSZ; ulimit -f 600; exec \"$0\""]);
    let server = Server::start_as(full, folder.path(), &[QUIET]);
    let load = Load::begin("w", 4, slice::from_ref(&server.address));
    within("writes are refused", async || load.refused() > 4).await;
    assert_eq!(status(&server, "/trucks?limit=1").await, 200, "what is there is still read");
    let answer = reqwest::Client::new().post(server.url("/trucks")).json(&json!({"make": "a", "model": "b"}));
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let promised = load.cut();
    assert!(!promised.is_empty());
    server.signal("KILL");
    let _ = server.wait();

    let mut file =
        sqlx::SqliteConnection::connect(&format!("sqlite://{}/hello-trucks.db", folder.path().display()))
            .await
            .unwrap();
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut file).await.unwrap();
    assert_eq!(sound, "ok");
    file.close().await.unwrap();
    let server = Server::start_with(folder.path(), &[QUIET]);
    keeps(&server.address, &promised).await;
    assert_eq!(status(&server, "/readyz").await, 200);
}

async fn status(server: &Server, path: &str) -> u16 {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    client.get(server.url(path)).send().await.map_or(0, |answer| answer.status().as_u16())
}
