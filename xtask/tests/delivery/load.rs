//! Clients that continuously read and add trucks, each over one connection for as long as the server keeps it open.
#![expect(clippy::unwrap_used, reason = "a client thread that cannot be joined has failed")]

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::http::TRUCK;

/// Running clients.
#[derive(Debug)]
pub(crate) struct Load {
    callers: Vec<JoinHandle<Answers>>,
    over: Arc<AtomicBool>,
}

/// The results of the clients.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// The number of requests with the expected response.
    pub(crate) right: usize,
    /// The number of these requests that added a truck.
    pub(crate) added: usize,
    /// All other responses, and errors.
    pub(crate) failures: Vec<String>,
}

impl Load {
    /// Starts reading and writing clients.
    pub(crate) fn of_everything(port: u16) -> Self {
        Self::start(port, &[false, true, false, true])
    }

    /// Starts reading clients only.
    pub(crate) fn of_readers(port: u16) -> Self {
        Self::start(port, &[false; 4])
    }

    fn start(port: u16, callers: &[bool]) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let call = |writes: &bool| {
            let (over, writes) = (over.clone(), *writes);
            thread::spawn(move || call(port, writes, &over))
        };
        Self { callers: callers.iter().map(call).collect(), over }
    }

    /// Lets each client finish its request, and returns the combined results.
    pub(crate) fn end(self) -> Answers {
        self.over.store(true, Ordering::Relaxed);
        let mut all = Answers::default();
        for caller in self.callers {
            let one = caller.join().unwrap();
            all.right += one.right;
            all.added += one.added;
            all.failures.extend(one.failures);
        }
        all
    }
}

fn call(port: u16, writes: bool, over: &AtomicBool) -> Answers {
    let (request, wanted) = if writes {
        let length = TRUCK.len();
        let head = "POST /trucks HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
        (format!("{head}content-length: {length}\r\n\r\n{TRUCK}"), 201)
    } else {
        ("GET /trucks?limit=1 HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(), 200)
    };
    let mut answers = Answers::default();
    let mut connection = None;
    while !over.load(Ordering::Relaxed) {
        match answer(&mut connection, port, &request) {
            Ok((status, _)) if status == wanted => {
                answers.right += 1;
                answers.added += usize::from(writes);
            }
            Ok((status, output)) => answers.failures.push(format!("{status}: {output}")),
            Err(error) => {
                connection = None;
                answers.failures.push(error.to_string());
            }
        }
        // Frequent enough to hit every moment of a replacement; a higher rate would only slow the machine down.
        thread::sleep(Duration::from_millis(5));
    }
    answers
}

/// Sends a request, over a new connection if there is none, and returns the status and the body of the response.
fn answer(
    connection: &mut Option<BufReader<TcpStream>>,
    port: u16,
    request: &str,
) -> io::Result<(u16, String)> {
    let open = if let Some(open) = connection {
        open
    } else {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        connection.insert(BufReader::new(stream))
    };
    open.get_mut().write_all(request.as_bytes())?;
    let mut line = String::new();
    open.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| io::Error::other(format!("no answer but {line:?}")))?;
    let (mut length, mut closes) = (0, false);
    while line != "\r\n" {
        line.clear();
        if open.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let lower = line.to_ascii_lowercase();
        if let Some(bytes) = lower.strip_prefix("content-length:") {
            length = bytes.trim().parse().map_err(io::Error::other)?;
        }
        closes |= lower.trim() == "connection: close";
    }
    let mut output = String::new();
    open.take(length).read_to_string(&mut output)?;
    if closes {
        *connection = None;
    }
    Ok((status, output))
}
