//! A list of runs tells of runs that are known one by one: one that has finished is not polled, but may run again.

use hello_model::{
    query::{Answer, Query},
    run::{Run, RunQuery},
    time::Now,
};

use super::{Cache, Content};

impl Cache {
    /// Makes runs due of which the answer to `list` tells something newer.
    pub(super) fn expire_reruns(&mut self, list: &RunQuery, now: Now) {
        let Some(Content::Value(entry)) =
            self.slots.get(&Query::Runs(list.clone())).map(|slot| &slot.content)
        else {
            return;
        };
        let Some(Answer::Runs(runs)) = entry.value().cloned() else { return };
        for (query, slot) in &mut self.slots {
            let (Query::Run(repo, id), Content::Value(entry)) = (query, &mut slot.content) else { continue };
            let Some(Answer::Run(known)) = entry.value() else { continue };
            let listed = runs.runs.items.iter().find(|run| run.id == *id && *repo == list.repo);
            if listed.is_some_and(|listed| runs_again(&known.run, listed)) {
                entry.expire(now);
            }
        }
    }
}

/// Reports whether a run that has ended was started again since.
fn runs_again(known: &Run, listed: &Run) -> bool {
    !known.state.is_active() && (listed.attempt > known.attempt || listed.state.is_active())
}
