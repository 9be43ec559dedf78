//! Keys that a paste types. A terminal without bracketed paste sends a paste as keys, one right after the other.

use std::time::{Duration, Instant};

/// The maximum time between two keys of a paste. Fingers need longer.
const INTERVAL: Duration = Duration::from_millis(5);

/// Finds the keys that come right after another one.
#[derive(Debug, Default)]
pub(super) struct Bursts {
    last: Option<Instant>,
}

impl Bursts {
    /// Notes a key, and reports whether another one came right before it.
    pub(super) fn is_burst(&mut self, now: Instant) -> bool {
        self.last.replace(now).is_some_and(|last| now.saturating_duration_since(last) < INTERVAL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_keys_after_the_first_are_a_burst() {
        let start = Instant::now();
        let mut bursts = Bursts::default();
        let keys = [0, 1, 2, 60, 64, 69].map(|ms| bursts.is_burst(start + Duration::from_millis(ms)));
        assert_eq!(keys, [false, true, true, false, true, false]);
    }
}
