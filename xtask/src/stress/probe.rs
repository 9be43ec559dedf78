//! Questions that are asked all the while, as a load balancer or another client asks them.

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

/// How long a question waits for its answer: longer than any bound, so that the figure is known.
const LIMIT: Duration = Duration::from_secs(20);

const INTERVAL: Duration = Duration::from_millis(100);

/// What became of the questions.
#[derive(Debug, Default)]
pub(super) struct Probed {
    pub(super) worst: Duration,
    pub(super) answered: usize,
    pub(super) failures: Vec<String>,
}

/// Asks the same again and again.
#[derive(Debug)]
pub(super) struct Probe {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Probed>,
}

impl Probe {
    /// Asks for a path from an address, over a new connection each time; each answer must be 200.
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
                // At least one question is asked.
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
