//! How far following a commit has come: waiting for the first run, following, or looking for further runs.

use std::time::{Duration, Instant};

use hello_model::{
    failure::{Failure, Kind},
    time::{Now, Timestamp, short},
};

use crate::flow::Line;

/// How long after the end of the last run a list must be read to show that no other run has followed.
const SETTLE: Duration = Duration::from_secs(5);

/// How long after the end of a run the list is read often: GitHub may start a run because of it.
const SUCCESSOR: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
pub(super) struct Standing {
    began: Option<Instant>,
    is_announced: bool,
    /// When a run has ended last.
    run_ended: Option<Instant>,
    /// When all runs that are known have ended.
    all_ended: Option<Timestamp>,
    is_list_urgent: bool,
}

impl Standing {
    /// Notes the first turn.
    pub(super) fn begin(&mut self, now: Now) {
        if self.began.is_none() {
            (self.began, self.is_list_urgent) = (Some(now.instant), true);
        }
    }

    pub(super) fn began(&self) -> Option<Instant> {
        self.began
    }

    pub(super) fn waited(&self, now: Now) -> Duration {
        self.began.map_or(Duration::ZERO, |began| now.instant.duration_since(began))
    }

    /// Says once that the first run is waited for, when the list has been answered without any.
    pub(super) fn announce(&mut self, is_answered: bool, commit: &str, wait: Duration) -> Option<Line> {
        let is_first = is_answered && !self.is_announced;
        self.is_announced |= is_answered;
        is_first.then(|| Line::Remark(waiting(commit, wait)))
    }

    pub(super) fn run_ended(&mut self, now: Now) {
        self.run_ended = Some(now.instant);
    }

    /// Notes that a run is active, or new.
    pub(super) fn reopen(&mut self) {
        self.all_ended = None;
    }

    /// Reports whether a list that was read long enough after the end of all runs has shown no other.
    pub(super) fn is_confirmed(&mut self, ended_at: Timestamp, list_read_at: Option<Timestamp>) -> bool {
        let ended_at = *self.all_ended.get_or_insert(ended_at);
        list_read_at.is_some_and(|read_at| {
            Duration::try_from(read_at.duration_since(ended_at)).is_ok_and(|later| later >= SETTLE)
        })
    }

    pub(super) fn is_confirming(&self) -> bool {
        self.all_ended.is_some()
    }

    /// Decides how often the list is read.
    pub(super) fn judge_list(&mut self, has_no_run: bool, now: Now) {
        let had_end = self.run_ended.is_some_and(|ended| now.instant.duration_since(ended) < SUCCESSOR);
        self.is_list_urgent = has_no_run || had_end || self.is_confirming();
    }

    pub(super) fn is_list_urgent(&self) -> bool {
        self.is_list_urgent
    }
}

/// Says which run is waited for, and how long.
pub(super) fn waiting(commit: &str, at_most: Duration) -> String {
    format!("waiting for a run of commit {commit}, at most {}", short(at_most))
}

/// Says that some runs go on although following ends.
pub(super) fn others_go_on(count: usize, commit: &str) -> String {
    let runs = if count == 1 { "1 other run goes on" } else { &format!("{count} other runs go on") };
    format!("{runs}: hello-tui runs watch --commit {commit}")
}

/// Returns why no run is followed.
pub(super) fn no_run(commit: &str, waited: Duration) -> Failure {
    let why = format!("none has appeared within {}", short(waited));
    Failure::new(Kind::Unexpected, format!("waiting for a run of commit {commit}"), why)
        .hint("push the commit, and check that a workflow has its event under `on`: hello-tui runs list")
}
