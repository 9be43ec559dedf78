//! The time that the head of a request may take, without a timer for each request.
//!
//! Setting a timer costs the runtime more than reading a head does. So a connection has one, which is left to run when
//! a head was in time, and set anew only when it goes off too early for the head that is awaited then.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::rt;
use tokio::time;

/// The one timer of a connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Timer(Arc<Mutex<Option<Pin<Box<time::Sleep>>>>>);

/// A wait that ends at a moment, by the timer of its connection.
struct Wait {
    until: Instant,
    timer: Timer,
}

impl rt::Timer for Timer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn rt::Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, until: Instant) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(Wait { until, timer: self.clone() })
    }

    fn now(&self) -> Instant {
        time::Instant::now().into()
    }
}

impl rt::Sleep for Wait {}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let until = time::Instant::from_std(self.until);
        let mut timer = self.timer.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sleep = timer.get_or_insert_with(|| Box::pin(time::sleep_until(until)));
        // One that is set to an earlier moment is a look at what has become of the wait, not its end.
        while sleep.deadline() > until || sleep.as_mut().poll(context).is_ready() {
            if sleep.deadline() == until {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(until);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use hyper::rt::Timer as _;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_wait_ends_at_its_moment() {
        let (timer, started) = (Timer::default(), time::Instant::now());
        timer.sleep(10 * SECOND).await;
        assert_eq!(started.elapsed().as_secs(), 10);
        timer.sleep(5 * SECOND).await;
        assert_eq!(started.elapsed().as_secs(), 15);
    }

    #[tokio::test(start_paused = true)]
    async fn a_wait_that_was_given_up_neither_ends_nor_prolongs_the_next() {
        let (timer, started) = (Timer::default(), time::Instant::now());
        for given_up_after in [1, 2, 3] {
            let late = timer.sleep(10 * SECOND);
            assert!(time::timeout(given_up_after * SECOND, late).await.is_err());
        }
        timer.sleep(10 * SECOND).await;
        assert_eq!(started.elapsed().as_secs(), 16);
        // Sooner than what the timer is set to by one that was given up.
        assert!(time::timeout(SECOND, timer.sleep(100 * SECOND)).await.is_err());
        timer.sleep(SECOND).await;
        assert_eq!(started.elapsed().as_secs(), 18);
    }
}
