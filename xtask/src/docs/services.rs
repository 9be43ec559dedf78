//! Services that say nothing: what a dashboard is connected to in place of a sandbox.

use std::{
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    thread,
};

use crate::failure::Failure;

/// An address on loopback at which no program listens, because the port is reserved.
pub(super) const NOWHERE: &str = "http://127.0.0.1:1";

/// Starts a listener that accepts connections and never answers. Returns its URL. It ends with this process.
pub(super) fn silent() -> Result<String, Failure> {
    let mut held = Vec::new();
    listen(move |connection| held.push(connection))
}

/// Starts a listener that answers each request with an empty list. Returns its URL. It ends with this process.
pub(super) fn empty() -> Result<String, Failure> {
    listen(|connection| {
        thread::spawn(move || {
            // A client may go away at any time.
            let _ = answer(connection);
        });
    })
}

fn listen(mut accept: impl FnMut(TcpStream) + Send + 'static) -> Result<String, Failure> {
    let failure = |source| Failure::Start { command: "a listener on loopback".into(), source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failure)?;
    let address = listener.local_addr().map_err(failure)?;
    thread::spawn(move || listener.incoming().flatten().for_each(&mut accept));
    Ok(format!("http://{address}"))
}

fn answer(mut connection: TcpStream) -> std::io::Result<()> {
    let lines = BufReader::new(connection.try_clone()?).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let is_stream = head.first().is_some_and(|request| request.contains("/events"));
    let (kind, body) = if is_stream { ("text/event-stream", "") } else { ("application/json", "[]") };
    let length = body.len();
    write!(
        connection,
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}
