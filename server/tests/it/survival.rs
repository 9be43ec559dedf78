//! Crashes, outages and full disks: what the service survives and what it keeps.

use std::{collections::HashMap, path::Path, process::Command, slice, time::Duration};

use serde_json::{Value, json};
use sqlx::Connection;
use tempfile::TempDir;

use crate::{
    disk::Disk,
    load::{Load, assert_kept, assert_repeatable, within},
    postgres::Postgres,
    proxy::BlockingProxy,
    running::{QUIET, Server},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_under_load_lose_nothing_that_was_acknowledged() {
    let folder = TempDir::new().unwrap();
    let mut acknowledged = HashMap::new();
    for round in 0..50 {
        let server = Server::start_with(folder.path(), &[QUIET]);
        assert_kept(&server.address, &acknowledged).await;
        assert_repeatable(&server.address, &acknowledged).await;
        let load = Load::begin(&format!("r{round}w"), 8, slice::from_ref(&server.address));
        load.wait_for(10 + round).await;
        server.signal("KILL");
        assert!(!server.wait().success());
        acknowledged.extend(load.abort().await);
    }
    let server = Server::start_with(folder.path(), &[QUIET]);
    assert!(assert_kept(&server.address, &acknowledged).await >= 50 * 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_database_is_503_until_it_returns() {
    let Some(mut database) = Postgres::start() else { return };
    let url = database.database("outage");
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]);
    let load = Load::begin("w", 8, slice::from_ref(&server.address));
    for _ in 0..2 {
        load.wait_for(50).await;
        database.stop_at_once();
        let refused = load.refused();
        within("writes are refused", async || load.refused() > refused).await;
        assert_eq!(status(&server, "/readyz").await, 503);
        assert_eq!(status(&server, "/trucks").await, 503, "no stale data is served");
        assert_eq!(status(&server, "/healthz").await, 200);
        database.start_again();
        load.wait_for(50).await;
        within("it is ready again", async || status(&server, "/readyz").await == 200).await;
    }
    let acknowledged = load.finish().await;
    assert_kept(&server.address, &acknowledged).await;
}

/// The machine of the database fails, so nothing closes the connections.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unresponsive_database_is_503_until_it_returns() {
    let Some(database) = Postgres::start() else { return };
    let proxy = BlockingProxy::to(database.port).await;
    let url = database.database("silence").replace(&database.port.to_string(), &proxy.port.to_string());
    let folder = TempDir::new().unwrap();
    let mut server = Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]);
    let load = Load::begin("w", 8, slice::from_ref(&server.address));
    load.wait_for(50).await;
    proxy.block();
    let refused = load.refused();
    // More readers than connections. Half of them do not wait for the response.
    let impatient = reqwest::Client::builder().timeout(Duration::from_secs(1)).build().unwrap();
    let readers = (0..20).map(|n| {
        let client = if n % 2 == 0 { impatient.clone() } else { reqwest::Client::new() };
        let get = client.get(server.url(&format!("/trucks?limit=10&q={n}")));
        async move { get.send().await.map_or(503, |answer| answer.status().as_u16()) }
    });
    assert!(futures::future::join_all(readers).await.iter().all(|status| *status == 503));
    within("writes are refused", async || load.refused() > refused + 8).await;
    within("it looks for the database", async || proxy.attempts_while_blocked() > 0).await;
    assert_eq!(status(&server, "/readyz").await, 503);
    assert_eq!(status(&server, "/healthz").await, 200);

    proxy.unblock();
    load.wait_for(50).await;
    within("reads are answered", async || status(&server, "/trucks?limit=1").await == 200).await;
    within("it is ready again", async || status(&server, "/readyz").await == 200).await;
    let acknowledged = load.finish().await;
    assert_kept(&server.address, &acknowledged).await;

    proxy.block();
    server.signal("TERM");
    server.logged("stopped");
    assert!(server.wait().success(), "it does not wait for a database that is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_older_database_is_accepted() {
    let Some(mut database) = Postgres::start() else { return };
    let url = database.database("older");
    let name = url.rsplit('/').next().unwrap().to_owned();
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]);
    let client = reqwest::Client::new();
    let add = async |model: &str| {
        let post = client.post(server.url("/trucks")).json(&json!({"make": "a", "model": model}));
        post.send().await.unwrap().status() == 201
    };
    let list = async || {
        let answer = client.get(server.url("/trucks")).send().await.unwrap();
        let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
        let trucks: Vec<Value> = answer.json().await.unwrap();
        (tag, trucks.iter().map(|truck| truck["model"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
    };
    assert!(add("kept").await);
    let dump = database.dump(&name);
    assert!(add("lost").await);
    let (before, models) = list().await;
    assert_eq!(models, ["kept", "lost"]);

    // As when an operator restores a backup while the service is running.
    database.query(&name, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    database.load(&name, &dump);
    database.stop_at_once();
    database.start_again();
    // The first write, before any notification, brings the fleet back to its earlier event number.
    within("it writes again", async || add("other").await).await;
    let (after, models) = list().await;
    assert_eq!(models, ["kept", "other"]);
    assert_ne!(before, after, "they are of the same number, and not the same");
    within("it receives notifications again", async || metric(&server, "hello_store_heard 1").await).await;
    assert_eq!(list().await.1, ["kept", "other"]);
}

async fn metric(server: &Server, line: &str) -> bool {
    let Ok(answer) = reqwest::get(server.url("/metrics")).await else { return false };
    answer.text().await.unwrap().contains(line)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_database_refuses_writes_and_serves_reads() {
    let Some(database) = Postgres::start() else { return };
    let url = database.database("readonly");
    let name = url.rsplit('/').next().unwrap();
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]);
    let load = Load::begin("w", 2, slice::from_ref(&server.address));
    load.wait_for(10).await;
    let disconnect = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()";
    database.query("postgres", &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    database.query("postgres", &format!("{disconnect} AND datname = '{name}'"));
    let refused = load.refused();
    within("writes are refused", async || load.refused() > refused + 2).await;
    within("reads are answered", async || status(&server, "/trucks").await == 200).await;

    database.query("postgres", &format!("ALTER DATABASE {name} SET default_transaction_read_only = off"));
    database.query("postgres", &format!("{disconnect} AND datname = '{name}'"));
    load.wait_for(10).await;
    let acknowledged = load.finish().await;
    assert_kept(&server.address, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_file_refuses_writes_and_serves_reads() {
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET]);
    let load = Load::begin("w", 2, slice::from_ref(&server.address));
    load.wait_for(5).await;
    let acknowledged = load.finish().await;
    drop(server);

    let only_read = [QUIET, ("DATABASE_URL", "sqlite://hello-trucks.db?mode=ro")];
    let mut server = Server::start_with(folder.path(), &only_read);
    assert_eq!(status(&server, "/readyz").await, 200);
    let answer = reqwest::Client::new().post(server.url("/trucks")).json(&json!({"make": "a", "model": "b"}));
    let answer = answer.send().await.unwrap();
    assert_eq!(answer.status(), 503);
    // The response reveals nothing of the service's internals. The log has the cause, with the same request id.
    let problem: Value = answer.json().await.unwrap();
    let line = server.logged("the service failed");
    assert_eq!((&line["request.id"], &line["level"]), (&problem["requestId"], &json!("ERROR")));
    assert!(line["error"].as_str().unwrap().ends_with("attempt to write a readonly database"), "{line}");
    assert!(!problem.to_string().contains("readonly"), "{problem}");
    assert_kept(&server.address, &acknowledged).await;
    drop(server);

    let server = Server::start_with(folder.path(), &[QUIET]);
    assert_eq!(assert_kept(&server.address, &acknowledged).await, acknowledged.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_503_until_there_is_room() {
    let folder = TempDir::new().unwrap();
    let Some(disk) = Disk::over(folder.path(), 4096) else { return };
    let url = format!("sqlite://{}/trucks.db", folder.path().display());
    let settings = [QUIET, ("DATABASE_URL", &url)];
    let server = Server::start_as(disk.in_namespace(), Path::new("/"), &settings);
    let load = Load::begin("w", 4, slice::from_ref(&server.address));
    load.wait_for(20).await;
    let filler = disk.fill();
    within("writes are refused", async || load.refused() > 8).await;
    assert_eq!(status(&server, "/trucks?limit=1").await, 200, "what is there is still read");
    std::fs::remove_file(filler).unwrap();
    load.wait_for(20).await;
    disk.fill();
    let refused = load.refused();
    within("writes are refused again", async || load.refused() > refused + 8).await;
    let acknowledged = load.abort().await;
    server.signal("KILL");
    let _ = server.wait();

    let copy = TempDir::new().unwrap();
    for name in ["trucks.db", "trucks.db-wal"] {
        std::fs::copy(disk.seen().join(name), copy.path().join(name)).unwrap();
    }
    let url = format!("sqlite://{}/trucks.db", copy.path().display());
    let mut file = sqlx::SqliteConnection::connect(&url).await.unwrap();
    let sound: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut file).await.unwrap();
    assert_eq!(sound, "ok");
    file.close().await.unwrap();
    std::fs::remove_file(disk.seen().join("filler")).unwrap();
    let server = Server::start_as(disk.in_namespace(), Path::new("/"), &settings);
    assert_kept(&server.address, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_database_disk_is_503_until_there_is_room() {
    let Some(database) = Postgres::start() else { return };
    let url = database.database("full");
    let name = url.rsplit('/').next().unwrap();
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]);
    let load = Load::begin("w", 4, slice::from_ref(&server.address));
    load.wait_for(20).await;
    // A trigger raises the error of a full disk, because the database shares its disk with other programs.
    database.query(
        name,
        "CREATE FUNCTION say_full() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$; \
         CREATE TRIGGER disk_full BEFORE INSERT ON trucks EXECUTE FUNCTION say_full()",
    );
    within("writes are refused", async || load.refused() > 8).await;
    assert_eq!(status(&server, "/trucks").await, 200);
    assert_eq!(status(&server, "/readyz").await, 200, "another place would not help");
    database.query(name, "DROP TRIGGER disk_full ON trucks");
    load.wait_for(20).await;
    let acknowledged = load.finish().await;
    assert_kept(&server.address, &acknowledged).await;
}

/// A file size limit acts like a quota. It needs neither a separate disk nor root.
///
/// A write may succeed after others were refused, because a checkpoint frees space in the log. So this test only checks
/// that each write is either kept or refused with 503, not which ones are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_size_limit_is_503_and_corrupts_nothing() {
    let folder = TempDir::new().unwrap();
    drop(Server::start_with(folder.path(), &[QUIET]));
    // The shell counts blocks of 512 bytes or of 1 KiB.
    let mut full = Command::new("sh");
    full.args(["-c", "trap '' XFSZ; ulimit -f 600; exec \"$0\""]);
    let server = Server::start_as(full, folder.path(), &[QUIET]);
    // The load fails on any response other than 201 or a problem document with status 503.
    let load = Load::begin("w", 4, slice::from_ref(&server.address));
    within("writes are refused", async || load.refused() > 20).await;
    assert_eq!(status(&server, "/trucks?limit=1").await, 200, "what is there is still read");
    let acknowledged = load.abort().await;
    assert!(!acknowledged.is_empty());
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
    assert_kept(&server.address, &acknowledged).await;
    assert_eq!(status(&server, "/readyz").await, 200);
}

async fn status(server: &Server, path: &str) -> u16 {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    client.get(server.url(path)).send().await.map_or(0, |answer| answer.status().as_u16())
}
