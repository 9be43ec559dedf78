//! The sandbox's clock: the only place that reads the machine's time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

use crate::moment::Moment;

/// The longest step that a client may ask for.
pub(crate) const MAX_STEP: Duration = Duration::from_hours(366 * 24);

/// The latest time that the clock shows, the start of the year 2200; the clock stops there.
const LATEST: Moment = Moment::from_millis(7_258_118_400_000);

/// The highest speed of the clock, as a multiple of real time.
pub(crate) const MAX_SPEED: f64 = 100_000.0;

/// How time passes in the sandbox.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clock {
    /// As fast as real time.
    Real,
    /// Starts at the current time and runs at this multiple of real time.
    Sped(f64),
    /// Starts at this instant and moves only when it is advanced.
    Stepped(Timestamp),
}

/// A running clock; clones show the same time.
#[derive(Clone, Debug)]
pub struct ClockHandle(Arc<Mutex<Reading>>);

/// The time that was set last, the instant at which it was set, and the speed since then.
#[derive(Clone, Copy, Debug)]
struct Reading {
    shown: Moment,
    at: Instant,
    speed: f64,
}

/// The response to `GET /_sandbox/clock`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClockState {
    /// RFC 3339 in UTC.
    pub now: String,
    /// The speed as a multiple of real time; zero if the clock only moves when it is advanced.
    pub speed: f64,
}

impl Reading {
    fn now(&self) -> Moment {
        (self.shown + self.at.elapsed().mul_f64(self.speed)).min(LATEST)
    }
}

impl ClockHandle {
    /// Starts a clock.
    pub fn start(clock: Clock) -> Self {
        let (shown, speed) = match clock {
            Clock::Real => (Timestamp::now(), 1.0),
            Clock::Sped(speed) => (Timestamp::now(), sane(speed)),
            Clock::Stepped(at) => (at, 0.0),
        };
        Self(Arc::new(Mutex::new(Reading { shown: shown.into(), at: Instant::now(), speed })))
    }

    /// Returns the current time in the sandbox.
    pub fn now(&self) -> Moment {
        self.with(|reading| reading.now())
    }

    /// Returns the time and speed.
    pub fn state(&self) -> ClockState {
        self.with(|reading| ClockState { now: reading.now().rfc3339_millis(), speed: reading.speed })
    }

    /// Moves the clock forward at once, at most to the year 2200.
    pub fn advance(&self, by: Duration) {
        self.with(|reading| reading.shown = (reading.shown + by).min(LATEST));
    }

    /// Sets the speed from now on. Zero stops the clock; negative and non-finite speeds count as zero.
    pub fn set_speed(&self, speed: f64) {
        self.with(|reading| {
            *reading = Reading { shown: reading.now(), at: Instant::now(), speed: sane(speed) };
        });
    }

    fn with<T>(&self, change: impl FnOnce(&mut Reading) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Clamps a speed to the range that a duration can be multiplied by.
fn sane(speed: f64) -> f64 {
    if speed.is_finite() { speed.clamp(0.0, MAX_SPEED) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stepped_clock_moves_only_when_it_is_advanced() {
        let clock = ClockHandle::start(Clock::Stepped(Timestamp::UNIX_EPOCH));
        assert_eq!(clock.now(), Moment::from_millis(0));
        clock.advance(Duration::from_secs(30));
        assert_eq!(clock.now(), Moment::from_millis(30_000));
    }

    #[test]
    fn the_clock_stops_in_the_year_2200() {
        let clock = ClockHandle::start(Clock::Sped(MAX_SPEED));
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!((clock.now(), clock.state().now.as_str()), (LATEST, "2200-01-01T00:00:00.000Z"));
    }

    #[test]
    fn an_impossible_speed_stops_the_clock_and_nothing_else() {
        let clock = ClockHandle::start(Clock::Sped(f64::NAN));
        assert!(clock.state().speed.abs() < f64::EPSILON);
        clock.set_speed(-3.0);
        assert_eq!(clock.now(), clock.now());
    }
}
