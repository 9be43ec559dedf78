//! Several replicas on one database: every guarantee of one replica holds across all of them.

use std::process::Command;

use reqwest::Response;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    load::{Load, assert_kept, within},
    postgres::{Postgres, until},
    proxy::BlockingProxy,
    running::{QUIET, Server},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_replica_loses_no_event_and_repeats_no_truck() {
    let Some(database) = Postgres::start() else { return };
    let url = database.database("replicas");
    let folder = TempDir::new().unwrap();
    let start = || Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]);
    // They start at the same time on an empty database: one creates the tables, the others wait for it.
    let (one, two, three) = std::thread::scope(|scope| {
        let starting = [scope.spawn(start), scope.spawn(start), scope.spawn(start)];
        let [one, two, three] = starting.map(|start| start.join().unwrap());
        (one, two, three)
    });
    let addresses = [&three, &one, &two].map(|server| server.address.clone());
    let load = Load::begin("w", 9, &addresses);
    let events = tokio::spawn(follow(addresses.to_vec(), 300));
    load.wait_for(60).await;
    three.signal("KILL");
    assert!(!three.wait().success());
    load.wait_for(300).await;
    let acknowledged = load.finish().await;

    let events = events.await.unwrap();
    assert!(events.iter().map(|(id, _)| *id).eq(1..=events.len() as u64), "{events:?}");
    let fleets =
        [assert_kept(&one.address, &acknowledged).await, assert_kept(&two.address, &acknowledged).await];
    assert_eq!(fleets[0], fleets[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_replicas_start_at_once_on_an_empty_database() {
    let Some(database) = Postgres::start() else { return };
    let url = database.database("ten");
    let folder = TempDir::new().unwrap();
    let start = || Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]);
    let servers: Vec<Server> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..10).map(|_| scope.spawn(start)).collect();
        starting.into_iter().map(|start| start.join().unwrap()).collect()
    });
    add(&servers[0]).await;
    for server in &servers {
        assert_eq!(length(server).await, 1);
    }
}

/// Follows the events from the first one until `wanted` have arrived. If a replica ends, continues at the next one.
async fn follow(addresses: Vec<String>, wanted: usize) -> Vec<(u64, String)> {
    let mut events: Vec<(u64, String)> = Vec::new();
    for address in addresses.iter().cycle() {
        let last = events.last().map_or(0, |(id, _)| *id);
        let request = reqwest::Client::new().get(format!("http://{address}/trucks/events"));
        let Ok(stream) = request.header("last-event-id", last.to_string()).send().await else { continue };
        collect_events(stream, &mut events, wanted).await;
        if events.len() >= wanted {
            break;
        }
    }
    events
}

async fn collect_events(mut stream: Response, events: &mut Vec<(u64, String)>, wanted: usize) {
    let mut read = String::new();
    while let Ok(Some(part)) = stream.chunk().await {
        read.push_str(std::str::from_utf8(&part).unwrap());
        while let Some((event, rest)) = read.split_once("\n\n") {
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
            if let (Some(id), Some(kind)) = (field("id: "), field("event: ")) {
                events.push((id.parse().unwrap(), kind.to_owned()));
            }
            read = String::from(rest);
        }
        if events.len() >= wanted {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_is_read_on_every_replica_at_once() {
    let Some(database) = Postgres::start() else { return };
    let url = database.database("notified");
    let folder = TempDir::new().unwrap();
    let servers = [(); 3].map(|()| Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]));
    add(&servers[0]).await;
    for server in &servers {
        within("it has a lease", async || has_current_list(server).await).await;
    }
    for n in 2..=30 {
        // Each replica has the list in its cache when another one writes.
        let [writer, reader, other] = [0, 1, 2].map(|of| &servers[(n + of) % 3]);
        add(writer).await;
        assert_eq!(length(reader).await, n, "every replica returns the acknowledged trucks");
        assert_eq!(length(other).await, n);
    }
}

/// Notifications from the database to one replica are delayed, as by a bad network, while the other replica writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_without_notifications_misses_nothing() {
    let Some(database) = Postgres::start() else { return };
    let url = database.database("deaf");
    let name = url.rsplit('/').next().unwrap();
    let folder = TempDir::new().unwrap();
    let start = || Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]);
    let listening = "SELECT pid FROM pg_stat_activity WHERE application_name = 'hello-server, listening'";
    let writer = start();
    let other_than = database.query(name, listening);
    let delayed = start();
    for n in 1..=2 {
        add(&writer).await;
        within("it serves the list from its cache", async || has_current_list(&delayed).await).await;
        let theirs = format!("{listening} AND pid <> {other_than} ORDER BY backend_start DESC LIMIT 1");
        let held = Held::at_rest(&database, name, &database.query(name, &theirs));
        add(&writer).await;
        assert_eq!(length(&delayed).await, 2 * n, "its lease is over, and it asks the database");
        drop(held);
        within("it receives notifications again, on the same connection or a new one", async || {
            has_current_list(&delayed).await
        })
        .await;
        assert_eq!(length(&delayed).await, 2 * n);
    }
}

/// A stopped process.
struct Held(String);

impl Held {
    /// Stops a database process while it is idle: stopped in the middle of its work, it would block others.
    fn at_rest(database: &Postgres, name: &str, pid: &str) -> Self {
        loop {
            signal("STOP", pid);
            let held = Self(pid.to_owned());
            if database.query(name, &format!("SELECT count(*) FROM pg_locks WHERE pid = {pid}")) == "0" {
                return held;
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        signal("CONT", &self.0);
    }
}

fn signal(name: &str, pid: &str) {
    let sent = Command::new("kill").args(["-s", name, pid]).status().unwrap();
    assert!(sent.success() || name == "CONT", "{name} to {pid}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ended_replica_is_not_waited_for() {
    let Some(mut database) = Postgres::start() else { return };
    let url = database.database("leave");
    let name = url.rsplit('/').next().unwrap().to_owned();
    let folder = TempDir::new().unwrap();
    let [one, other] = [(); 2].map(|()| Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]));
    let leases = "SELECT count(*) FROM replicas WHERE until > clock_timestamp()";
    until("both have a lease", || database.query(&name, leases) == "2");
    other.signal("TERM");
    assert!(other.wait().success());
    until("one lease is left", || database.query(&name, leases) == "1");
    add(&one).await;

    // A replica that lost the database takes a new lease once it is back.
    database.stop_at_once();
    database.start_again();
    within("it serves the list from its cache again", async || has_current_list(&one).await).await;
    until("it has a lease again", || database.query(&name, leases) == "1");
    add(&one).await;
    assert_eq!(length(&one).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_with_a_lost_response_can_be_repeated() {
    let Some(database) = Postgres::start() else { return };
    let proxy = BlockingProxy::to(database.port).await;
    let url = database.database("lost").replace(&database.port.to_string(), &proxy.port.to_string());
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET, ("DATABASE_URL", &url)]);
    within("it serves the list from its cache", async || has_current_list(&server).await).await;
    assert_eq!(length(&server).await, 0);

    let truck = json!({"make": "Volvo", "model": "FH16"});
    let add =
        reqwest::Client::new().post(server.url("/trucks")).header("idempotency-key", "once").json(&truck);
    proxy.lose_response();
    let first = add.try_clone().unwrap().send().await.unwrap();
    assert_eq!(first.status(), 503, "the result of the commit is unknown");
    within("it is in the list, which was at hand without it", async || length(&server).await == 1).await;

    let again = add.send().await.unwrap();
    assert_eq!(again.status(), 201);
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(length(&server).await, 1);
}

async fn add(server: &Server) {
    let truck = json!({"make": "Volvo", "model": "FH16"});
    let added = reqwest::Client::new().post(server.url("/trucks")).json(&truck).send().await.unwrap();
    assert_eq!(added.status(), 201);
}

async fn length(server: &Server) -> usize {
    reqwest::get(server.url("/trucks")).await.unwrap().json::<Vec<Value>>().await.unwrap().len()
}

/// Reports whether the server receives notifications and serves the list, so that its cached list is current.
async fn has_current_list(server: &Server) -> bool {
    let Ok(metrics) = reqwest::get(server.url("/metrics")).await else { return false };
    let list = reqwest::get(server.url("/trucks")).await;
    metrics.text().await.unwrap().contains("hello_store_heard 1") && list.is_ok_and(|l| l.status() == 200)
}
