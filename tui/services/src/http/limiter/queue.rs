//! The requests to one host: a bounded number is under way, and the others wait in the order of attention, then of
//! arrival. A semaphore of tokio knows only the order of arrival.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
    fmt,
    sync::{Arc, Mutex},
};

use hello_model::fetch::Attention;
use tokio::sync::oneshot;

use super::lock;

/// A queue of requests. Clones share it.
#[derive(Clone)]
pub(super) struct Queue {
    state: Arc<Mutex<QueueState>>,
}

struct QueueState {
    free: usize,
    waiting: BinaryHeap<Waiting>,
    arrivals: u64,
}

/// A request that waits for a permit.
struct Waiting {
    attention: Attention,
    /// The number in the order of arrival.
    number: Reverse<u64>,
    sender: oneshot::Sender<Permit>,
}

/// Counts a request as under way until it is dropped.
pub(crate) struct Permit {
    /// Nothing in a permit that was never handed over.
    queue: Option<Queue>,
}

impl Queue {
    pub(super) fn new(most_at_once: usize) -> Self {
        let state = QueueState { free: most_at_once, waiting: BinaryHeap::new(), arrivals: 0 };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Waits for a permit. Dropping the future gives up the place in the queue.
    pub(super) async fn admit(&self, attention: Attention) -> Permit {
        let receiver = {
            let mut state = lock(&self.state);
            if state.free > 0 {
                state.free -= 1;
                return Permit { queue: Some(self.clone()) };
            }
            let (sender, receiver) = oneshot::channel();
            let number = Reverse(state.arrivals);
            state.arrivals += 1;
            state.waiting.push(Waiting { attention, number, sender });
            receiver
        };
        // The sender is dropped only together with the queue, which this future shares.
        receiver.await.unwrap_or(Permit { queue: None })
    }

    /// Hands the place of a request that has ended to the next one that still waits.
    fn release(&self) {
        let mut state = lock(&self.state);
        while let Some(next) = state.waiting.pop() {
            match next.sender.send(Permit { queue: Some(self.clone()) }) {
                Ok(()) => return,
                Err(mut unused) => unused.queue = None,
            }
        }
        state.free += 1;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(queue) = self.queue.take() {
            queue.release();
        }
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit").finish_non_exhaustive()
    }
}

impl Waiting {
    fn rank(&self) -> (Attention, Reverse<u64>) {
        (self.attention, self.number)
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Waiting {}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_request_waits_when_too_many_are_under_way() {
        let queue = Queue::new(2);
        let first = queue.admit(Attention::Visible).await;
        let _second = queue.admit(Attention::Visible).await;
        assert!(queue.admit(Attention::Focused).now_or_never().is_none());
        drop(first);
        assert!(queue.admit(Attention::Background).now_or_never().is_some(), "the one before gave up");
    }

    #[tokio::test]
    async fn requests_are_ordered_by_attention_then_arrival() {
        let (queue, order) = (Queue::new(1), RefCell::new(Vec::new()));
        let request = async |name, attention| {
            let permit = queue.admit(attention).await;
            order.borrow_mut().push(name);
            drop(permit);
        };
        let under_way = queue.admit(Attention::Visible).await;
        let all = async {
            futures::join!(
                request("background", Attention::Background),
                request("visible 1", Attention::Visible),
                request("focused", Attention::Focused),
                request("visible 2", Attention::Visible),
            )
        };
        let end = async { drop(under_way) };
        futures::join!(all, end);
        assert_eq!(*order.borrow(), ["focused", "visible 1", "visible 2", "background"]);
    }

    #[tokio::test]
    async fn a_permit_of_a_cancelled_request_is_passed_on() {
        let queue = Queue::new(1);
        let under_way = queue.admit(Attention::Visible).await;
        let mut gives_up = Box::pin(queue.admit(Attention::Focused));
        let mut waits = Box::pin(queue.admit(Attention::Background));
        assert!((&mut gives_up).now_or_never().is_none() && (&mut waits).now_or_never().is_none());
        drop(under_way);
        drop(gives_up);
        assert!(waits.now_or_never().is_some());
    }
}
