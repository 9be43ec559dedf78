//! Repeated requests during an attack, as from a load balancer or another client.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::exchange::{ask, request};

/// The response timeout. It is longer than any bound, so that the exceeding time is measured.
const LIMIT: Duration = Duration::from_secs(20);

const INTERVAL: Duration = Duration::from_millis(100);

/// The results of a probe.
#[derive(Debug, Default)]
pub(super) struct Probed {
    pub(super) worst: Duration,
    pub(super) answered: usize,
    pub(super) failures: Vec<String>,
}

/// A thread that repeats a request.
#[derive(Debug)]
pub(super) struct Probe {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Probed>,
}

impl Probe {
    /// Requests a path from a source address, over a new connection each time; each response must be 200.
    pub(super) fn start(to: SocketAddr, from: Ipv4Addr, path: &str) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (stop, question) = (Arc::clone(&over), request("GET", path, &[], b""));
        let thread = thread::spawn(move || {
            let mut probed = Probed::default();
            loop {
                let started = Instant::now();
                match ask(to, from, &question, LIMIT) {
                    Ok(answer) if answer.status == 200 => probed.answered += 1,
                    Ok(answer) => probed.failures.push(format!("{}", answer.status)),
                    Err(error) => probed.failures.push(error.to_string()),
                }
                probed.worst = probed.worst.max(started.elapsed());
                // At least one request is sent.
                if stop.load(Ordering::Relaxed) {
                    return probed;
                }
                thread::sleep(INTERVAL);
            }
        });
        Self { over, thread }
    }

    pub(super) fn end(self) -> Probed {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}
