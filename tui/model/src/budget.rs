//! What is left of the requests that a service allows.

use serde::Serialize;

use crate::time::Timestamp;

/// The state of a rate limit, as the latest answer told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Budget {
    /// The requests that are allowed in a period, for GitHub an hour.
    pub limit: u64,
    /// The requests that are left until [`Self::resets_at`].
    pub remaining: u64,
    pub resets_at: Timestamp,
}

impl Budget {
    /// Reports whether less than a tenth is left, so that polls should become rare.
    pub fn is_low(&self) -> bool {
        self.remaining.saturating_mul(10) < self.limit
    }
}
