//! Clients that close their sending side before the response.

use std::time::Duration;

use hello_server::Limits;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::{load::within, sockets::serving};

/// Sends bytes, closes the sending side, and reads the response to its end.
async fn answer(address: &str, sent: &[u8]) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(sent).await.unwrap();
    connection.shutdown().await.unwrap();
    let mut answer = String::new();
    let read = timeout(Duration::from_mins(1), connection.read_to_string(&mut answer)).await;
    read.expect("the service closes the connection").unwrap();
    answer
}

fn post(body: &str) -> Vec<u8> {
    let head = "POST /trucks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json";
    format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[tokio::test]
async fn every_request_before_the_close_is_answered() {
    let address = serving(Limits::default()).await;
    let truck = r#"{"make":"Scania","model":"V8"}"#;
    let added = answer(&address, &post(truck)).await;
    assert!(added.starts_with("HTTP/1.1 201") && added.contains("Scania"), "{added}");

    let many = format!("[{}]", vec![truck; 2_500].join(","));
    assert!(answer(&address, &post(&many)).await.starts_with("HTTP/1.1 201"));
    let get = "GET /trucks HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let list = answer(&address, get.as_bytes()).await;
    assert!(
        list.ends_with("0\r\n\r\n") && list.matches("Scania").count() == 2_501,
        "a list of several pages"
    );

    let probe = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let three = answer(&address, probe.repeat(3).as_bytes()).await;
    assert_eq!(three.matches("HTTP/1.1 200").count(), 3, "{three}");
}

#[tokio::test]
async fn a_half_closed_connection_without_a_whole_request_ends() {
    let limits = Limits { body_grace: Duration::from_mins(1), ..Limits::default() };
    let address = serving(limits).await;
    let started = Instant::now();
    assert_eq!(answer(&address, b"").await, "");
    assert!(!answer(&address, b"GET /healthz HTTP/1.1\r\nhost: loc").await.contains(" 200 "));
    let truncated = &post(r#"{"make":"Scania","model":"V8"}"#)[..120];
    assert!(!answer(&address, truncated).await.contains(" 201 "));
    assert!(started.elapsed() < Duration::from_secs(10), "not only when a timeout is over");
}

#[tokio::test]
async fn a_stream_of_events_ends_with_its_client() {
    let address = serving(Limits { event_streams: 1, ..Limits::default() }).await;
    let get = b"GET /trucks/events HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let follow = async || {
        let mut connection = TcpStream::connect(&address).await.unwrap();
        connection.write_all(get).await.unwrap();
        let mut start = [0; 12];
        connection.read_exact(&mut start).await.unwrap();
        (&start == b"HTTP/1.1 200").then_some(connection)
    };
    let started = Instant::now();
    let mut half_closed = follow().await.expect("the first one follows");
    half_closed.shutdown().await.unwrap();
    half_closed.read_to_end(&mut Vec::new()).await.unwrap();
    // The limit is one event stream. Its permit is free as soon as the client is gone.
    for _ in 0..3 {
        within("the place is free again", async || follow().await.is_some()).await;
    }
    assert!(started.elapsed() < Duration::from_secs(10), "not only with the next heartbeat");
}
