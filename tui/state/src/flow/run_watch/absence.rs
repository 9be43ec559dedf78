//! A run that GitHub does not find: it was started just now, it was deleted, or it never was.

use std::time::{Duration, Instant};

use hello_model::{
    failure::{Failure, Kind},
    run::{Repo, RunId},
    time::{Now, short},
};

use crate::cache::Cache;

/// How long a run may be missing after it was started. GitHub shows most after a few seconds.
const LIMIT: Duration = Duration::from_secs(30);

/// Since when a run is not found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Absence(Instant);

impl Absence {
    pub(super) fn since(now: Now) -> Self {
        Self(now.instant)
    }

    /// Returns when waiting ends.
    pub(super) fn ends_at(&self) -> Instant {
        self.0 + LIMIT
    }

    pub(super) fn is_final(self, now: Now) -> bool {
        now.instant >= self.ends_at()
    }
}

/// Reports whether a run would be in the list if it existed: ids grow with time.
pub(super) fn is_older_than_listed(id: RunId, repo: &Repo, cache: &Cache) -> bool {
    let list = cache.runs(repo);
    let has_newer = list.value().is_some_and(|list| list.runs.items.iter().any(|run| run.id > id));
    has_newer || list.failure().is_some()
}

/// Says that a run is waited for.
pub(super) fn remark(id: RunId) -> String {
    format!("GitHub does not show run {id}; if it was started just now, it appears within {}", short(LIMIT))
}

/// Returns why a run is not found that was there before.
pub(super) fn deleted(id: RunId) -> Failure {
    let why = "GitHub does not have the run any more: it was deleted while it was followed";
    Failure::new(Kind::NotFound, format!("following run {id}"), why).hint("hello-tui runs list")
}
