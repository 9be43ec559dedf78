//! When a request is allowed: a few at a time to each host, those with the most attention first, and none while the
//! host asks for a pause.
//!
//! A host is an origin. AWS has one for each region and API, and each set of clients has one account. The crate
//! `governor` limits rates, but its waiting requests have no order, so a poll in the background could delay what the
//! user looks at.

mod queue;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::{
    StreamExt,
    stream::{self, BoxStream},
};
use hello_model::{fetch::Attention, time::Timestamp};
use tokio::time::{Instant, sleep_until};
use url::Origin;

pub(super) use self::queue::Permit;
use self::queue::Queue;
use super::Error;

/// The maximum number of requests to a host at the same time. More would only wait in the host's own queue, where
/// attention does not count.
const MAX_CONCURRENT: usize = 6;

/// A request waits for the end of a pause up to this time, and fails otherwise, so that its failure is seen.
const MAX_WAIT: Duration = Duration::from_secs(2);

tokio::task_local! {
    /// The attention of the query whose task this is. Octocrab and the SDK of AWS lie between a query and its requests,
    /// and cannot pass it on.
    static ATTENTION: Attention;
}

/// Sets the attention of all requests that a stream makes.
pub(crate) fn with_attention<T: Send + 'static>(
    attention: Attention,
    stream: BoxStream<'static, T>,
) -> BoxStream<'static, T> {
    let next = async move |mut stream: BoxStream<'static, T>| Some((stream.next().await?, stream));
    stream::unfold(stream, move |stream| ATTENTION.scope(attention, next(stream))).boxed()
}

/// The limiters of all hosts. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Limiters {
    hosts: Arc<Mutex<HashMap<Origin, Limiter>>>,
}

#[derive(Debug, Clone)]
struct Limiter {
    queue: Queue,
    pause: Arc<Mutex<Option<Pause>>>,
}

/// The end of a pause: as an instant for the timer, and as a timestamp for the message.
#[derive(Debug, Clone, Copy)]
struct Pause {
    end: Instant,
    until: Timestamp,
}

impl Limiters {
    /// Waits until a request to `host` is allowed. It counts as under way until the permit is dropped.
    ///
    /// # Errors
    ///
    /// Returns an error if the host has asked for a long pause.
    pub(super) async fn admit(&self, host: &Origin) -> Result<Permit, Error> {
        let limiter = self.of(host);
        let attention = ATTENTION.try_with(|attention| *attention).unwrap_or(Attention::Focused);
        loop {
            let permit = limiter.queue.admit(attention).await;
            match limiter.pause() {
                None => return Ok(permit),
                Some(pause) if pause.end - Instant::now() <= MAX_WAIT => {
                    drop(permit);
                    sleep_until(pause.end).await;
                }
                Some(pause) => return Err(Error::Paused(pause.until)),
            }
        }
    }

    /// Holds requests to `host` back until then.
    pub(super) fn pause(&self, host: &Origin, until: Timestamp, now: Timestamp) {
        let wait = Duration::try_from(until.duration_since(now)).unwrap_or_default();
        let new = Pause { end: Instant::now() + wait, until };
        let limiter = self.of(host);
        let mut pause = lock(&limiter.pause);
        if pause.is_none_or(|pause| pause.end < new.end) {
            *pause = Some(new);
        }
    }

    /// Sends requests to `host` one after the other. It must be said before the first one.
    pub(super) fn one_at_a_time(&self, host: &Origin) {
        lock(&self.hosts).entry(host.clone()).or_insert_with(|| Limiter::new(1));
    }

    fn of(&self, host: &Origin) -> Limiter {
        lock(&self.hosts).entry(host.clone()).or_insert_with(|| Limiter::new(MAX_CONCURRENT)).clone()
    }
}

impl Limiter {
    fn new(most_at_once: usize) -> Self {
        Self { queue: Queue::new(most_at_once), pause: Arc::default() }
    }

    fn pause(&self) -> Option<Pause> {
        lock(&self.pause).filter(|pause| pause.end > Instant::now())
    }
}

/// The data is consistent after every step, even after a panic.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(url: &str) -> Origin {
        url::Url::parse(url).unwrap().origin()
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_for_one_host_only() {
        let (limiters, now) = (Limiters::default(), Timestamp::UNIX_EPOCH);
        let (github, trucks) = (host("https://api.github.com"), host("http://trucks.test"));
        let until = now + Duration::from_mins(1);
        limiters.pause(&github, until, now);
        limiters.pause(&github, now + Duration::from_secs(1), now);
        assert!(matches!(limiters.admit(&github).await, Err(Error::Paused(end)) if end == until));
        assert!(limiters.admit(&trucks).await.is_ok());
        tokio::time::advance(Duration::from_mins(1)).await;
        assert!(limiters.admit(&github).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_pause_is_waited_for() {
        let (limiters, now, began) = (Limiters::default(), Timestamp::UNIX_EPOCH, Instant::now());
        let logs = host("https://logs.eu-north-1.amazonaws.com");
        limiters.pause(&logs, now + Duration::from_secs(1), now);
        assert!(limiters.admit(&logs).await.is_ok());
        assert_eq!(began.elapsed().as_secs(), 1);
    }

    #[tokio::test]
    async fn the_attention_of_a_query_reaches_its_requests() {
        let seen = stream::once(async { ATTENTION.try_with(|attention| *attention).ok() });
        let seen = with_attention(Attention::Background, seen.boxed()).next().await;
        assert_eq!(seen, Some(Some(Attention::Background)));
    }
}
