//! A moment of the sandbox's time, in milliseconds since the Unix epoch, and how each service writes it.
//!
//! Pure: a moment is passed in; only `clock` reads the time.

use std::ops::{Add, Sub};
use std::time::Duration;

use jiff::Timestamp;

/// One point in the sandbox's time, in milliseconds: no service shows a finer unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// Makes a moment from milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns milliseconds since the Unix epoch, as CloudWatch Logs writes it.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Returns seconds since the Unix epoch with a fraction, as ECS writes it.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds stay exact in an f64 for 285,000 years")]
    pub fn epoch_seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// Returns whole seconds since the Unix epoch, rounded down, as GitHub's rate limit writes it.
    pub const fn whole_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Returns RFC 3339 in UTC with whole seconds, as GitHub writes it.
    pub fn rfc3339(self) -> String {
        format!("{:.0}", self.timestamp())
    }

    /// Returns RFC 3339 in UTC with milliseconds, as CloudFormation and the service's log lines write it.
    pub fn rfc3339_millis(self) -> String {
        format!("{:.3}", self.timestamp())
    }

    /// Returns the time since an earlier moment, or zero if that moment is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Returns the timestamp, as the trucks API keeps it.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl From<Timestamp> for Moment {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis_of(duration)))
    }
}

impl Sub<Duration> for Moment {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis_of(duration)))
    }
}

fn millis_of(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A duration of whole seconds, the unit of most of the simulation.
pub(crate) const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A duration of milliseconds.
pub(crate) const fn millis(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_writes_the_same_moment_in_its_own_way() {
        let moment = Moment::from_millis(1_763_890_496_250);
        assert_eq!(moment.rfc3339(), "2025-11-23T09:34:56Z");
        assert_eq!(moment.rfc3339_millis(), "2025-11-23T09:34:56.250Z");
        assert!((moment.epoch_seconds() - 1_763_890_496.25).abs() < 1e-6);
        assert_eq!((moment + secs(2)).since(moment), secs(2));
        assert_eq!(moment.since(moment + secs(2)), secs(0));
    }
}
