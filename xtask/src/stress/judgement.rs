//! The result of an attack: its figures against their bounds, and every failed expectation.

use std::{fmt::Write as _, time::Duration};

use super::{probe::Probed, watch::Peaks};

/// A figure and its upper bound.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounded {
    pub(super) worst: u64,
    pub(super) bound: u64,
}

/// The result of an attack.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// What the attack did, with its numbers.
    pub(super) done: String,
    /// In MiB.
    pub(super) memory: Option<Bounded>,
    /// In milliseconds.
    pub(super) probe: Option<Bounded>,
    pub(super) files: usize,
    pub(super) threads: usize,
    /// Every exceeded bound and every other failed expectation.
    pub(super) broken: Vec<String>,
}

impl Judgement {
    pub(super) fn of(done: impl Into<String>) -> Self {
        Self { done: done.into(), ..Self::default() }
    }

    /// Checks a program's peak memory against a bound in MiB.
    pub(super) fn memory(&mut self, peaks: &Peaks, bound: u64) {
        let worst = peaks.memory_mib();
        if worst > bound {
            self.broken.push(format!("{worst} MiB of memory, {bound} are allowed"));
        }
        let before = self.memory.map_or(0, |memory| memory.worst);
        self.memory = Some(Bounded { worst: worst.max(before), bound });
        self.files = self.files.max(peaks.files);
        self.threads = self.threads.max(peaks.threads);
    }

    /// Checks the response times of a probe against a bound.
    pub(super) fn probe(&mut self, what: &str, probed: &Probed, bound: Duration) {
        let bound = millis(bound);
        let worst = millis(probed.worst);
        if worst > bound {
            self.broken.push(format!("{what} took {worst} ms, {bound} are allowed"));
        }
        if probed.answered == 0 {
            self.broken.push(format!("{what}: never answered"));
        }
        if let Some(first) = probed.failures.first() {
            self.broken.push(format!("{what} failed {} times: {first}", probed.failures.len()));
        }
        let before = self.probe.map_or(0, |probe| probe.worst);
        self.probe = Some(Bounded { worst: worst.max(before), bound });
    }

    /// Records a failed expectation.
    pub(super) fn expect(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(otherwise());
        }
    }

    /// Appends to the description of what was done.
    pub(super) fn also(&mut self, done: &str) {
        let _ = write!(self.done, "{}{done}", if self.done.is_empty() { "" } else { ", " });
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exceeded_bound_is_told_with_both_figures() {
        let mut judgement = Judgement::of("x");
        judgement.memory(&Peaks { memory_kib: 300 * 1024, files: 7, threads: 3 }, 256);
        let late = Probed { worst: Duration::from_secs(2), answered: 1, failures: Vec::new() };
        judgement.probe("a probe", &late, Duration::from_secs(1));
        assert_eq!(
            judgement.broken,
            ["300 MiB of memory, 256 are allowed", "a probe took 2000 ms, 1000 are allowed"]
        );
    }

    #[test]
    fn a_missing_answer_breaks_the_class() {
        let mut judgement = Judgement::of("x");
        judgement.probe("a probe", &Probed::default(), Duration::from_secs(1));
        assert_eq!(judgement.broken, ["a probe: never answered"]);
    }
}
