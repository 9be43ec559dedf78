//! Ids of requests, as AWS gives every answer one.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::seeded_rng::SeededRng;

/// Returns an id that no other request of this process has.
pub(super) fn next() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    SeededRng::of(0, "request", &[COUNT.fetch_add(1, Ordering::Relaxed)]).uuid()
}
