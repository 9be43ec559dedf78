//! The events in the sandbox without any commands: release cycles, one after the other, from a seed.
//!
//! Pure and stateless: a cycle is computed from its number alone. `simulation` computes the consequences of a cycle
//! and of the commands that change it.

mod authors;
mod cycle;

use std::ops::Range;
use std::time::Duration;

pub(crate) use authors::{AUTHORS, Commit, OPERATOR, STRANGER, User};
pub(crate) use cycle::{Cycle, Kind};

use crate::moment::{Moment, secs};
use crate::names::Names;
use crate::seeded_rng::SeededRng;

/// How long a release cycle takes.
pub(crate) const CYCLE: Duration = secs(600);

/// The number of cycles after which their kinds repeat (their details never do).
pub(crate) const PERIOD: usize = 12;

/// The number of cycles before the start of the sandbox.
const EARLIER_CYCLES: u64 = 36;

/// The offset in a cycle at which the sandbox starts: new tasks are starting, and a pull request is being tested.
const START_OFFSET: Duration = secs(192);

/// The number of past cycles that the sandbox shows.
const SHOWN_CYCLES: u64 = 60;

/// The seed, the names, and the time of the first cycle.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub seed: u64,
    pub names: Names,
    origin: Moment,
    kinds: [Kind; PERIOD],
}

impl Scenario {
    /// Places the cycles so that `start` is in the middle of one, with hours of history before it.
    pub(crate) fn starting_at(start: Moment, seed: u64, names: Names) -> Self {
        let history = CYCLE * u32::try_from(EARLIER_CYCLES).unwrap_or(u32::MAX);
        Self { seed, names, origin: start - START_OFFSET - history, kinds: cycle::kinds(seed) }
    }

    /// Returns when the sandbox started.
    pub(crate) fn start(&self) -> Moment {
        self.origin + CYCLE * u32::try_from(EARLIER_CYCLES).unwrap_or(u32::MAX) + START_OFFSET
    }

    /// Returns the cycles that are shown at `now`, up to and including the current one.
    pub(crate) fn cycles(&self, now: Moment) -> Range<u64> {
        let current = u64::try_from(now.since(self.origin).as_millis() / CYCLE.as_millis()).unwrap_or(0);
        current.saturating_sub(SHOWN_CYCLES)..current + 1
    }

    /// Returns the cycle of this number.
    pub(crate) fn cycle(&self, index: u64) -> Cycle {
        let start = self.origin + CYCLE * u32::try_from(index).unwrap_or(u32::MAX);
        let place = usize::try_from(index % PERIOD as u64).unwrap_or(0);
        Cycle {
            index,
            start,
            kind: self.kinds[place],
            pull_request: place % 2 == 0 || self.kinds[place] == Kind::Paused,
            promotes: place == 6,
        }
    }

    /// Returns how many cycles before this number satisfy `counts`.
    pub(crate) fn count_before(&self, index: u64, counts: impl Fn(&Cycle) -> bool) -> u64 {
        let period = PERIOD as u64;
        let among = |range: Range<u64>| range.filter(|&i| counts(&self.cycle(i))).count() as u64;
        (index / period) * among(0..period) + among(0..index % period)
    }

    /// Returns when the repository, the cluster and the stack were created: long before the oldest shown cycle.
    pub(crate) fn resources_created_at(&self) -> Moment {
        self.origin - secs(60 * 60 * 24 * 200)
    }

    /// Returns the random number generator of one item of this scenario.
    pub(crate) fn rng(&self, what: &str, which: &[u64]) -> SeededRng {
        SeededRng::of(self.seed, what, which)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_cycles_in_bulk_equals_counting_them_one_by_one() {
        let scenario = Scenario::starting_at(Moment::from_millis(1_800_000_000_000), 3, Names::default());
        for kind in [Kind::Release, Kind::TestsFail, Kind::Unhealthy, Kind::Paused] {
            let one_by_one = (0..31).filter(|&i| scenario.cycle(i).kind == kind).count() as u64;
            assert_eq!(scenario.count_before(31, |cycle| cycle.kind == kind), one_by_one);
        }
    }

    #[test]
    fn the_sandbox_starts_in_the_middle_of_a_release() {
        let start = Moment::from_millis(1_800_000_000_000);
        for seed in 0..20 {
            let scenario = Scenario::starting_at(start, seed, Names::default());
            let current = scenario.cycle(scenario.cycles(start).end - 1);
            assert_eq!((current.kind, start.since(current.start)), (Kind::Release, START_OFFSET));
        }
    }
}
