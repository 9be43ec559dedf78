//! A service with the responses of an attack; it records what it receives.

use std::{
    fmt::Write as _,
    io::{self, BufRead, BufReader, Read, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
};

use crate::failure::Failure;

/// The maximum size of a request.
const LARGEST: usize = 1024 * 1024;

/// The maximum size of the record of all requests.
const MOST: usize = 16 * 1024 * 1024;

/// A received request.
#[derive(Debug, Clone)]
pub(super) struct ReceivedRequest {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    /// The headers, with names in lower case.
    pub(super) headers: Vec<(String, String)>,
}

impl ReceivedRequest {
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }
}

/// A listener on loopback that stops when dropped.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    received: Mutex<Vec<u8>>,
    requests: AtomicUsize,
    over: AtomicBool,
}

/// Sends the response to one request; an error closes the connection.
type Answers = dyn Fn(&ReceivedRequest, &mut TcpStream) -> io::Result<()> + Send + Sync;

impl Peer {
    pub(super) fn start(
        answers: impl Fn(&ReceivedRequest, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Result<Self, Failure> {
        let here = Failure::file("listen on", "127.0.0.1");
        let listener = TcpListener::bind("127.0.0.1:0").map_err(here)?;
        let address = listener.local_addr().map_err(Failure::file("listen on", "127.0.0.1"))?;
        let (shared, answers): (_, Arc<Answers>) = (Arc::new(Shared::default()), Arc::new(answers));
        let own = Arc::clone(&shared);
        let accepting = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if own.over.load(Ordering::Relaxed) {
                    return;
                }
                let (shared, answers) = (Arc::clone(&own), Arc::clone(&answers));
                thread::spawn(move || while serve(&stream, &shared, &*answers).is_ok() {});
            }
        });
        Ok(Self { address, shared, listener: Some(accepting) })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns all recorded bytes.
    pub(super) fn received(&self) -> Vec<u8> {
        self.shared.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn requests(&self) -> usize {
        self.shared.requests.load(Ordering::Relaxed)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        // A last connection unblocks the listener.
        let _ = TcpStream::connect(self.address);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn serve(stream: &TcpStream, shared: &Shared, answers: &Answers) -> io::Result<()> {
    let request = read(stream, shared)?;
    shared.requests.fetch_add(1, Ordering::Relaxed);
    answers(&request, &mut stream.try_clone()?)
}

/// Reads one request and records it.
fn read(stream: &TcpStream, shared: &Shared) -> io::Result<ReceivedRequest> {
    let mut reader = BufReader::with_capacity(1, stream).take(LARGEST as u64);
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        shared.keep(&line);
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if text.is_empty() {
            break;
        }
        lines.push(text);
    }
    let mut words = lines.first().map_or("", String::as_str).split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let header = |line: &String| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_ascii_lowercase(), value.trim().to_owned()))
    };
    let headers = lines.iter().skip(1).filter_map(header).collect();
    let request = ReceivedRequest { method: method.to_owned(), target: target.to_owned(), headers };
    let mut body = vec![0; request.header("content-length").parse().unwrap_or(0).min(LARGEST)];
    reader.read_exact(&mut body)?;
    shared.keep(&body);
    Ok(request)
}

impl Shared {
    fn keep(&self, bytes: &[u8]) {
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        if received.len() + bytes.len() <= MOST {
            received.extend_from_slice(bytes);
        }
    }
}

/// Writes a complete response.
pub(super) fn reply(
    stream: &mut TcpStream,
    status: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str("\r\n");
    stream.write_all(&[head.as_bytes(), body].concat())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::super::exchange::{ask, request};
    use super::*;

    #[test]
    fn a_peer_answers_and_keeps_what_it_was_sent() {
        let peer = Peer::start(|request, stream| {
            assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/x?y"));
            reply(stream, "200 OK", &[("content-type", "text/plain")], request.header("x-a").as_bytes())
        })
        .unwrap();
        let post = request("POST", "/x?y", &["X-A: 1"], b"body");
        let answer =
            ask(peer.address, Ipv4Addr::LOCALHOST, &post, std::time::Duration::from_secs(20)).unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"1"[..]));
        assert_eq!((peer.requests(), peer.received()), (1, post));
    }
}
