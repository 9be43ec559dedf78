//! One client that takes all it can get, while other clients must still be served.

use std::time::Duration;

use hello_server::{Limits, Options};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    load::within,
    sockets::{connect_from, serving, serving_with},
};

/// The greedy client and another one.
const GREEDY: &str = "127.0.0.1";
const OTHER: &str = "127.0.0.2";

const PROBE: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
const LIST: &str = "GET /trucks HTTP/1.1\r\nhost: localhost\r\n\r\n";
const EVENTS: &str = "GET /trucks/events HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// The head of a request whose body of `length` bytes does not follow yet.
fn awaited(length: usize) -> String {
    format!(
        "POST /trucks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

fn truck() -> String {
    let body = r#"{"make":"Scania","model":"V8"}"#;
    awaited(body.len()) + body
}

/// A truck with so much leading whitespace that the body is large.
fn large() -> String {
    let body = format!(r"{:>20000}", r#"{"make":"Scania","model":"V8"}"#);
    awaited(body.len()) + &body
}

/// Opens connections that send these bytes and then stay silent.
async fn open(address: &str, count: usize, sent: &str) -> Vec<TcpStream> {
    let mut opened = Vec::new();
    for _ in 0..count {
        let mut connection = connect_from(GREEDY, address).await;
        connection.write_all(sent.as_bytes()).await.unwrap();
        opened.push(connection);
    }
    opened
}

/// Sends a request and returns the status of the response, which must arrive soon.
async fn status(from: &str, address: &str, sent: &str) -> u16 {
    let asked = async {
        let mut connection = connect_from(from, address).await;
        connection.write_all(sent.as_bytes()).await.unwrap();
        read_status(&mut connection).await
    };
    // Shorter than any timeout of the service, but long enough for a busy machine.
    timeout(Duration::from_secs(4), asked).await.expect("a response soon")
}

async fn read_status(connection: &mut TcpStream) -> u16 {
    let mut start = [0; 12];
    connection.read_exact(&mut start).await.unwrap();
    std::str::from_utf8(&start[9..]).unwrap().parse().unwrap()
}

/// Waits until `count` of these connections have a response, all with this status. Keeps the others.
async fn take_answered(connections: &mut Vec<TcpStream>, wanted: u16, count: usize) {
    let unanswered = connections.len() - count;
    let mut take = async || {
        connections.retain(|connection| {
            let mut start = [0; 12];
            let Ok(12) = connection.try_read(&mut start) else { return true };
            assert_eq!(&start[9..], wanted.to_string().as_bytes());
            false
        });
        sleep(Duration::from_millis(20)).await;
        connections.len()
    };
    let all = async { while take().await > unanswered {} };
    timeout(Duration::from_secs(4), all).await.expect("responses soon");
    assert_eq!(take().await, unanswered, "the others wait");
}

#[tokio::test]
async fn idle_connections_give_way() {
    let address = serving(Limits { connections: 16, ..Limits::default() }).await;
    let idle = open(&address, 80, "").await;
    for _ in 0..5 {
        for (from, sent) in [(GREEDY, PROBE), (OTHER, PROBE), (OTHER, LIST), (GREEDY, LIST)] {
            assert_eq!(status(from, &address, sent).await, 200, "{from} {sent}");
        }
    }
    drop(idle);
}

#[tokio::test]
async fn an_idle_connection_of_the_largest_client_gives_way_first() {
    let address = serving(Limits { connections: 4, ..Limits::default() }).await;
    let mut other = connect_from(OTHER, &address).await;
    let mut idle = open(&address, 3, "").await;
    let mut closed = async || {
        let _next = open(&address, 1, PROBE).await;
        let first = timeout(Duration::from_millis(50), idle[0].read(&mut [0])).await;
        first.is_ok_and(|read| read.is_ok_and(|bytes| bytes == 0))
    };
    let until = async { while !closed().await {} };
    timeout(Duration::from_secs(10), until).await.expect("the oldest of them is closed");
    other.write_all(PROBE.as_bytes()).await.unwrap();
    assert_eq!(read_status(&mut other).await, 200, "the other client keeps its only connection");
}

#[tokio::test]
async fn a_probe_is_answered_when_every_connection_is_busy() {
    // No connection becomes free while the probes are answered.
    let limits = Limits { connections: 4, body_grace: Duration::from_mins(5), ..Limits::default() };
    let address = serving(limits).await;
    let busy = open(&address, 4, &awaited(100)).await;
    for probe in [PROBE, &PROBE.replacen("/healthz", "/readyz", 1)] {
        for from in [GREEDY, OTHER] {
            assert_eq!(status(from, &address, probe).await, 200, "{from} {probe}");
        }
    }
    drop(busy);
}

#[tokio::test]
async fn a_request_waits_for_a_place_beside_busy_connections() {
    let limits = Limits { connections: 4, body_grace: Duration::from_secs(2), ..Limits::default() };
    let address = serving(limits).await;
    let mut busy = open(&address, 4, &awaited(100)).await;
    for _ in 0..3 {
        assert_eq!(status(GREEDY, &address, PROBE).await, 200);
        assert_eq!(status(OTHER, &address, PROBE).await, 200);
    }
    let mut waiting = connect_from(OTHER, &address).await;
    waiting.write_all(LIST.as_bytes()).await.unwrap();
    assert_eq!(read_status(&mut waiting).await, 200, "as soon as one is free");
    assert_eq!(read_status(&mut busy[0]).await, 408);
}

#[tokio::test]
async fn slow_bodies_of_one_client_leave_room_for_others() {
    let limits = Limits { requests: 8, body_grace: Duration::from_secs(2), ..Limits::default() };
    let address = serving(limits).await;
    let mut slow = open(&address, 20, &awaited(100)).await;
    take_answered(&mut slow, 503, 16).await;
    assert_eq!(status(GREEDY, &address, PROBE).await, 200);
    assert_eq!(status(OTHER, &address, &truck()).await, 201);
    take_answered(&mut slow, 408, 4).await;
    assert_eq!(status(GREEDY, &address, &truck()).await, 201);
}

#[tokio::test]
async fn slow_large_bodies_of_one_client_leave_room_for_others() {
    let address = serving(Limits::default()).await;
    let slow = open(&address, 8, &awaited(1_000_000)).await;
    for _ in 0..3 {
        assert_eq!(status(OTHER, &address, &large()).await, 201);
        assert_eq!(status(GREEDY, &address, &truck()).await, 201);
    }
    drop(slow);
    within("its places are free again", async || {
        let mut connection = connect_from(GREEDY, &address).await;
        connection.write_all(large().as_bytes()).await.unwrap();
        read_status(&mut connection).await == 201
    })
    .await;
}

#[tokio::test]
async fn event_streams_of_one_client_leave_room_for_others() {
    let address = serving(Limits { event_streams: 8, ..Limits::default() }).await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        let mut stream = open(&address, 1, EVENTS).await.remove(0);
        assert_eq!(read_status(&mut stream).await, 200);
        streams.push(stream);
    }
    let mut refused = open(&address, 4, EVENTS).await;
    take_answered(&mut refused, 503, 4).await;
    assert_eq!(status(OTHER, &address, EVENTS).await, 200);
    assert_eq!(status(GREEDY, &address, LIST).await, 200);
    drop(streams);
    within("its places are free again", async || status(GREEDY, &address, EVENTS).await == 200).await;
}

#[tokio::test]
async fn a_trusted_proxy_is_not_one_client() {
    let proxies = vec!["127.0.0.1/32".parse().unwrap()];
    let limits = Limits { requests: 8, trusted_proxies: proxies, ..Limits::default() };
    let address = serving_with(Options { limits, ..Options::default() }, "127.0.0.1").await;
    let as_client = |client: &str| {
        let line = format!("x-forwarded-for: {client}\r\n\r\n");
        awaited(100).replacen("\r\n\r\n", &format!("\r\n{line}"), 1)
    };
    let mut one = open(&address, 6, &as_client("203.0.113.1")).await;
    take_answered(&mut one, 503, 2).await;
    let mut unnamed = open(&address, 5, &awaited(100)).await;
    take_answered(&mut unnamed, 503, 1).await;
    assert_eq!((one.len(), unnamed.len()), (4, 4), "a named client has half, the proxy itself the rest");
}
