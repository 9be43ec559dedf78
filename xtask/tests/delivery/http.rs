//! A minimal HTTP client.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

/// A response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    head: String,
}

/// The truck in the README's example.
pub(crate) const TRUCK: &str = r#"{"make": "Scania", "model": "V8"}"#;

pub(crate) fn get(port: u16, path: &str) -> Option<Answer> {
    ask(port, &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"))
}

/// Adds the truck in the README's example; a 201 response acknowledges that it is stored.
pub(crate) fn add_truck(port: u16) -> Option<Answer> {
    let length = TRUCK.len();
    ask(
        port,
        &format!(
            "POST /trucks HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{TRUCK}"
        ),
    )
}

/// Returns the number of trucks.
pub(crate) fn trucks(port: u16) -> Option<usize> {
    let listed = get(port, "/trucks?limit=1")?;
    let mut lines = listed.head.lines().filter_map(|line| line.split_once(": "));
    let (_, total) = lines.find(|(name, _)| name.eq_ignore_ascii_case("x-total-count"))?;
    total.parse().ok()
}

fn ask(port: u16, request: &str) -> Option<Answer> {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).ok()?;
    connection.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    connection.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, body: body.to_owned(), head: head.to_owned() })
}
