//! A stub web service: it sends the responses of a test and records the requests.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A received request.
#[derive(Debug, Clone)]
pub(crate) struct ReceivedRequest {
    /// Method and path, such as `GET /trucks`.
    pub(crate) what: String,
    /// The header lines, in lower case.
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

/// A stub that listens until the test ends.
pub(crate) struct Stub {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<ReceivedRequest>>>,
}

impl Stub {
    /// Starts a stub that responds to each request with the status and body from `answer`.
    pub(crate) fn start(answer: impl Fn(&ReceivedRequest) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let remembered = Arc::clone(&requests);
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let Some(request) = read(&connection) else { continue };
                remembered.lock().unwrap().push(request.clone());
                let (status, body) = answer(&request);
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                // A client that does not wait for the response does not need it.
                let _ = (&connection).write_all(answer.as_bytes());
            }
        });
        Self { url, requests }
    }

    pub(crate) fn requests(&self) -> Vec<ReceivedRequest> {
        self.requests.lock().unwrap().clone()
    }
}

fn read(connection: &TcpStream) -> Option<ReceivedRequest> {
    let mut reader = BufReader::new(connection);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let what = head.first()?.rsplit_once(' ')?.0.to_owned();
    let headers: Vec<_> = head[1..].iter().map(|line| line.to_lowercase()).collect();
    let length = headers.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    Some(ReceivedRequest { what, headers, body: String::from_utf8_lossy(&body).into_owned() })
}
