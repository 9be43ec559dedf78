//! Requests whose length or lines could be interpreted in two ways. A proxy in front of the service may choose the other
//! way, and then a second request is hidden in the body of the first.

use hello_server::Limits;

use crate::sockets::{answer, serving};

/// The hidden request. It would end the connection, so that a test that finds it ends soon.
const HIDDEN: &str = "GET /trucks/hidden HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

const TRUCK: &str = r#"{"make":"Scania","model":"V8"}"#;

/// Sends a request with these header lines and this body, and returns the status of each response.
async fn statuses(address: &str, lines: &str, body: &str) -> Vec<u16> {
    let head = "POST /trucks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    let answer = answer(address, format!("{head}{lines}\r\n{body}").as_bytes()).await;
    let starts = answer.split("HTTP/1.1 ").skip(1);
    starts.map(|start| start[..3].parse().unwrap()).collect()
}

fn chunked(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
}

#[tokio::test]
async fn two_lengths_are_never_two_requests() {
    let address = serving(Limits::default()).await;
    let length = TRUCK.len();
    let long = length + HIDDEN.len();
    for lines in [
        format!("content-length: {length}\r\ncontent-length: {long}\r\n"),
        format!("content-length: {long}\r\ncontent-length: {length}\r\n"),
        format!("content-length: {length}, {long}\r\n"),
        format!("content-length: +{length}\r\n"),
        format!("content-length: -{length}\r\n"),
        format!("content-length: 0x{length:x}\r\n"),
        format!("content-length: {length} {long}\r\n"),
        format!("content-length: {length}.0\r\n"),
        format!("content-length: \"{length}\"\r\n"),
        "content-length: 99999999999999999999\r\n".to_owned(),
        "content-length:\r\n".to_owned(),
        format!("content-length : {length}\r\n"),
        format!("content-length: {length}\r\ncontent-length: 0\r\n"),
    ] {
        let statuses = statuses(&address, &lines, &format!("{TRUCK}{HIDDEN}")).await;
        assert_eq!(statuses, [400], "{lines:?}");
    }
}

#[tokio::test]
async fn a_length_beside_chunks_is_never_a_second_request() {
    let address = serving(Limits::default()).await;
    let short = "content-length: 4\r\n";
    for lines in [
        format!("{short}transfer-encoding: gzip\r\n"),
        format!("{short}transfer-encoding: chunked, identity\r\n"),
        format!("{short}transfer-encoding: chunked, gzip\r\n"),
        format!("{short}transfer-encoding: xchunked\r\n"),
        format!("{short}transfer-encoding: \"chunked\"\r\n"),
        format!("{short}transfer-encoding : chunked\r\n"),
        format!("{short}transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n"),
        format!("{short}transfer-encoding:\r\n chunked\r\n"),
        "transfer-encoding: identity\r\n".to_owned(),
    ] {
        let statuses = statuses(&address, &lines, &format!("{}{HIDDEN}", chunked(TRUCK))).await;
        assert_eq!(statuses, [400], "{lines:?}");
    }
}

#[tokio::test]
async fn a_broken_chunk_is_never_a_second_request() {
    let address = serving(Limits::default()).await;
    let size = format!("{:x}", TRUCK.len());
    for body in [
        format!("0x{size}\r\n{TRUCK}\r\n0\r\n\r\n"),
        format!("+{size}\r\n{TRUCK}\r\n0\r\n\r\n"),
        format!("-1\r\n{TRUCK}\r\n0\r\n\r\n"),
        format!("\r\n{TRUCK}\r\n0\r\n\r\n"),
        format!("1{:0>16}{size}\r\n{TRUCK}\r\n0\r\n\r\n", ""),
        format!("{size}\r\n{TRUCK}0\r\n\r\n"),
        format!("{size}\n{TRUCK}\n0\n\n"),
        format!("{size};a\nb\r\n{TRUCK}\r\n0\r\n\r\n"),
        format!("{size}\r\r\n{TRUCK}\r\n0\r\n\r\n"),
    ] {
        let statuses = statuses(&address, "transfer-encoding: chunked\r\n", &format!("{body}{HIDDEN}")).await;
        assert_eq!(statuses, [400], "{body:?}");
    }
}

/// The same requests without a defect, so that a refusal above is for the defect.
#[tokio::test]
async fn one_length_is_one_request() {
    let address = serving(Limits::default()).await;
    let length = format!("content-length: {}\r\n", TRUCK.len());
    assert_eq!(statuses(&address, &length, &format!("{TRUCK}{HIDDEN}")).await, [201, 404]);
    let chunks = "transfer-encoding: chunked\r\n";
    assert_eq!(statuses(&address, chunks, &format!("{}{HIDDEN}", chunked(TRUCK))).await, [201, 404]);
}
