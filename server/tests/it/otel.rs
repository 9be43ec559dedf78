//! Traces, as a collector receives them. Compiled only with the feature `otel`.

use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use tempfile::TempDir;

use crate::running::Server;

const TRACE: [u8; 16] = *b"\x4b\xf9\x2f\x35\x77\xb3\x4d\xa6\xa3\xce\x92\x9d\x0e\x0e\x47\x36";

#[tokio::test]
async fn a_collector_receives_the_span_in_the_clients_trace() {
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let received = thread::spawn(move || one_request(&collector));
    let folder = TempDir::new().unwrap();
    // The log filter does not affect traces.
    let settings =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()), ("RUST_LOG", "error,hello_server::cli=info")];
    let server = Server::start_with(folder.path(), &settings);
    let get = reqwest::Client::new()
        .get(server.url("/trucks/1"))
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    assert_eq!(get.send().await.unwrap().status(), 404);
    // The remaining spans are sent at the end.
    server.signal("TERM");
    assert!(server.wait().success());

    let received = received.join().unwrap();
    assert!(received.starts_with(b"POST /v1/traces HTTP/1.1\r\n"));
    let contains = |words: &[u8]| received.windows(words.len()).any(|window| window == words);
    assert!(contains(&TRACE), "another trace");
    for words in ["GET /trucks/{id}", "hello-server", "http.response.status_code"] {
        assert!(contains(words.as_bytes()), "{words} is missing");
    }
}

#[test]
fn without_a_collector_the_service_runs_as_ever() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(folder.path());
    server.signal("TERM");
    assert!(server.wait().success());
}

/// Accepts one request with a content length, responds with success, and returns the request.
fn one_request(collector: &TcpListener) -> Vec<u8> {
    let (mut connection, _) = collector.accept().unwrap();
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !is_whole(&request) {
        let read = connection.read(&mut piece).unwrap();
        assert!(read > 0, "the request ended before its end");
        request.extend_from_slice(&piece[..read]);
    }
    connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
    request
}

fn is_whole(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    request.len() >= end + 4 + length.parse::<usize>().unwrap()
}
