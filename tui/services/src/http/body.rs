//! A response body with limits on bytes, parts and time that apply to every reader.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http_body::{Body as _, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::{Error, limiter::Permit, shape::Shape};

/// Small frames are merged up to this many bytes, because each frame kept has overhead.
const ENOUGH: usize = 64 * 1024;

/// The overhead of keeping one frame, in bytes; it counts towards the limit.
const FRAME_COST: usize = 128;

/// The data of a response as it arrives. Trailers are dropped.
#[derive(Debug)]
pub(crate) struct Body {
    inner: reqwest::Body,
    limit: usize,
    left: usize,
    deadline: Option<Deadline>,
    shape: Option<Shape>,
    gathered: BytesMut,
    has_ended: bool,
    /// The request counts as under way until the body is dropped.
    _permit: Option<Permit>,
}

/// The deadline of an exchange, and the timeout it results from.
#[derive(Debug)]
struct Deadline {
    sleep: Pin<Box<Sleep>>,
    total: Duration,
}

impl Body {
    /// Limits a body: reading fails with an error after `limit` bytes or after `deadline`.
    pub(super) fn new(
        inner: reqwest::Body,
        limit: usize,
        deadline: Option<(Instant, Duration)>,
        shape: Option<Shape>,
        permit: Permit,
    ) -> Self {
        let deadline = deadline.map(|(at, total)| Deadline { sleep: Box::pin(sleep_until(at)), total });
        let gathered = BytesMut::new();
        Self { inner, limit, left: limit, deadline, shape, gathered, has_ended: false, _permit: Some(permit) }
    }

    /// Lowers the limit before anything is read, for example for an error response.
    #[must_use]
    pub(crate) fn at_most(self, limit: usize) -> Self {
        let limit = limit.min(self.limit);
        Self { limit, left: limit, ..self }
    }

    /// Removes the limit of bytes, and lets other requests have its turn: for a response that does not end. The reader
    /// must bound what it keeps.
    #[must_use]
    pub(crate) fn endless(self) -> Self {
        Self { limit: usize::MAX, left: usize::MAX, _permit: None, ..self }
    }

    fn poll_gather(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Some(deadline) = &mut self.deadline
            && deadline.sleep.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Some(Err(Error::TooSlow(deadline.total))));
        }
        // A response whose announced size exceeds the limit is not read at all.
        if self.inner.size_hint().lower() > self.left as u64 {
            return Poll::Ready(Some(Err(Error::TooLarge(self.limit))));
        }
        while self.gathered.len() < ENOUGH && !self.has_ended {
            match Pin::new(&mut self.inner).poll_frame(cx) {
                Poll::Ready(Some(frame)) => self.take(&frame.map_err(Error::of)?)?,
                Poll::Ready(None) => self.has_ended = true,
                Poll::Pending if self.gathered.is_empty() => return Poll::Pending,
                Poll::Pending => break,
            }
        }
        if self.gathered.is_empty() {
            return Poll::Ready(None);
        }
        self.left = self.left.saturating_sub(FRAME_COST);
        Poll::Ready(Some(Ok(self.gathered.split().freeze())))
    }

    fn take(&mut self, frame: &Frame<Bytes>) -> Result<(), Error> {
        let Some(data) = frame.data_ref() else { return Ok(()) };
        self.left = self.left.checked_sub(data.len()).ok_or(Error::TooLarge(self.limit))?;
        if let Some(shape) = &mut self.shape {
            shape.count(data)?;
        }
        self.gathered.extend_from_slice(data);
        Ok(())
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        self.poll_gather(cx).map(|data| data.map(|data| data.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.gathered.is_empty() && (self.has_ended || self.inner.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures::{StreamExt, stream};
    use http_body_util::BodyExt;
    use url::Url;

    use super::*;
    use crate::http::limiter::Limiters;

    /// A reader that keeps each frame would need far more memory than their bytes.
    #[tokio::test]
    async fn a_frame_costs_more_than_its_bytes() {
        let host = Url::parse("http://a.test").unwrap().origin();
        let permit = Limiters::default().admit(&host).await.unwrap();
        let drops = stream::repeat(Bytes::from_static(b"x")).then(async |drop| {
            tokio::task::yield_now().await;
            Ok::<_, std::io::Error>(drop)
        });
        let limit = 10 * FRAME_COST;
        let mut body = Body::new(reqwest::Body::wrap_stream(drops), limit, None, None, permit);
        let mut frames = 0;
        let error = loop {
            match body.frame().await.expect("it has no end") {
                Ok(_) => frames += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, Error::TooLarge(size) if size == limit), "{error}");
        assert!((2..=10).contains(&frames), "{frames} frames of one byte");
    }
}
