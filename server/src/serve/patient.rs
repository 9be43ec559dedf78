//! A connection whose other end may be slow, but not for ever.
//!
//! A head must be whole soon after its first byte, and a connection over which nothing moves is let go. Between two
//! requests it may stay for longer than load balancers keep it, for one that is closed by us just when they use it again
//! costs a caller an answer.
//!
//! Setting a timer costs the runtime more than reading a head does. So there is one, which is left to run while all is
//! well: it goes off once in a while, and looks whether anything has moved since.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep},
};

/// What is told to whoever does not get a head done; hyper has not written anything then.
const TOO_SLOW: &[u8] = b"HTTP/1.1 408 Request Timeout\r\ncontent-type: application/problem+json\r\nconnection: close\r\n\
    content-length: 107\r\n\r\n{\"title\":\"Request Timeout\",\"status\":408,\"detail\":\"the head of the request was not over in time; try again\"}";

/// How long things may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// From the first byte of a head to its last.
    pub(super) head: Duration,
    /// Without a byte in either direction.
    pub(super) idle: Duration,
}

/// What a connection is at. Its service says when a request has come, and when it has its answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Phase(Arc<AtomicU8>);

const BETWEEN: u8 = 0;
const HEAD: u8 = 1;
const AT_WORK: u8 = 2;

impl Phase {
    /// The head is whole, and somebody works on the answer: that has a limit of its own.
    pub(super) fn begin(&self) {
        self.0.store(AT_WORK, Ordering::Relaxed);
    }

    /// The answer is being written.
    pub(super) fn end(&self) {
        self.0.store(BETWEEN, Ordering::Relaxed);
    }

    fn get(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Reads and writes as `io` does, until that takes too long.
pub(super) struct Patient<IO> {
    io: IO,
    patience: Patience,
    phase: Phase,
    timer: Pin<Box<Sleep>>,
    /// Whether the timer is set to the end of the head that is being read.
    for_head: bool,
    /// Whether a byte came or went since the timer was set.
    moved: bool,
    /// Whether there is something to write that the other end does not take.
    blocked: bool,
}

impl<IO> Patient<IO> {
    pub(super) fn new(io: IO, patience: Patience, phase: Phase) -> Self {
        let timer = Box::pin(sleep(patience.idle));
        Self { io, patience, phase, timer, for_head: false, moved: false, blocked: false }
    }

    /// Says whether it took too long, and otherwise has the task woken when it may have.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let in_head = self.phase.get() == HEAD;
        if in_head != self.for_head {
            self.set(in_head);
        }
        while self.timer.as_mut().poll(context).is_ready() {
            let at_work = self.phase.get() == AT_WORK && !self.blocked;
            // While an answer is under way, what else has come may wait.
            if (in_head && !self.blocked) || !(self.moved || at_work) {
                return true;
            }
            self.set(false);
        }
        false
    }

    fn set(&mut self, for_head: bool) {
        let wait = if for_head { self.patience.head } else { self.patience.idle };
        self.timer.as_mut().reset(Instant::now() + wait);
        self.for_head = for_head;
        self.moved = false;
    }

    fn written<T>(&mut self, context: &mut Context<'_>, wrote: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        self.blocked = wrote.is_pending();
        if self.blocked && self.is_over(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        self.moved |= !self.blocked;
        wrote
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncRead for Patient<IO> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut self.io).poll_read(context, buffer) {
            self.moved = true;
            if self.phase.get() == BETWEEN && buffer.filled().len() > before {
                self.phase.0.store(HEAD, Ordering::Relaxed);
            }
            return Poll::Ready(read);
        }
        if !self.is_over(context) {
            return Poll::Pending;
        }
        if self.phase.get() == HEAD && !self.blocked {
            // What does not fit into an empty buffer at once is not worth waiting for.
            let _ = Pin::new(&mut self.io).poll_write(context, TOO_SLOW);
        }
        // It reads as if the other end had closed it.
        Poll::Ready(Ok(()))
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Patient<IO> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.io).poll_write(context, bytes);
        self.written(context, wrote)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.io).poll_write_vectored(context, bytes);
        self.written(context, wrote)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const PATIENCE: Patience = Patience { head: Duration::from_secs(10), idle: Duration::from_secs(75) };

    fn connected() -> (DuplexStream, Patient<DuplexStream>, Phase) {
        let (far, near) = duplex(256);
        let phase = Phase::default();
        (far, Patient::new(near, PATIENCE, phase.clone()), phase)
    }

    #[test]
    fn the_length_of_what_is_told_is_true() {
        let told = String::from_utf8(TOO_SLOW.to_vec()).unwrap();
        let (head, body) = told.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
        let _: hello_shared::Problem = serde_json::from_str(body).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_comes_letter_by_letter_is_cut_off_and_told_why() {
        let (mut far, mut near, _) = connected();
        let started = Instant::now();
        let slow = async {
            for _ in 0..6 {
                far.write_all(b"G").await.unwrap();
                tokio::time::sleep(2 * SECOND).await;
            }
            far
        };
        let (mut far, end) = tokio::join!(slow, async {
            let mut head = [0; 100];
            while near.read(&mut head).await.unwrap() > 0 {}
            started.elapsed()
        });
        assert_eq!(end, 10 * SECOND);
        drop(near);
        let mut told = String::new();
        far.read_to_string(&mut told).await.unwrap();
        assert!(told.starts_with("HTTP/1.1 408"), "{told}");
    }

    #[tokio::test(start_paused = true)]
    async fn between_two_requests_a_connection_stays_longer_than_a_head_may_take() {
        let (mut far, mut near, phase) = connected();
        let mut head = [0; 100];
        for _ in 0..5 {
            far.write_all(b"GET").await.unwrap();
            assert_eq!(near.read(&mut head).await.unwrap(), 3);
            phase.begin();
            near.write_all(b"200").await.unwrap();
            phase.end();
            assert!(tokio::time::timeout(70 * SECOND, near.read(&mut head)).await.is_err());
        }
        assert_eq!(near.read(&mut head).await.unwrap(), 0, "in the end it is let go");
        assert_eq!(far.read(&mut head).await.unwrap(), 15, "without a word");
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_while_an_answer_is_taken_slowly_may_wait() {
        let (mut far, mut near, phase) = connected();
        phase.begin();
        phase.end();
        far.write_all(b"GET").await.unwrap();
        let mut head = [0; 3];
        assert_eq!(near.read(&mut head).await.unwrap(), 3);
        let ((), sent) = tokio::join!(
            async {
                let mut part = [0; 256];
                for _ in 0..8 {
                    tokio::time::sleep(5 * SECOND).await;
                    far.read_exact(&mut part).await.unwrap();
                    assert_eq!(part, [7; 256], "nothing comes between");
                }
            },
            near.write_all(&[7; 8 * 256])
        );
        sent.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn work_has_its_own_limit_and_an_answer_that_nobody_takes_is_given_up() {
        let (_far, mut near, phase) = connected();
        phase.begin();
        let mut head = [0; 100];
        assert!(tokio::time::timeout(300 * SECOND, near.read(&mut head)).await.is_err());
        let refused = near.write_all(&[0; 10_000]).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::TimedOut);
    }
}
