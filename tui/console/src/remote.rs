//! The one way to hold what lives elsewhere.
//!
//! A [`Remote`] keeps the last good value through a reload and through a failure, so no screen ever goes blank, and it
//! knows when to ask again. It is pure: it says when something is due, somebody else asks.

use std::time::{Duration, Instant};

use hello_model::{
    failure::{Failure, Kind},
    time::{Now, Timestamp},
};

/// An answer slower than this shows a spinner; a faster one would only flicker.
const PATIENCE: Duration = Duration::from_millis(400);
/// How long a spinner's picture stays.
const SPIN: Duration = Duration::from_millis(120);
/// The longest wait between two tries at something that fails.
const LONGEST_RETRY: Duration = Duration::from_secs(30);

/// A value that lives elsewhere: what we last saw of it, and how it stands with the next look.
#[derive(Debug, Clone, PartialEq)]
pub struct Remote<T> {
    value: Option<T>,
    phase: Phase,
    /// When the value was last confirmed.
    at: Option<Timestamp>,
    /// When to look again.
    due: Option<Instant>,
    /// Failures in a row.
    failures: u32,
    /// What a person sees of waiting: the spinner's step, the age of stale data in seconds.
    shown: Shown,
    /// When what is shown of waiting changes next.
    turns: Option<Instant>,
    revision: u64,
}

/// How it stands with the current look.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    Idle,
    Loading { since: Instant },
    Failed(Failure),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Shown {
    spinner: Option<usize>,
    stale_for: Option<u64>,
}

impl<T> Default for Remote<T> {
    fn default() -> Self {
        Self {
            value: None,
            phase: Phase::Idle,
            at: None,
            due: None,
            failures: 0,
            shown: Shown::default(),
            turns: None,
            revision: 0,
        }
    }
}

impl<T: PartialEq> Remote<T> {
    /// Notes that a look has begun. What was known stays.
    pub fn start(&mut self, now: Now) {
        self.due = None;
        if !matches!(self.phase, Phase::Loading { .. }) {
            // A failure stays on the screen until the next answer, so that it does not blink at every retry.
            if !matches!(self.phase, Phase::Failed(_)) {
                self.phase = Phase::Loading { since: now.instant };
            }
        }
        self.look(now);
    }

    /// Takes an answer in. A good one is looked at again `every` so often; a failure is retried more and more seldom.
    pub fn settle(&mut self, answer: Result<T, Failure>, now: Now, every: Duration) {
        let was_quiet = self.phase_is_quiet();
        match answer {
            Ok(value) => {
                let same = self.value.as_ref() == Some(&value);
                self.value = Some(value);
                self.at = Some(now.wall);
                self.failures = 0;
                self.phase = Phase::Idle;
                self.due = Some(now.instant + every);
                self.revision += u64::from(!same || !was_quiet);
            }
            Err(failure) => {
                self.failures = self.failures.saturating_add(1);
                self.due = self.retry_at(&failure, now, every);
                self.revision += u64::from(!matches!(&self.phase, Phase::Failed(old) if *old == failure));
                self.phase = Phase::Failed(failure);
            }
        }
        self.look(now);
    }

    /// Replaces the value by what we know better than the last answer, for instance after our own write.
    pub fn amend(&mut self, change: impl FnOnce(&mut T)) {
        if let Some(value) = &mut self.value {
            change(value);
            self.revision += 1;
        }
    }

    /// Forgets everything: the question itself has changed.
    pub fn reset(&mut self) {
        *self = Self { revision: self.revision + 1, ..Self::default() };
    }

    /// Notes that there is nothing to ask, and why. Not retried: only a change of settings helps.
    pub fn refuse(&mut self, failure: Failure) {
        *self = Self { phase: Phase::Failed(failure), revision: self.revision + 1, ..Self::default() };
    }

    /// Says whether the time for another look has come.
    pub fn is_due(&self, now: Now) -> bool {
        self.due.is_some_and(|due| due <= now.instant)
    }

    /// Brings what is shown of waiting up to date.
    pub fn look(&mut self, now: Now) {
        let shown = Shown {
            spinner: match self.phase {
                Phase::Loading { since } => step(now.instant.saturating_duration_since(since)),
                Phase::Idle | Phase::Failed(_) => None,
            },
            stale_for: match (&self.phase, self.at) {
                (Phase::Failed(_), Some(at)) => Some(coarse(now.since(at).as_secs())),
                _ => None,
            },
        };
        if shown != self.shown {
            self.shown = shown;
            self.revision += 1;
        }
        self.turns = match (&self.phase, self.at) {
            (Phase::Loading { since }, _) => Some(next_turn(*since, now.instant)),
            (Phase::Failed(_), Some(at)) => {
                let age = now.since(at).as_secs();
                Some(now.instant + Duration::from_secs(coarse(age) + granule(age) - age))
            }
            _ => None,
        };
    }

    fn phase_is_quiet(&self) -> bool {
        matches!(self.phase, Phase::Idle) || (self.shown.spinner.is_none() && self.failure().is_none())
    }

    fn retry_at(&self, failure: &Failure, now: Now, every: Duration) -> Option<Instant> {
        match failure.kind {
            Kind::RateLimited { until } => {
                let wait = Duration::try_from(until.duration_since(now.wall)).unwrap_or_default();
                Some(now.instant + wait.max(every))
            }
            // Only a person can mend these; they press the refresh key or change the settings.
            Kind::NotConfigured => None,
            _ => Some(now.instant + (every * 2_u32.pow((self.failures - 1).min(4))).min(LONGEST_RETRY)),
        }
    }
}

impl<T> Remote<T> {
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    pub fn failure(&self) -> Option<&Failure> {
        match &self.phase {
            Phase::Failed(failure) => Some(failure),
            Phase::Idle | Phase::Loading { .. } => None,
        }
    }

    /// Says whether nobody has asked yet.
    pub fn is_untouched(&self) -> bool {
        self.value.is_none() && matches!(self.phase, Phase::Idle)
    }

    /// Returns when something is to be done: a look is due, a spinner turns, an age changes.
    pub fn next_deadline(&self) -> Option<Instant> {
        [self.due, self.turns].into_iter().flatten().min()
    }

    /// Returns the step of the spinner to draw, once waiting has become noticeable.
    pub fn spinner(&self) -> Option<usize> {
        self.shown.spinner
    }

    /// Returns the age in seconds of a value that could not be confirmed.
    pub fn stale_for(&self) -> Option<Duration> {
        self.shown.stale_for.map(Duration::from_secs)
    }

    /// Counts the visible changes.
    pub fn revision(&self) -> u64 {
        self.revision
    }
}

fn step(waited: Duration) -> Option<usize> {
    (waited >= PATIENCE).then(|| usize::try_from(waited.as_millis() / SPIN.as_millis()).unwrap_or(0))
}

fn next_turn(since: Instant, now: Instant) -> Instant {
    let turns = now.saturating_duration_since(since).as_millis() / SPIN.as_millis() + 1;
    let turn = since + SPIN * u32::try_from(turns).unwrap_or(u32::MAX);
    turn.max(since + PATIENCE)
}

/// Ages are shown to the second for a minute, then to the minute.
fn granule(seconds: u64) -> u64 {
    if seconds < 60 { 1 } else { 60 }
}

fn coarse(seconds: u64) -> u64 {
    seconds - seconds % granule(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_secs(10);

    fn at(start: Instant, seconds: u64) -> Now {
        Now {
            instant: start + Duration::from_secs(seconds),
            wall: Timestamp::from_second(1_000_000 + i64::try_from(seconds).unwrap()).unwrap(),
        }
    }

    fn offline() -> Failure {
        Failure::new(Kind::Offline, "listing", "connection refused")
    }

    #[test]
    fn the_same_answer_again_changes_nothing_to_see() {
        let start = Instant::now();
        let mut remote = Remote::default();
        remote.start(at(start, 0));
        remote.settle(Ok(1), at(start, 0), EVERY);
        let seen = remote.revision();
        remote.start(at(start, 10));
        remote.settle(Ok(1), at(start, 10), EVERY);
        assert_eq!(remote.revision(), seen);
    }

    #[test]
    fn a_failure_keeps_the_last_good_value_and_its_age() {
        let start = Instant::now();
        let mut remote = Remote::default();
        remote.settle(Ok("fleet"), at(start, 0), EVERY);
        remote.settle(Err(offline()), at(start, 12), EVERY);
        assert_eq!(remote.value(), Some(&"fleet"));
        assert_eq!(remote.stale_for(), Some(Duration::from_secs(12)));
        remote.start(at(start, 22));
        assert_eq!(remote.failure(), Some(&offline()), "a retry hides the failure before there is news");
    }

    #[test]
    fn retries_become_rarer_up_to_half_a_minute() {
        let start = Instant::now();
        let mut remote = Remote::<u8>::default();
        let waits: Vec<u64> = (0..6)
            .map(|_| {
                remote.settle(Err(offline()), at(start, 0), EVERY);
                (remote.due.unwrap() - start).as_secs()
            })
            .collect();
        assert_eq!(waits, [10, 20, 30, 30, 30, 30]);
    }

    #[test]
    fn a_rate_limit_is_waited_out() {
        let start = Instant::now();
        let mut remote = Remote::<u8>::default();
        let until = at(start, 90).wall;
        remote.settle(Err(Failure::new(Kind::RateLimited { until }, "", "")), at(start, 0), EVERY);
        assert!(!remote.is_due(at(start, 89)));
        assert!(remote.is_due(at(start, 90)));
    }

    #[test]
    fn a_quick_answer_never_shows_a_spinner() {
        let start = Instant::now();
        let mut remote = Remote::<u8>::default();
        remote.start(at(start, 0));
        remote.look(Now { instant: start + Duration::from_millis(399), ..at(start, 0) });
        assert_eq!(remote.spinner(), None);
        remote.look(Now { instant: start + Duration::from_millis(400), ..at(start, 0) });
        assert!(remote.spinner().is_some());
    }
}
