//! Which runs are asked for.

use super::Repo;

/// GitHub returns at most so many runs of a list with a filter.
pub const MAX_FILTERED_RUNS: usize = 1_000;

/// The runs of a repository, or those that GitHub selects.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RunQuery {
    pub repo: Repo,
    pub filter: RunFilter,
}

/// What GitHub selects runs by. Without anything, it lists all runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct RunFilter {
    /// The name of the workflow's file, or its id.
    pub workflow: Option<String>,
    pub branch: Option<String>,
    /// The event that started the run: `push`.
    pub event: Option<String>,
    /// A status or a conclusion in GitHub's words: `in_progress`, `failure`.
    pub status: Option<String>,
    /// The login of the account that started the run.
    pub actor: Option<String>,
    /// The full id of a commit.
    pub commit: Option<String>,
}

impl From<Repo> for RunQuery {
    /// Asks for all runs.
    fn from(repo: Repo) -> Self {
        Self { repo, filter: RunFilter::default() }
    }
}

impl RunFilter {
    /// Returns the parameters of the request, with their values.
    pub fn parameters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let Self { workflow: _, branch, event, status, actor, commit } = self;
        let all = [
            ("branch", branch),
            ("event", event),
            ("status", status),
            ("actor", actor),
            ("head_sha", commit),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }

    /// Reports whether GitHub lists at most [`MAX_FILTERED_RUNS`] runs. The workflow alone does not count.
    pub fn is_limited(&self) -> bool {
        self.parameters().next().is_some()
    }
}
