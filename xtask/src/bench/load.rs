//! A load generator over loopback: a given number of connections, each with one request in flight at a time.
//!
//! It uses one thread per connection and no HTTP library, so its cost is the same for every peer, however many headers
//! the peer sends.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use memchr::memmem;

/// The default number of connections.
pub(crate) const CONNECTIONS: usize = 64;

/// The read timeout. Only a request that waits for a replaced container needs more than a tenth of it.
const READ_TIMEOUT: Duration = Duration::from_mins(1);

/// The result of a measurement.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    /// The response times, shortest first.
    took: Vec<Duration>,
    /// The number of responses with another status and of broken connections.
    pub(crate) failed: usize,
    over: Duration,
}

impl Measured {
    /// Returns the number of responses per second.
    pub(crate) fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.took.len()).unwrap_or(u32::MAX))
            / self.over.as_secs_f64().max(f64::EPSILON)
    }

    /// Returns a percentile of the response times, in milliseconds.
    pub(crate) fn within(&self, percent: usize) -> f64 {
        let place = self.took.len() * percent / 100;
        let took = self.took.get(place.min(self.took.len().saturating_sub(1)));
        took.copied().unwrap_or_default().as_secs_f64() * 1000.0
    }

    /// Returns the longest response time.
    pub(crate) fn longest(&self) -> Duration {
        self.took.last().copied().unwrap_or_default()
    }

    pub(crate) fn count(&self) -> usize {
        self.took.len()
    }
}

/// Sends `request` over [`CONNECTIONS`] connections for `time`, and measures the response times.
pub(crate) fn drive(address: SocketAddr, request: &[u8], status: &str, time: Duration) -> Measured {
    let end = Instant::now() + time;
    drive_while(address, request, status, CONNECTIONS, &|| Instant::now() < end)
}

/// Sends `request` over `connections` connections while `goes_on` returns `true`, and measures the response times.
pub(crate) fn drive_while(
    address: SocketAddr,
    request: &[u8],
    status: &str,
    connections: usize,
    goes_on: &(dyn Fn() -> bool + Sync),
) -> Measured {
    let start = Barrier::new(connections + 1);
    thread::scope(|scope| {
        let callers: Vec<_> = (0..connections)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    call(address, request, status, goes_on)
                })
            })
            .collect();
        start.wait();
        let started = Instant::now();
        let mut all = Measured::default();
        for caller in callers {
            let one = caller.join().unwrap_or_default();
            all.took.extend(one.took);
            all.failed += one.failed;
        }
        all.over = started.elapsed();
        all.took.sort_unstable();
        all
    })
}

fn call(address: SocketAddr, request: &[u8], status: &str, goes_on: &dyn Fn() -> bool) -> Measured {
    let mut measured = Measured::default();
    let mut connection = None;
    let mut buffer = vec![0; 256 * 1024];
    while goes_on() {
        let started = Instant::now();
        match answered(&mut connection, address, request, status, &mut buffer) {
            Ok(true) => measured.took.push(started.elapsed()),
            Ok(false) => measured.failed += 1,
            Err(_) => {
                connection = None;
                measured.failed += 1;
            }
        }
    }
    measured
}

/// Sends one request, connecting first if necessary, and reads the whole response.
fn answered(
    connection: &mut Option<TcpStream>,
    address: SocketAddr,
    request: &[u8],
    status: &str,
    buffer: &mut [u8],
) -> io::Result<bool> {
    let open = if let Some(open) = connection {
        open
    } else {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(READ_TIMEOUT))?;
        connection.insert(stream)
    };
    open.write_all(request)?;
    let (head, read) = read_head(open, buffer)?;
    let mut left = match head.length {
        Some(length) => length.saturating_sub(read),
        None => usize::MAX,
    };
    while left > 0 {
        match open.read(buffer)? {
            0 if head.length.is_none() => break,
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => left = left.saturating_sub(read),
        }
    }
    if head.is_last || head.length.is_none() {
        *connection = None;
    }
    Ok(head.status == status.as_bytes())
}

/// The required parts of a response head.
struct Head {
    status: [u8; 3],
    /// The length of the body; without it, the body ends with the connection.
    length: Option<usize>,
    is_last: bool,
}

/// Reads at least the whole head; also returns the number of body bytes that were read with it.
fn read_head(open: &mut TcpStream, buffer: &mut [u8]) -> io::Result<(Head, usize)> {
    let mut filled = 0;
    loop {
        let read = open.read(&mut buffer[filled..])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        filled += read;
        if let Some(end) = memmem::find(&buffer[..filled], b"\r\n\r\n") {
            return Ok((head(&buffer[..end]), filled - end - 4));
        }
    }
}

fn head(bytes: &[u8]) -> Head {
    let mut status = [0; 3];
    status.iter_mut().zip(bytes.iter().skip("HTTP/1.1 ".len())).for_each(|(to, from)| *to = *from);
    // Servers use either spelling.
    let value = ["content-length: ", "Content-Length: "].iter().find_map(|name| {
        let at = memmem::find(bytes, name.as_bytes())? + name.len();
        bytes[at..].split(|byte| *byte == b'\r').next()
    });
    let length = value.and_then(|value| std::str::from_utf8(value).ok()?.trim().parse().ok());
    let says_so = ["connection: close", "Connection: close"].iter();
    let is_last = bytes.starts_with(b"HTTP/1.0")
        || says_so.into_iter().any(|words| memmem::find(bytes, words.as_bytes()).is_some());
    Head { status, length, is_last }
}
