//! Time as values: the caller passes the current time in.

use std::time::{Duration, Instant};

pub use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The current time when the runtime woke up, on two clocks: one for deadlines, one for display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Monotonic time, used for deadlines.
    pub instant: Instant,
    /// Wall-clock time, used for the age of remote resources.
    pub wall: Timestamp,
}

impl Now {
    /// Returns the time elapsed since `then`, or zero if `then` is in the future because of clock skew.
    pub fn since(&self, then: Timestamp) -> Duration {
        Duration::try_from(self.wall.duration_since(then)).unwrap_or_default()
    }
}

/// Returns the time `duration` before `at`, or the minimum timestamp if that would underflow for a remote timestamp.
pub fn before(at: Timestamp, duration: Duration) -> Timestamp {
    at.checked_sub(duration).unwrap_or(Timestamp::MIN)
}

/// Formats a duration with its one or two largest units: `8s`, `3m 20s`, `2h 5m`, `4d 3h`.
pub fn short(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, m) => format!("{m}m {}s", seconds % 60),
        (0, h, m) => format!("{h}h {m}m"),
        (d, h, _) => format!("{d}d {h}h"),
    }
}

/// Formats an age with one unit, for narrow columns: `now`, `8s`, `3m`, `2h`, `4d`.
pub fn age(duration: Duration) -> String {
    match duration.as_secs() {
        0..=1 => "now".to_owned(),
        s @ 2..=59 => format!("{s}s"),
        s @ 60..=3_599 => format!("{}m", s / 60),
        s @ 3_600..=86_399 => format!("{}h", s / 3_600),
        s => format!("{}d", s / 86_400),
    }
}

/// Formats the time of day in `zone`, with seconds.
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_their_two_largest_units() {
        let written: Vec<_> =
            [8, 200, 7_500, 356_400].map(|s| short(Duration::from_secs(s))).into_iter().collect();
        assert_eq!(written, ["8s", "3m 20s", "2h 5m", "4d 3h"]);
    }

    #[test]
    fn a_future_time_is_shown_as_now() {
        let now = Now { instant: Instant::now(), wall: Timestamp::UNIX_EPOCH };
        let ahead = Timestamp::from_second(60).expect("a minute after the epoch");
        assert_eq!(age(now.since(ahead)), "now");
    }
}
