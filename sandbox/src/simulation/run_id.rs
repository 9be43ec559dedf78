//! The ids of runs: one series for the scenario, and the numbers between them for commands.

use crate::moment::Moment;

/// The zero point of run ids (2020-01-01), so that they look like GitHub's and grow with time.
const EPOCH: i64 = 1_577_836_800_000;

/// Returns the id of a run that the scenario creates at this moment.
pub(crate) fn id_at(at: Moment) -> u64 {
    u64::try_from((at.millis() - EPOCH) / 160 * 16).unwrap_or(0)
}

/// Returns an id for a run that a command creates. It is never an id of the scenario's runs, nor one that `is_taken`.
pub(crate) fn fresh_id(at: Moment, is_taken: impl Fn(u64) -> bool) -> u64 {
    free_id(id_at(at).saturating_add(1), is_taken)
}

/// Returns the first free id from `wanted` on. Multiples of sixteen are reserved for the scenario.
pub(super) fn free_id(wanted: u64, is_taken: impl Fn(u64) -> bool) -> u64 {
    (wanted..=u64::MAX).find(|id| !id.is_multiple_of(16) && !is_taken(*id)).unwrap_or(wanted)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::moment::secs;

    #[test]
    fn ids_grow_with_time_and_commands_never_take_the_scenarios() {
        let at = Moment::from_millis(1_800_000_000_000);
        assert!(id_at(at) < id_at(at + secs(1)));
        let mut given = HashSet::new();
        for _ in 0..40 {
            let id = fresh_id(at, |id| given.contains(&id));
            assert!(!id.is_multiple_of(16) && given.insert(id));
        }
    }
}
