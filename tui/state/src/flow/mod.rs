//! Flows: tasks that need several answers: what they want, what they report, and how they end.
//!
//! A flow is pure. A screen can embed one, the command line runs it without a screen, and a test hands it a cache.

mod change;
pub mod commit_watch;
pub mod run_watch;

use std::time::Instant;

use hello_model::{failure::Failure, fetch::Want, run::RunDetail, time::Now};

pub use self::change::{Change, Subject};
use crate::cache::Cache;

/// A task that needs several answers.
pub trait Flow {
    /// Returns the queries that it needs now.
    fn wants(&self) -> Vec<Want>;

    /// Compares the cache with what was reported so far, and returns what there is to report. After the end there is
    /// nothing.
    fn update(&mut self, cache: &Cache, now: Now) -> Vec<Line>;

    /// Returns how it ended, once it has.
    fn verdict(&self) -> Option<&Verdict>;

    /// Returns when it has something to do although no answer arrives.
    fn deadline(&self) -> Option<Instant> {
        None
    }

    /// Returns the runs that it follows, as far as they are known, oldest first.
    fn runs<'c>(&self, _cache: &'c Cache) -> Vec<&'c RunDetail> {
        Vec::new()
    }

    /// Returns what it waits for beside the end of its runs.
    fn waits_for(&self, _now: Now) -> Option<String> {
        None
    }
}

/// Something to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Changed(Change),
    /// A request failed, and is made again. It is reported once for a row of equal failures.
    Retrying(Failure),
    /// Something to know that is not a change of a status.
    Remark(String),
}

/// How a flow ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Succeeded,
    /// What it followed ended without success.
    Failed,
    /// The result cannot be found out.
    Unknown(Failure),
    /// What it waits for has not happened in time.
    TimedOut(Failure),
}
