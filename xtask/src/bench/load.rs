//! Callers over loopback: as many connections as asked for, each with one request on its way at a time.
//!
//! A thread for each connection and no HTTP library: what it costs, it costs every peer alike.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

/// How many callers there are.
pub(crate) const CONNECTIONS: usize = 64;

/// How long an answer may take. Nobody needs a tenth of it but who waits for a replacement.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was measured.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    /// How long each answer took, the shortest first.
    took: Vec<Duration>,
    /// Answers of another status, and connections that broke.
    pub(crate) failed: usize,
    over: Duration,
}

impl Measured {
    /// Returns how many requests were answered in a second.
    pub(crate) fn rate(&self) -> f64 {
        f64::from(u32::try_from(self.took.len()).unwrap_or(u32::MAX))
            / self.over.as_secs_f64().max(f64::EPSILON)
    }

    /// Returns how long the fastest so many of a hundred answers took at most, in milliseconds.
    pub(crate) fn within(&self, percent: usize) -> f64 {
        let place = self.took.len() * percent / 100;
        let took = self.took.get(place.min(self.took.len().saturating_sub(1)));
        took.copied().unwrap_or_default().as_secs_f64() * 1000.0
    }

    /// Returns how long the slowest answer took.
    pub(crate) fn longest(&self) -> Duration {
        self.took.last().copied().unwrap_or_default()
    }

    pub(crate) fn count(&self) -> usize {
        self.took.len()
    }
}

/// Sends `request` from every connection for so long, and times the answers.
pub(crate) fn drive(address: SocketAddr, request: &[u8], status: &str, time: Duration) -> Measured {
    let end = Instant::now() + time;
    drive_while(address, request, status, CONNECTIONS, &|| Instant::now() < end)
}

/// Sends `request` from so many connections while it shall go on, and times the answers.
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
    while goes_on() {
        let started = Instant::now();
        match answered(&mut connection, address, request, status) {
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

/// Sends one request, connecting first where there is no connection, and reads the whole answer.
fn answered(
    connection: &mut Option<BufReader<TcpStream>>,
    address: SocketAddr,
    request: &[u8],
    status: &str,
) -> io::Result<bool> {
    let open = if let Some(open) = connection {
        open
    } else {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        connection.insert(BufReader::with_capacity(64 * 1024, stream))
    };
    open.get_mut().write_all(request)?;
    let (as_wished, length, close) = head(open, status)?;
    match length {
        Some(length) => {
            io::copy(&mut open.take(length), &mut io::sink())?;
        }
        None => {
            io::copy(open, &mut io::sink())?;
        }
    }
    if close || length.is_none() {
        *connection = None;
    }
    Ok(as_wished)
}

/// Reads the head of an answer: whether it is of this status, how long the body is, and whether it is the last.
fn head(open: &mut BufReader<TcpStream>, status: &str) -> io::Result<(bool, Option<u64>, bool)> {
    let mut line = String::new();
    open.read_line(&mut line)?;
    let as_wished = line.split(' ').nth(1) == Some(status);
    let mut close = line.starts_with("HTTP/1.0");
    let mut length = None;
    loop {
        line.clear();
        if open.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            return Ok((as_wished, length, close));
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok();
        } else if name.eq_ignore_ascii_case("connection") {
            close = value.trim().eq_ignore_ascii_case("close");
        }
    }
}
