//! An HTTP/1.1 exchange over loopback, from a given source address.

use std::{
    fmt::Write as _,
    io::{self, Read, Write as _},
    net::{Ipv4Addr, Shutdown, SocketAddr, SocketAddrV4, TcpStream},
    os::fd::OwnedFd,
    time::Duration,
};

use memchr::memmem;
use rustix::net::{AddressFamily, SocketType, bind, connect, socket};

/// The maximum size of a response.
const LARGEST: usize = 64 * 1024 * 1024;

/// A response.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Returns the value of a header; the name is case-insensitive.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.trim()))
    }
}

/// Connects from a given source address, to appear as a separate client.
pub(super) fn connected(to: SocketAddr, from: Ipv4Addr, limit: Duration) -> io::Result<TcpStream> {
    let socket: OwnedFd = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    bind(&socket, &SocketAddrV4::new(from, 0))?;
    connect(&socket, &to)?;
    let stream = TcpStream::from(socket);
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(limit))?;
    stream.set_write_timeout(Some(limit))?;
    Ok(stream)
}

/// Sends a request over a new connection and reads the response.
pub(super) fn ask(to: SocketAddr, from: Ipv4Addr, request: &[u8], limit: Duration) -> io::Result<Answer> {
    let mut stream = connected(to, from, limit)?;
    // The server may stop reading early and still send a response.
    let sent = stream.write_all(request);
    read_answer(&mut stream).or_else(|error| sent.and(Err(error)))
}

/// Sends arbitrary bytes, closes the sending half, and returns the status of the first response, if any.
pub(super) fn status_of(to: SocketAddr, from: Ipv4Addr, bytes: &[u8], limit: Duration) -> Option<u16> {
    let mut stream = connected(to, from, limit).ok()?;
    // The server may stop reading early.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut head = [0; 64];
    let read = stream.read(&mut head).ok()?;
    String::from_utf8_lossy(&head[..read]).split(' ').nth(1)?.parse().ok()
}

/// Sends a `GET` request for a path.
pub(super) fn get(to: SocketAddr, path: &str, limit: Duration) -> io::Result<Answer> {
    ask(to, Ipv4Addr::LOCALHOST, request("GET", path, &[], b"").as_slice(), limit)
}

/// Returns the bytes of a request that closes its connection.
pub(super) fn request(method: &str, path: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    if !body.is_empty() {
        let _ = write!(request, "content-length: {}\r\n", body.len());
    }
    request.push_str("\r\n");
    [request.as_bytes(), body].concat()
}

/// Reads a response up to its `Content-Length`, or else to the end of the connection.
pub(super) fn read_answer(stream: &mut impl Read) -> io::Result<Answer> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = stream.read(&mut buffer)?;
        bytes.extend_from_slice(&buffer[..read]);
        if bytes.len() > LARGEST {
            return Err(io::Error::other("the answer has no end"));
        }
        if let Some(answer) = answer(&bytes, read == 0)? {
            return Ok(answer);
        }
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Returns the response once it is complete.
fn answer(bytes: &[u8], is_closed: bool) -> io::Result<Option<Answer>> {
    let Some(end) = memmem::find(bytes, b"\r\n\r\n") else { return Ok(None) };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("no answer but {head:?}")))?;
    let mut answer = Answer { status, head, body: bytes[end + 4..].to_vec() };
    let length = answer.header("content-length").and_then(|length| length.parse::<usize>().ok());
    let is_whole = is_closed || length.is_some_and(|length| answer.body.len() >= length);
    if let Some(length) = length {
        answer.body.truncate(length);
    }
    Ok(is_whole.then_some(answer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_with_its_length_or_with_its_connection() {
        let mut bytes: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokmore";
        let answer = read_answer(&mut bytes).unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"ok"[..]));
        let mut closed: &[u8] = b"HTTP/1.1 503 Busy\r\n\r\nlater";
        assert_eq!(read_answer(&mut closed).unwrap().body, b"later");
        let mut cut: &[u8] = b"HTTP/1.1 200 OK\r\n";
        assert!(read_answer(&mut cut).is_err());
    }
}
