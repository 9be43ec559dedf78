//! Malicious clients, over real connections.

use std::time::Duration;

use hello_server::Limits;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    running::{QUIET, Server},
    sockets::{answer, serving},
};

async fn is_well(address: &str) {
    let get = b"GET /trucks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    assert!(answer(address, get).await.starts_with("HTTP/1.1 200 OK"));
}

fn post(content_type: &str, length: usize, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /trucks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: {content_type}\r\n\
         content-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn a_client_that_drips_its_head_is_disconnected() {
    let limits = Limits { head: Duration::from_millis(300), connections: 4, ..Limits::default() };
    let address = serving(limits).await;
    let mut slow = Vec::new();
    for _ in 0..4 {
        let mut connection = TcpStream::connect(&address).await.unwrap();
        connection.write_all(b"GET /trucks HTTP/1.1\r\nhost: ").await.unwrap();
        slow.push(connection);
    }
    // Every permit is in use. This request is served once the first permits are released.
    is_well(&address).await;
    for mut connection in slow {
        let mut response = String::new();
        let _ = connection.read_to_string(&mut response).await;
        assert!(response.starts_with("HTTP/1.1 408"), "{response}");
    }
}

#[tokio::test]
async fn a_client_that_reads_no_responses_is_disconnected() {
    let limits = Limits { idle: Duration::from_millis(300), connections: 4, ..Limits::default() };
    let address = serving(limits).await;
    let mut delayed = Vec::new();
    for _ in 0..4 {
        let mut connection = TcpStream::connect(&address).await.unwrap();
        // Far more than the system buffers for a client that does not read.
        connection
            .write_all(&b"GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(1_000))
            .await
            .unwrap();
        delayed.push(connection);
    }
    is_well(&address).await;
}

#[tokio::test]
async fn a_connection_outlives_the_head_timeout() {
    let address = serving(Limits { head: Duration::from_millis(100), ..Limits::default() }).await;
    let mut connection = TcpStream::connect(&address).await.unwrap();
    for _ in 0..2 {
        connection.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
        let mut answer = [0; 4096];
        let read = connection.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
        let more = tokio::time::timeout(Duration::from_millis(400), connection.read(&mut answer)).await;
        assert!(more.is_err(), "nothing comes, and it is not closed");
    }
}

#[tokio::test]
async fn a_flood_of_headers_is_refused_before_it_is_kept() {
    let address = serving(Limits::default()).await;
    let many = "x: 1\r\n".repeat(200);
    let large = format!("x: {}\r\n", "a".repeat(1024 * 1024));
    for flood in [many, large] {
        let head = format!("GET /trucks HTTP/1.1\r\nhost: localhost\r\n{flood}\r\n");
        let answer = answer(&address, head.as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    is_well(&address).await;
}

#[tokio::test]
async fn a_large_body_is_refused_whatever_its_stated_length() {
    let address = serving(Limits::default()).await;
    let body = vec![b'['; 2 * 1024 * 1024];
    let said = answer(&address, &post("application/json", body.len(), &body)).await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    let head = "POST /trucks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\n\r\n";
    let chunk = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
    let said = answer(&address, &[head.as_bytes(), &chunk].concat()).await;
    assert!(said.starts_with("HTTP/1.1 413"), "{said}");
    is_well(&address).await;
}

#[tokio::test]
async fn expect_continue_with_a_large_body_is_refused_at_once() {
    let address = serving(Limits::default()).await;
    for (method, path) in
        [("POST", "/trucks"), ("PATCH", "/trucks/1"), ("GET", "/trucks"), ("POST", "/nowhere")]
    {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             expect: 100-continue\r\ncontent-length: 100000000\r\n\r\n"
        );
        let said = answer(&address, head.as_bytes()).await;
        assert!(
            said.starts_with("HTTP/1.1 413") && said.contains("application/problem+json"),
            "{path}: {said}"
        );
    }
    let probe = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 100000000\r\n\r\n";
    assert!(!answer(&address, probe.as_bytes()).await.contains("100 Continue"));
}

#[tokio::test]
async fn deep_nesting_invalid_text_and_nonsense_are_answered_and_forgotten() {
    let address = serving(Limits::default()).await;
    let deep = [b"[".repeat(400_000), b"{\"a\":".repeat(50_000)].concat();
    for body in [&deep[..], b"\"\xff\xfe\"", b"{\"make\": \"\xc3\x28\", \"model\": \"b\"}", b"\0\0\0"] {
        let said = answer(&address, &post("application/json", body.len(), body)).await;
        assert!(said.starts_with("HTTP/1.1 400"), "{said}");
        assert!(said.contains("application/problem+json"), "{said}");
    }
    for nonsense in [&b"\x16\x03\x01\x02\x00"[..], b"GET\r\n\r\n", b"\r\n\r\n\0\0"] {
        let _ = answer(&address, nonsense).await;
    }
    let smuggled =
        b"POST /trucks HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!";
    assert!(!answer(&address, smuggled).await.contains(" 201 "));
    is_well(&address).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_large_requests_at_once_take_little_memory() {
    let folder = TempDir::new().unwrap();
    // Admitted requests are not cut off, however slow the machine is.
    let server = Server::start_with(folder.path(), &[QUIET, ("HELLO_REQUEST_TIMEOUT", "300")]);
    let before = server.peak_memory();
    let list = format!(
        "[{}]",
        vec![r#"{"make":"Scania","model":"V8","licensePlate":null,"status":"active"}"#; 2_500].join(",")
    );
    let request = post("application/json", list.len(), list.as_bytes());
    let senders = (0..64).map(|_| answer(&server.address, &request));
    let answers = futures::future::join_all(senders).await;
    let added = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 201")).count();
    let busy = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 503")).count();
    assert!(added >= 4 && added + busy == 64, "{added} added, {busy} to be sent again");
    let grown = server.peak_memory() - before;
    assert!(grown < 40, "{grown} MiB more");
}
