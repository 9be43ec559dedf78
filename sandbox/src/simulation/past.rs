//! Runs before the simulation, on request: many, small and successful, for lists of any length.

use crate::moment::{Moment, secs};
use crate::repository::Snapshot;
use crate::scenario::{AUTHORS, Commit, Scenario};

use super::attempts;
use super::run::Run;
use super::run_id::id_at;
use super::run_spec::{ReleaseResult, RunSpec};
use super::workflow::{Event, Workflow};
use super::world::{PAST_BEFORE, run};

/// The maximum number of such runs.
pub(crate) const MAX_PAST: u64 = PAST_BEFORE;

/// The seconds between two of them.
const INTERVAL: u64 = 300;

/// How long before the start of the sandbox the newest one was, in seconds.
const AGE: u64 = 26 * 3600;

/// Returns the run of this index; the newest has the index 0.
pub(crate) fn past_run(scenario: &Scenario, index: u64) -> Option<Run> {
    let at = moment(scenario, index);
    let spec = run_spec(scenario, index, at);
    let attempts = attempts::attempts(scenario, &spec, &[]);
    run(&spec, attempts, PAST_BEFORE.saturating_sub(index), &[])
}

/// Returns the index of the run with this id, if there is one.
pub(crate) fn past_index(scenario: &Scenario, id: u64) -> Option<u64> {
    let newest = id_at(moment(scenario, 0));
    // Ids grow by one for each ten milliseconds.
    let index = newest.checked_sub(id)? / (INTERVAL * 100);
    (id_at(moment(scenario, index)) == id).then_some(index)
}

fn moment(scenario: &Scenario, index: u64) -> Moment {
    scenario.start() - secs(AGE + index.saturating_mul(INTERVAL))
}

fn run_spec(scenario: &Scenario, index: u64, at: Moment) -> RunSpec {
    let mut rng = scenario.rng("past", &[index]);
    let author = rng.pick(AUTHORS);
    let commit = Commit {
        sha: rng.hex(40),
        tree: rng.hex(40),
        message: format!("chore: change {index}"),
        author,
        at: at - secs(20),
        branch: "main".to_owned(),
        files: Snapshot::Main,
    };
    RunSpec {
        id: id_at(at),
        at,
        workflow: Workflow::CodeQl,
        event: Event::Push,
        commit,
        title: None,
        actor: author,
        result: ReleaseResult::Pass,
        gate: None,
        is_dispatched: false,
        episode: None,
        fork: None,
        pull: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::Names;

    #[test]
    fn a_past_run_is_found_by_its_id() {
        let scenario = Scenario::starting_at(Moment::from_millis(1_800_000_000_123), 1, Names::default());
        for index in [0, 1, 77, 9_999] {
            let run = past_run(&scenario, index).unwrap();
            assert_eq!(past_index(&scenario, run.id), Some(index));
            assert_eq!(past_index(&scenario, run.id + 1), None);
        }
    }
}
