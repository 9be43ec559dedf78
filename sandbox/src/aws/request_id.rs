//! Request ids, which AWS sends with every response.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::seeded_rng::SeededRng;

/// Returns an id that is unique in this process.
pub(super) fn next() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    SeededRng::of(0, "request", &[COUNT.fetch_add(1, Ordering::Relaxed)]).uuid()
}
