//! GitHub workflow runs, their jobs and steps.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

use super::{
    pages::{Cursor, ListItem, Paged, Pages},
    time::Timestamp,
};

/// A repository, `owner/name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Repo {
    pub owner: String,
    pub name: String,
}

impl FromStr for Repo {
    type Err = String;

    fn from_str(slug: &str) -> Result<Self, Self::Err> {
        let fits = |part: &str| {
            !part.is_empty()
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
                && part.chars().any(|c| c != '.')
        };
        match slug.split_once('/') {
            Some((owner, name)) if fits(owner) && fits(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(format!("`{slug}` is not OWNER/NAME")),
        }
    }
}

impl fmt::Display for Repo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// GitHub's id of a run, unique across all repositories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct RunId(pub u64);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The state of a run, job or step: GitHub's `status` and `conclusion` combined.
///
/// GitHub adds values without notice; an unknown value is kept as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Requested, queued or pending: nothing runs yet.
    Queued,
    InProgress,
    /// Blocked by an environment's protection rules until a reviewer approves.
    Waiting,
    Done(Conclusion),
    Unknown(String),
}

/// The result of a finished run, job or step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conclusion {
    Success,
    Failure,
    Cancelled,
    Skipped,
    Neutral,
    TimedOut,
    ActionRequired,
    Stale,
    StartupFailure,
    Unknown(String),
}

impl State {
    /// Parses GitHub's `status` and `conclusion`.
    pub fn from_words(status: &str, conclusion: Option<&str>) -> Self {
        match (status, conclusion) {
            ("completed", Some(word)) => Self::Done(Conclusion::from_word(word)),
            ("completed", None) => Self::Done(Conclusion::Unknown("none".to_owned())),
            ("requested" | "queued" | "pending", _) => Self::Queued,
            ("in_progress", _) => Self::InProgress,
            ("waiting", _) => Self::Waiting,
            (other, _) => Self::Unknown(other.to_owned()),
        }
    }

    /// Reports whether the state can still change without user action.
    pub fn is_active(&self) -> bool {
        !matches!(self, Self::Done(_))
    }

    /// Reports whether it failed, timed out or never started.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Done(Conclusion::Failure | Conclusion::TimedOut | Conclusion::StartupFailure))
    }

    /// Returns the value for users and for JSON.
    pub fn word(&self) -> &str {
        match self {
            Self::Queued => "queued",
            Self::InProgress => "in_progress",
            Self::Waiting => "waiting",
            Self::Done(conclusion) => conclusion.word(),
            Self::Unknown(word) => word,
        }
    }
}

/// Writes the word.
impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

impl Conclusion {
    fn from_word(word: &str) -> Self {
        match word {
            "success" => Self::Success,
            "failure" => Self::Failure,
            "cancelled" => Self::Cancelled,
            "skipped" => Self::Skipped,
            "neutral" => Self::Neutral,
            "timed_out" => Self::TimedOut,
            "action_required" => Self::ActionRequired,
            "stale" => Self::Stale,
            "startup_failure" => Self::StartupFailure,
            other => Self::Unknown(other.to_owned()),
        }
    }

    fn word(&self) -> &str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
            Self::Neutral => "neutral",
            Self::TimedOut => "timed_out",
            Self::ActionRequired => "action_required",
            Self::Stale => "stale",
            Self::StartupFailure => "startup_failure",
            Self::Unknown(word) => word,
        }
    }
}

/// One run of a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    pub id: RunId,
    /// The run number within its workflow, from 1: the `#42` on the web page. Zero if unknown.
    pub number: u64,
    pub attempt: u32,
    pub workflow: String,
    /// The commit's subject or the run's own name.
    pub title: String,
    pub event: String,
    pub branch: Option<String>,
    /// The full commit id.
    pub commit: String,
    pub actor: Option<String>,
    pub state: State,
    /// The earliest known time of the run, if there is one.
    pub created_at: Option<Timestamp>,
    /// When this attempt started.
    pub started_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub url: String,
}

impl Run {
    /// Returns the abbreviated commit id.
    pub fn short_commit(&self) -> &str {
        self.commit.get(..7).unwrap_or(&self.commit)
    }

    /// Returns when this attempt started, or when the run was created if the start is unknown.
    pub fn began_at(&self) -> Option<Timestamp> {
        self.started_at.or(self.created_at)
    }

    /// Returns `#42`, or a dash if the number is unknown.
    pub fn label(&self) -> String {
        if self.number == 0 { "–".to_owned() } else { format!("#{}", self.number) }
    }
}

/// The newest runs of a repository, newest first. Runs without a date come last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunList {
    pub runs: Pages<Run>,
    /// The number of entries in the responses that have no id and cannot be shown.
    pub unreadable: usize,
}

impl ListItem for Run {
    type Id = RunId;

    fn identity(&self) -> &RunId {
        &self.id
    }
}

impl Paged for RunList {
    fn loaded(&self) -> usize {
        self.runs.loaded()
    }

    fn next(&self) -> Option<&Cursor> {
        self.runs.next()
    }

    fn refresh(&mut self, head: Self) {
        self.runs.refresh(head.runs);
        self.unreadable = self.unreadable.max(head.unreadable);
    }

    fn append(&mut self, page: Self) {
        self.runs.append(page.runs);
        self.unreadable += page.unreadable;
    }

    fn is_confirmed_by(&self, head: &Self) -> bool {
        self.unreadable >= head.unreadable && self.runs.is_confirmed_by(&head.runs)
    }
}

/// One job of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    pub id: u64,
    pub name: String,
    pub state: State,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub steps: Vec<Step>,
}

/// One step of a job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    pub number: u64,
    pub name: String,
    pub state: State,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
}

/// A run with its jobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunDetail {
    pub run: Run,
    pub jobs: Vec<Job>,
    /// The number of entries in the response that have no id and cannot be shown.
    pub unreadable_jobs: usize,
    pub pending: Pending,
}

impl RunDetail {
    /// Creates the detail of a run that waits for nothing.
    pub fn new(run: Run, jobs: Vec<Job>) -> Self {
        Self { run, jobs, unreadable_jobs: 0, pending: Pending::default() }
    }

    /// Reports whether the run, or one of its jobs, waits for the rules of an environment.
    pub fn is_waiting(&self) -> bool {
        self.run.state == State::Waiting || self.jobs.iter().any(|job| job.state == State::Waiting)
    }
}

/// What a waiting run waits for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pending {
    pub environments: Vec<PendingEnvironment>,
    /// Why the environments are not known, and what to type next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
}

/// An environment whose rules keep a run waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingEnvironment {
    pub name: String,
    /// The users and teams of which one may approve; none if the environment has another rule, such as a timer.
    pub reviewers: Vec<String>,
    /// Whether the account of the token may approve.
    pub you_may_approve: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_of_github_is_kept() {
        assert_eq!(State::from_words("levitating", None).word(), "levitating");
        assert_eq!(State::from_words("completed", Some("vanished")).word(), "vanished");
    }

    #[test]
    fn a_slug_is_two_parts() {
        for bad in ["", "a", "a/", "/b", "a/b/c", "a b/c", "../.."] {
            assert!(bad.parse::<Repo>().is_err(), "{bad} was taken");
        }
        assert_eq!("hello-truck/hello.truck".parse::<Repo>().unwrap().to_string(), "hello-truck/hello.truck");
    }
}
