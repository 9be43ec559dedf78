//! Clients that request much data and do not read it.

use std::time::Duration;

use hello_server::{Limits, Options};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    running::{QUIET, Server},
    sockets::{answer, connect_from, serving, serving_with},
};

/// The client that does not read, and another one.
const SLOW_CLIENT: &str = "127.0.0.1";
const OTHER: &str = "127.0.0.2";

const LIST: &str = "GET /trucks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// A request that adds `trucks` trucks of half a KiB each with an idempotency key, so repeating it returns the same
/// response.
fn bulk(trucks: usize) -> String {
    let truck = format!(r#"{{"make":"Scania","model":"{}"}}"#, "\u{1F69B}".repeat(50));
    let body = format!("[{}]", vec![truck; trucks].join(","));
    format!(
        "POST /trucks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nidempotency-key: bulk-{trucks}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Limits under which a client may leave one response to [`bulk`] with a thousand trucks unread, but not two.
fn limits() -> Limits {
    // A busy machine may take long to read so many trucks.
    Limits { unsent: 1024 * 1024, time: Duration::from_mins(2), ..Limits::default() }
}

/// Sends a request and leaves the response unread.
async fn send(from: &str, address: &str, sent: &str) -> TcpStream {
    let mut connection = connect_from(from, address).await;
    connection.write_all(sent.as_bytes()).await.unwrap();
    connection
}

async fn read_status(connection: &mut TcpStream) -> u16 {
    let mut start = [0; 12];
    connection.read_exact(&mut start).await.unwrap();
    std::str::from_utf8(&start[9..]).unwrap().parse().unwrap()
}

/// Reads a response to its end, which must come soon.
async fn read(mut connection: TcpStream) -> String {
    let mut response = String::new();
    let read = timeout(Duration::from_mins(1), connection.read_to_string(&mut response)).await;
    read.expect("a response in time").unwrap();
    response
}

#[tokio::test]
async fn unread_responses_fill_half_of_the_budget_only() {
    let address = serving(limits()).await;
    let request = bulk(1_000);
    let added = answer(&address, request.as_bytes()).await;
    assert!(added.starts_with("HTTP/1.1 201"), "{added:.300}");
    let mut unread = futures::future::join_all((0..3).map(|_| send(SLOW_CLIENT, &address, &request))).await;
    let mut statuses = futures::future::join_all(unread.iter_mut().map(read_status)).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 503, 503]);
    let replayed = read(send(OTHER, &address, &request).await).await;
    assert!(replayed.contains("idempotency-replayed: true") && replayed.ends_with(']'), "{replayed:.300}");
}

#[tokio::test]
async fn a_cut_client_frees_its_room() {
    let address = serving(Limits { response_grace: Duration::from_millis(500), ..limits() }).await;
    let request = bulk(1_000);
    let mut unread = Vec::new();
    for _ in 0..3 {
        let mut connection = send(SLOW_CLIENT, &address, &request).await;
        assert_eq!(read_status(&mut connection).await, 201, "the room of the one before is free");
        unread.push(connection);
    }
    for mut cut in unread.drain(..2) {
        let mut rest = Vec::new();
        let _ = timeout(Duration::from_secs(20), cut.read_to_end(&mut rest)).await.expect("it is closed");
        assert!(rest.len() < 350_000, "{} bytes came", rest.len());
    }
}

#[tokio::test]
async fn unread_copies_of_a_long_list_share_memory() {
    let address = serving(Limits { unsent: 8 * 1024 * 1024, ..limits() }).await;
    for key in 0..3 {
        let request = bulk(1_000).replacen("bulk-1000", &key.to_string(), 1);
        assert!(answer(&address, request.as_bytes()).await.starts_with("HTTP/1.1 201"));
    }
    let unread = futures::future::join_all((0..40).map(|_| send(SLOW_CLIENT, &address, LIST))).await;
    for connection in &unread {
        connection.readable().await.unwrap();
    }
    for from in [OTHER, SLOW_CLIENT] {
        let list = read(send(from, &address, LIST).await).await;
        assert_eq!(list.matches("Scania").count(), 3_000, "the whole list for {from}");
    }
    drop(unread);
}

#[tokio::test]
async fn metrics_and_probes_need_no_room() {
    let limits = Limits { unsent: 64 * 1024, ..Limits::default() };
    let address = serving_with(Options { limits, ..Options::default() }, "127.0.0.1").await;
    for path in ["/metrics", "/healthz", "/openapi.json", "/trucks?limit=20"] {
        let get = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        assert!(answer(&address, get.as_bytes()).await.starts_with("HTTP/1.1 200"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unread_responses_of_one_key_take_little_memory() {
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET, ("HELLO_REQUEST_TIMEOUT", "120")]);
    let request = bulk(1_500);
    assert!(answer(&server.address, request.as_bytes()).await.starts_with("HTTP/1.1 201"));
    let before = server.peak_memory();
    let mut unread =
        futures::future::join_all((0..200).map(|_| send(SLOW_CLIENT, &server.address, &request))).await;
    for connection in &mut unread {
        assert!(matches!(read_status(connection).await, 201 | 503));
    }
    let replayed = read(send(OTHER, &server.address, &request).await).await;
    assert!(replayed.contains("idempotency-replayed: true"), "{replayed:.300}");
    let grown = server.peak_memory() - before;
    assert!(grown < 80, "{grown} MiB more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unread_lists_take_little_memory() {
    let folder = TempDir::new().unwrap();
    let server = Server::start_with(folder.path(), &[QUIET, ("HELLO_REQUEST_TIMEOUT", "120")]);
    for key in 0..2 {
        let request = bulk(1_000).replacen("bulk-1000", &key.to_string(), 1);
        assert!(answer(&server.address, request.as_bytes()).await.starts_with("HTTP/1.1 201"));
    }
    let page = LIST.replacen("/trucks", "/trucks?limit=1000", 1);
    for request in [LIST, &page] {
        let before = server.peak_memory();
        let mut unread =
            futures::future::join_all((0..200).map(|_| send(SLOW_CLIENT, &server.address, request))).await;
        for connection in &mut unread {
            assert_eq!(read_status(connection).await, 200);
        }
        // Each response is half a MiB, so 200 copies would be 100 MiB.
        let grown = server.peak_memory() - before;
        assert!(grown < 50, "{grown} MiB more for {request:.30}");
    }
}
