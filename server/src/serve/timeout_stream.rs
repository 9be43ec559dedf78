//! A connection with timeouts for slow clients.
//!
//! The head of a request must be complete soon after its first byte. A response must be read at a minimum rate once its
//! writing is blocked. A connection without traffic is closed. Between two requests it stays open longer than load
//! balancers keep it, because closing it just when it is reused fails a request.
//!
//! Setting a timer costs the runtime more than reading a head. So there is only one timer. It may fire early, and is
//! then reset to the current deadline.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

use super::{
    activity::{Activity, Phase},
    min_rate::{MinRate, Progress},
};

/// The response when the head of a request times out. hyper has not written anything at that point.
const HEAD_TIMEOUT: &[u8] = b"HTTP/1.1 408 Request Timeout\r\ncontent-type: application/problem+json\r\nconnection: close\r\n\
    content-length: 107\r\n\r\n{\"title\":\"Request Timeout\",\"status\":408,\"detail\":\"the head of the request was not over in time; try again\"}";

/// The timeouts of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timeouts {
    /// From the first byte of a head to its last.
    pub(super) head: Duration,
    /// Without a byte in either direction.
    pub(super) idle: Duration,
    /// The minimum rate at which a response must be read.
    pub(super) response: MinRate,
}

/// A stream that can detect, without reading, whether its peer is gone.
pub(super) trait Connected {
    /// Completes when the client has closed its sending side, or the connection is broken.
    fn poll_gone(&self, context: &mut Context<'_>) -> Poll<()>;
}

impl Connected for TcpStream {
    fn poll_gone(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut byte = [0];
        let mut byte = ReadBuf::new(&mut byte);
        match ready!(self.poll_peek(context, &mut byte)) {
            // This is the next request, which may wait.
            Ok(1..) => Poll::Pending,
            Ok(0) | Err(_) => Poll::Ready(()),
        }
    }
}

/// Reads and writes like `io`, until a timeout.
pub(super) struct TimeoutStream<IO> {
    io: IO,
    timeouts: Timeouts,
    activity: Activity,
    timer: Pin<Box<Sleep>>,
    /// When a byte was last received or sent.
    moved: Instant,
    /// When the first byte of the current head arrived.
    head_began: Instant,
    /// The progress of the response, from the first blocked write.
    taken: Progress,
}

impl<IO> TimeoutStream<IO> {
    pub(super) fn new(io: IO, timeouts: Timeouts, activity: Activity) -> Self {
        let now = Instant::now();
        let timer = Box::pin(sleep(timeouts.idle));
        let taken = Progress::at(timeouts.response);
        Self { io, timeouts, activity, timer, moved: now, head_began: now, taken }
    }

    /// Returns when to close the connection if nothing happens before; `None` while a request is being processed.
    fn deadline(&self) -> Option<Instant> {
        if self.activity.is_blocked() {
            return self.taken.deadline();
        }
        match self.activity.phase() {
            Phase::Head => Some(self.head_began + self.timeouts.head),
            Phase::Work => None,
            Phase::Idle | Phase::Response | Phase::Events => Some(self.moved + self.timeouts.idle),
        }
    }

    /// Reports whether the deadline has passed, and otherwise has the task woken when it does.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        if let Some(deadline) = self.deadline()
            && deadline < self.timer.deadline()
        {
            self.timer.as_mut().reset(deadline);
        }
        while self.timer.as_mut().poll(context).is_ready() {
            let now = Instant::now();
            match self.deadline() {
                Some(deadline) if deadline <= now => return true,
                Some(deadline) => self.timer.as_mut().reset(deadline),
                None => self.timer.as_mut().reset(now + self.timeouts.idle),
            }
        }
        false
    }

    fn written(
        &mut self,
        context: &mut Context<'_>,
        wrote: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        let now = Instant::now();
        match wrote {
            Poll::Ready(Ok(bytes)) => {
                self.moved = now;
                self.taken.advance(bytes, now);
                if self.activity.is_blocked() {
                    self.activity.unblock();
                }
            }
            Poll::Pending => {
                if !self.activity.is_blocked() {
                    self.taken.wait(now);
                    self.activity.block(now);
                }
                if self.is_over(context) {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
            }
            Poll::Ready(Err(_)) => {}
        }
        wrote
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncRead for TimeoutStream<IO> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut self.io).poll_read(context, buffer) {
            self.moved = Instant::now();
            let is_next = matches!(self.activity.phase(), Phase::Idle | Phase::Response);
            if is_next && buffer.filled().len() > before {
                self.head_began = self.moved;
                self.activity.enter_at(Phase::Head, self.moved);
            }
            return Poll::Ready(read);
        }
        // hyper reads the next request only after the previous response is done.
        if self.activity.phase() == Phase::Response {
            self.activity.enter_at(Phase::Idle, self.moved);
        }
        if !self.is_over(context) {
            return Poll::Pending;
        }
        if self.activity.phase() == Phase::Head && !self.activity.is_blocked() {
            // If the response does not fit into the empty send buffer at once, it is not worth waiting.
            let _ = Pin::new(&mut self.io).poll_write(context, HEAD_TIMEOUT);
        }
        // This reads as if the peer had closed the connection.
        Poll::Ready(Ok(()))
    }
}

impl<IO: AsyncWrite + Connected + Unpin> AsyncWrite for TimeoutStream<IO> {
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

    /// Called whenever all pending data is written.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.taken.reset();
        match self.activity.phase() {
            // A half-closed connection still takes a response, but not an endless one.
            Phase::Events if self.io.poll_gone(context).is_ready() => {
                return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
            }
            // Nothing is read in these phases, so the deadline is checked here.
            Phase::Events | Phase::Response if self.is_over(context) => {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            _ => {}
        }
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
        time::timeout,
    };

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const TIMEOUTS: Timeouts = Timeouts {
        head: Duration::from_secs(10),
        idle: Duration::from_secs(75),
        response: MinRate { grace: Duration::from_secs(10), rate: 100 },
    };

    impl Connected for DuplexStream {
        fn poll_gone(&self, _: &mut Context<'_>) -> Poll<()> {
            Poll::Pending
        }
    }

    fn connected() -> (DuplexStream, TimeoutStream<DuplexStream>, Activity) {
        let (far, near) = duplex(256);
        let activity = Activity::begin(Instant::now());
        (far, TimeoutStream::new(near, TIMEOUTS, activity.clone()), activity)
    }

    #[test]
    fn the_timeout_response_has_its_length() {
        let response = String::from_utf8(HEAD_TIMEOUT.to_vec()).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
        let _: hello_shared::Problem = serde_json::from_str(body).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_dripping_head_times_out_with_408() {
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
        let mut response = String::new();
        far.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 408"), "{response}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_is_closed_exactly_after_the_idle_timeout() {
        for requests in 0..3u32 {
            let (mut far, mut near, activity) = connected();
            let mut head = [0; 100];
            for _ in 0..requests {
                far.write_all(b"GET").await.unwrap();
                assert_eq!(near.read(&mut head).await.unwrap(), 3);
                activity.enter(Phase::Work);
                near.write_all(b"200").await.unwrap();
                activity.enter(Phase::Response);
                assert!(timeout(70 * SECOND, near.read(&mut head)).await.is_err());
            }
            let last = Instant::now() - if requests == 0 { Duration::ZERO } else { 70 * SECOND };
            assert_eq!(near.read(&mut head).await.unwrap(), 0, "it reads as closed");
            assert_eq!(last.elapsed(), 75 * SECOND, "after {requests} requests");
            drop(near);
            let mut written = Vec::new();
            far.read_to_end(&mut written).await.unwrap();
            assert_eq!(written.len(), 3 * requests as usize, "nothing else is written");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_response_stream_ends_after_the_idle_timeout() {
        let (_far, mut near, activity) = connected();
        activity.enter(Phase::Response);
        near.write_all(b"a part").await.unwrap();
        let started = Instant::now();
        let end = std::future::poll_fn(|context| match Pin::new(&mut near).poll_flush(context) {
            Poll::Ready(Err(error)) => Poll::Ready(error),
            _ => Poll::Pending,
        });
        assert_eq!(end.await.kind(), io::ErrorKind::TimedOut);
        assert_eq!(started.elapsed(), 75 * SECOND);
    }

    /// Writes this many bytes. Returns how long that took, as an error if it timed out.
    async fn written(near: &mut TimeoutStream<DuplexStream>, bytes: usize) -> Result<Duration, Duration> {
        let started = Instant::now();
        match near.write_all(&vec![7; bytes]).await {
            Ok(()) => Ok(started.elapsed()),
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::TimedOut);
                Err(started.elapsed())
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_unread_response_is_cut_after_the_grace() {
        let (_far, mut near, activity) = connected();
        activity.enter(Phase::Response);
        assert_eq!(written(&mut near, 10_000).await, Err(10 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn a_response_is_taken_at_the_minimum_rate_or_cut() {
        for (bytes, is_fast_enough) in [(1, false), (200, false), (250, true)] {
            let (mut far, mut near, activity) = connected();
            activity.enter(Phase::Response);
            let reader = tokio::spawn(async move {
                let mut part = vec![0; bytes];
                loop {
                    tokio::time::sleep(Duration::from_millis(2_400)).await;
                    if far.read_exact(&mut part).await.is_err() {
                        return;
                    }
                }
            });
            let end = written(&mut near, 20_000).await;
            assert_eq!(end.is_ok(), is_fast_enough, "{bytes} bytes at a time: {end:?}");
            reader.abort();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pipelined_request_waits_for_a_slow_response() {
        let (mut far, mut near, activity) = connected();
        activity.enter(Phase::Response);
        far.write_all(b"GET").await.unwrap();
        let mut head = [0; 3];
        assert_eq!(near.read(&mut head).await.unwrap(), 3);
        let ((), sent) = tokio::join!(
            async {
                let mut part = [0; 256];
                for _ in 0..20 {
                    tokio::time::sleep(2 * SECOND).await;
                    far.read_exact(&mut part).await.unwrap();
                    assert_eq!(part, [7; 256], "nothing comes between");
                }
            },
            near.write_all(&[7; 20 * 256])
        );
        sent.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_in_progress_does_not_time_out_here() {
        let (_far, mut near, activity) = connected();
        activity.enter(Phase::Work);
        let mut head = [0; 100];
        assert!(timeout(300 * SECOND, near.read(&mut head)).await.is_err());
        near.write_all(b"100 Continue").await.unwrap();
    }
}
