//! Numbers, times and durations in a filter, and how they compare.
//!
//! What is typed names a span rather than a point: `2026-11-27` a day, `14:03` a minute, `5m` the ages from five to six
//! minutes. Greater means after the span, less means before it, equal means in it.

use std::time::Duration;

use jiff::{
    SpanRelativeTo, Timestamp, Unit,
    civil::{Date, DateTime, Time},
};

use super::{Clock, Operator};

/// A span of values: from `start`, up to but without `end`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range<T> {
    start: T,
    end: T,
}

impl<T: PartialOrd> Range<T> {
    pub(super) fn passes(&self, operator: Operator, value: &T) -> bool {
        match operator {
            Operator::Contains | Operator::Equal => *value >= self.start && *value < self.end,
            Operator::Less => *value < self.start,
            Operator::AtMost => *value < self.end,
            Operator::Greater => *value >= self.end,
            Operator::AtLeast => *value >= self.start,
        }
    }
}

/// Reads a number, also as in `#42` or `50%`.
pub(super) fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    digits.strip_suffix('%').unwrap_or(digits).parse().ok().filter(|number: &f64| number.is_finite())
}

/// Reports whether a number compares with another in this way.
pub(super) fn compares(operator: Operator, number: f64, wanted: f64) -> bool {
    match operator {
        Operator::Contains | Operator::Equal => (number - wanted).abs() < f64::EPSILON,
        Operator::Less => number < wanted,
        Operator::AtMost => number <= wanted,
        Operator::Greater => number > wanted,
        Operator::AtLeast => number >= wanted,
    }
}

/// A duration or an age.
pub(super) type Age = Range<Duration>;

impl Age {
    /// Reads a duration as in `5m` or `1h30m`. It spans one of its smallest unit.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let span: jiff::Span = text.parse().ok()?;
        let relative = SpanRelativeTo::days_are_24_hours();
        // The types of the standard library have no negative duration, so that `-5m` is refused here.
        let start = Duration::try_from(span.to_duration(relative).ok()?).ok()?;
        let unit = match () {
            () if span.get_seconds() != 0 || start.is_zero() || start < Duration::from_mins(1) => {
                Duration::from_secs(1)
            }
            () if span.get_minutes() != 0 => Duration::from_mins(1),
            () if span.get_hours() != 0 => Duration::from_hours(1),
            () => Duration::from_hours(24),
        };
        Some(Self { start, end: start.saturating_add(unit) })
    }
}

/// A time as it is typed. It becomes a span once the current day and the zone are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Moment {
    Day(Date),
    /// A time of the current day.
    Clock(Time),
    /// A day and a time without a zone.
    Civil(DateTime),
    Point(Timestamp),
    /// How long ago it was.
    Age(Age),
}

impl Moment {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let point = || text.parse().ok().map(Self::Point);
        // A time without its colon is rather a year.
        let clock = || text.contains(':').then(|| text.parse().ok().map(Self::Clock)).flatten();
        let is_day = text.len() <= "2026-11-27".len();
        let day = || is_day.then(|| text.parse().ok().map(Self::Day)).flatten();
        let civil = || text.parse().ok().map(Self::Civil);
        day().or_else(clock).or_else(point).or_else(civil).or_else(|| Age::parse(text).map(Self::Age))
    }

    /// Returns the span of the timeline, or `None` for an age and for what is outside of all time.
    pub(super) fn range(self, clock: &Clock) -> Option<Range<Timestamp>> {
        let at = |civil: DateTime| civil.to_zoned(clock.zone.clone()).ok().map(|zoned| zoned.timestamp());
        let spanning = |start: Timestamp, seconds: i64| {
            let end = start.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()?;
            Some(Range { start, end })
        };
        let of_clock = |civil: DateTime| spanning(at(civil)?, if civil.second() == 0 { 60 } else { 1 });
        match self {
            Self::Day(day) => {
                let start = at(day.at(0, 0, 0, 0))?;
                let end = at(day.tomorrow().ok()?.at(0, 0, 0, 0))?;
                Some(Range { start, end })
            }
            Self::Clock(time) => of_clock(clock.now.to_zoned(clock.zone.clone()).date().to_datetime(time)),
            Self::Civil(civil) => of_clock(civil),
            Self::Point(at) => {
                // A moment without fractions means its second.
                let start = at.round(Unit::Second).ok().filter(|whole| *whole == at);
                if start.is_some() { spanning(at, 1) } else { exactly(at) }
            }
            Self::Age(_) => None,
        }
    }
}

fn exactly(at: Timestamp) -> Option<Range<Timestamp>> {
    Some(Range { start: at, end: at.checked_add(jiff::SignedDuration::from_nanos(1)).ok()? })
}
