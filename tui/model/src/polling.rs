//! How often remote data is asked for again.

use std::time::Duration;

use crate::{
    budget::Budget,
    fetch::Attention,
    query::{Answer, Query},
    run::RunDetail,
    time::Timestamp,
};

/// Data in which something is going on.
const ACTIVE: Duration = Duration::from_secs(5);

/// One run that the user looks at.
const FOCUSED_RUN: Duration = Duration::from_secs(3);

/// A run or a list of runs in which something is going on, without anyone looking at it.
const UNFOCUSED_RUN: Duration = Duration::from_secs(30);

/// A run that has waited for a runner, or for an approval, for longer than [`STUCK_AFTER`].
const STUCK_RUN: Duration = Duration::from_secs(30);

/// How long nothing has happened in a run that counts as stuck.
const STUCK_AFTER: Duration = Duration::from_mins(10);

/// Runs and deployments in which nothing is going on.
const IDLE: Duration = Duration::from_secs(20);

/// Trucks, where no events tell of changes.
const TRUCKS: Duration = Duration::from_secs(10);

/// Trucks while events tell of changes: to see a service that only sends events, and not to depend on each of them.
const FOLLOWED_TRUCKS: Duration = Duration::from_mins(1);

/// A stack, which changes more slowly than its service, and whose API allows fewer calls.
const STACK: Duration = Duration::from_secs(15);

/// What belongs to runs and rarely changes.
const SLOW: Duration = Duration::from_mins(1);

/// The descriptors, which may be edited meanwhile.
const CATALOG: Duration = Duration::from_secs(30);

/// How much longer the intervals are once less than a tenth of the rate limit is left.
const LOW_BUDGET: u32 = 6;

/// What the interval depends on, beside the query and its answer.
#[derive(Debug, Clone, Copy)]
pub struct Polling {
    pub attention: Attention,
    /// What is left of GitHub's rate limit, if it is known.
    pub budget: Option<Budget>,
    /// Whether [`Query::TruckEvents`] is received.
    pub has_events: bool,
    pub now: Timestamp,
}

impl Query {
    /// Returns how long after `answer` it is asked again; `None` if the answer does not change any more.
    pub fn poll_interval(&self, answer: Option<&Answer>, by: &Polling) -> Option<Duration> {
        let is_active = answer.is_some_and(Answer::is_active);
        let interval = match self {
            Self::Catalog | Self::Descriptor(_) => CATALOG,
            Self::Trucks(_) | Self::Truck(_) if by.has_events => FOLLOWED_TRUCKS,
            Self::Trucks(_) | Self::Truck(_) | Self::TruckEvents => TRUCKS,
            Self::StackEvents { .. } => STACK,
            Self::Run(..) => run(answer, by)?,
            Self::Workflows(_) | Self::Environments(_) | Self::Artifacts(..) => SLOW,
            // A branch moves on; what belongs to a commit or to an ended job stays.
            Self::RepositoryFile { reference, .. } if !is_commit(reference.as_deref()) => SLOW,
            Self::RepositoryFile { .. }
            | Self::Annotations(..)
            | Self::ForkChanges(..)
            | Self::JobLog(..) => return None,
            Self::Runs(_) if is_active && by.attention == Attention::Background => UNFOCUSED_RUN,
            // The runs of a commit that was pushed just now appear within seconds.
            Self::Runs(list) if list.filter.commit.is_some() && by.attention == Attention::Focused => ACTIVE,
            Self::Runs(_) | Self::Service(_) | Self::Logs(_) if is_active => ACTIVE,
            Self::Runs(_) | Self::Service(_) | Self::Logs(_) => IDLE,
        };
        let is_low = self.counts_against_budget() && by.budget.is_some_and(|budget| budget.is_low());
        Some(if is_low { interval * LOW_BUDGET } else { interval })
    }

    /// Reports whether its requests count against GitHub's rate limit.
    pub fn counts_against_budget(&self) -> bool {
        matches!(
            self,
            Self::Runs(_)
                | Self::Run(..)
                | Self::JobLog(..)
                | Self::Workflows(_)
                | Self::RepositoryFile { .. }
                | Self::Annotations(..)
                | Self::Artifacts(..)
                | Self::Environments(_)
                | Self::ForkChanges(..)
        )
    }
}

/// Reports whether a reference is the full id of a commit.
fn is_commit(reference: Option<&str>) -> bool {
    reference.is_some_and(|text| text.len() >= 40 && text.chars().all(|c| c.is_ascii_hexdigit()))
}

/// A finished run does not change any more: a rerun is another write, or is seen in the list.
fn run(answer: Option<&Answer>, by: &Polling) -> Option<Duration> {
    let Some(Answer::Run(detail)) = answer else { return Some(FOCUSED_RUN) };
    match () {
        () if !detail.run.state.is_active() && !detail.jobs.iter().any(|job| job.state.is_active()) => None,
        () if is_stuck(detail, by.now) => Some(STUCK_RUN),
        () if by.attention == Attention::Focused => Some(FOCUSED_RUN),
        () => Some(UNFOCUSED_RUN),
    }
}

/// Reports whether nothing runs, and nothing has happened for a while.
fn is_stuck(detail: &RunDetail, now: Timestamp) -> bool {
    let is_running = detail.jobs.iter().any(|job| job.state == crate::run::State::InProgress);
    let ended = detail.jobs.iter().filter_map(|job| job.completed_at);
    let last = ended.chain(detail.run.began_at()).max();
    !is_running
        && last.is_some_and(|last| {
            Duration::try_from(now.duration_since(last)).is_ok_and(|passed| passed > STUCK_AFTER)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Run, RunFilter, RunId, RunList, RunQuery, State};

    fn by(attention: Attention, remaining: u64) -> Polling {
        let now = "2026-11-23T10:05:00Z".parse().unwrap();
        let budget = Some(Budget { limit: 5_000, remaining, resets_at: now });
        Polling { attention, budget, has_events: false, now }
    }

    fn interval(state: State, began_at: &str, by: &Polling) -> Option<u64> {
        let run = Run {
            id: RunId(1),
            number: 1,
            attempt: 1,
            workflow: "ci".to_owned(),
            title: String::new(),
            event: "push".to_owned(),
            branch: None,
            commit: String::new(),
            actor: None,
            state,
            created_at: Some(began_at.parse().unwrap()),
            started_at: None,
            updated_at: None,
            url: String::new(),
            path: None,
            fork: None,
            pull_request: None,
        };
        let query = Query::Run("a/b".parse().unwrap(), RunId(1));
        let interval = query.poll_interval(Some(&RunDetail::new(run, Vec::new()).into()), by)?;
        Some(interval.as_secs())
    }

    #[test]
    fn a_run_in_focus_is_polled_often_and_a_finished_one_never() {
        let (focused, visible) = (by(Attention::Focused, 4_000), by(Attention::Visible, 4_000));
        assert_eq!(interval(State::InProgress, "2026-11-23T10:00:00Z", &focused), Some(3));
        assert_eq!(interval(State::InProgress, "2026-11-23T10:00:00Z", &visible), Some(30));
        let done = State::from_words("completed", Some("failure"));
        assert_eq!(interval(done, "2026-11-23T10:00:00Z", &focused), None);
    }

    #[test]
    fn runs_of_a_commit_that_are_waited_for_are_listed_often() {
        let filter = RunFilter { commit: Some("c0ffee".to_owned()), ..RunFilter::default() };
        let of_commit = Query::Runs(RunQuery { repo: "a/b".parse().unwrap(), filter });
        let all = Query::runs("a/b".parse().unwrap());
        let none = RunList::default().into();
        let interval = |query: &Query, attention| query.poll_interval(Some(&none), &by(attention, 4_000));
        assert_eq!(interval(&of_commit, Attention::Focused), Some(Duration::from_secs(5)));
        assert_eq!(interval(&of_commit, Attention::Visible), Some(Duration::from_secs(20)));
        assert_eq!(interval(&all, Attention::Focused), Some(Duration::from_secs(20)));
    }

    #[test]
    fn a_file_is_read_again_at_a_branch_and_not_at_a_commit() {
        let interval = |reference: &str| {
            let (repo, path) = ("a/b".parse().unwrap(), "ci.yml".to_owned());
            let query = Query::RepositoryFile { repo, path, reference: Some(reference.to_owned()) };
            query.poll_interval(None, &by(Attention::Visible, 4_000))
        };
        assert_eq!(interval("main"), Some(SLOW));
        assert_eq!(interval(&"0".repeat(40)), None);
    }

    #[test]
    fn a_stuck_run_and_a_low_budget_are_polled_slowly() {
        let focused = by(Attention::Focused, 4_000);
        assert_eq!(interval(State::Queued, "2026-11-23T08:00:00Z", &focused), Some(30));
        let poor = by(Attention::Focused, 499);
        assert_eq!(interval(State::InProgress, "2026-11-23T10:00:00Z", &poor), Some(18));
    }
}
