//! The body of a request, which must arrive at a minimum rate.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    BoxError,
    body::{Bytes, HttpBody},
};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::min_rate::{MinRate, Progress};
use crate::extract::SlowBody;

/// Reads like `body`, and fails if data arrives too slowly while it is awaited.
pub(super) struct MinRateBody<B> {
    body: B,
    progress: Progress,
    /// Created on the first wait, because most bodies arrive with their head.
    timer: Option<Pin<Box<Sleep>>>,
}

impl<B> MinRateBody<B> {
    pub(super) fn new(body: B, min_rate: MinRate) -> Self {
        Self { body, progress: Progress::at(min_rate), timer: None }
    }

    /// Reports whether the deadline has passed, and otherwise has the task woken when it does.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        self.progress.wait(Instant::now());
        while let Some(deadline) = self.progress.deadline() {
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if timer.as_mut().poll(context).is_pending() {
                return false;
            }
            if deadline <= Instant::now() {
                return true;
            }
            timer.as_mut().reset(deadline);
        }
        false
    }
}

impl<B> HttpBody for MinRateBody<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                let bytes = frame.data_ref().map_or(0, Bytes::len);
                self.progress.advance(bytes, Instant::now());
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Ready(end) => Poll::Ready(end.map(|frame| frame.map_err(Into::into))),
            Poll::Pending if self.is_over(context) => Poll::Ready(Some(Err(SlowBody.into()))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, time::Duration};

    use axum::body::{Body, to_bytes};
    use futures::stream;

    use super::*;

    const MIN_RATE: MinRate = MinRate { grace: Duration::from_secs(5), rate: 100 };

    /// A body of parts of this many bytes, one per second.
    fn dripping(parts: usize, bytes: usize) -> Body {
        let part = move |left: usize| async move {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let left = left.checked_sub(1)?;
            Some((Ok::<_, Infallible>(Bytes::from(vec![0; bytes])), left))
        };
        let body = Body::from_stream(stream::unfold(parts, part));
        Body::new(MinRateBody::new(body, MIN_RATE))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_at_the_minimum_rate_is_read_to_its_end() {
        let body = to_bytes(dripping(60, 100), usize::MAX).await.unwrap();
        assert_eq!(body.len(), 6_000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slower_body_is_given_up_after_the_grace() {
        for (bytes, seconds) in [(1, 5), (50, 9)] {
            let started = Instant::now();
            let error = to_bytes(dripping(60, bytes), usize::MAX).await.unwrap_err();
            assert!(
                std::iter::successors(Some(&error as &dyn std::error::Error), |&e| e.source())
                    .any(|e| e.downcast_ref::<SlowBody>().is_some())
            );
            let took = started.elapsed().as_secs();
            assert!((seconds..=seconds + 1).contains(&took), "{bytes} bytes a second: {took} s");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn time_without_waiting_does_not_count() {
        let mut body = dripping(2, 1);
        tokio::time::sleep(Duration::from_mins(1)).await;
        assert!(std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await.is_some());
        assert_eq!(to_bytes(body, usize::MAX).await.unwrap().len(), 1);
    }
}
