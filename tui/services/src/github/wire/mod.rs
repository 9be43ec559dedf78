//! Lenient parsing of GitHub's JSON.
//!
//! A member that is absent, null or of an unexpected type gets its default. Only an entry without an id cannot be
//! shown; such entries are counted. GitHub adds values without notice, and a new value must not make the page
//! unreadable.

mod jobs;
mod pending;
mod runs;
mod workflows;

use hello_model::{run::State, time::Timestamp};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

pub(in crate::github) use self::{
    jobs::jobs,
    pending::pending,
    runs::{RUNS_PER_PAGE, run, runs},
    workflows::{
        annotations, artifacts, changed_files, default_branch, deployments, environments, status, workflows,
    },
};

/// The readable entries of a page.
#[derive(Debug)]
pub(in crate::github) struct Page<T> {
    pub(in crate::github) items: Vec<T>,
    /// The number of entries without an id.
    pub(in crate::github) unreadable: usize,
    /// The total number of entries on all pages, if GitHub reports it.
    pub(in crate::github) total: Option<usize>,
}

fn page_of<W: DeserializeOwned, T>(rows: Vec<Value>, total: Option<usize>, into: fn(W) -> T) -> Page<T> {
    let count = rows.len();
    let items: Vec<T> =
        rows.into_iter().filter_map(|row| serde_json::from_value(row).ok().map(into)).collect();
    Page { unreadable: count - items.len(), items, total }
}

/// Treats an empty text as absent.
fn known(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn state(status: Option<&str>, conclusion: Option<&str>) -> State {
    State::from_words(status.filter(|word| !word.is_empty()).unwrap_or("unknown"), conclusion)
}

fn if_understood<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(from)?).unwrap_or_default())
}

/// Parses a timestamp. Enterprise servers write an absent one as a time before the epoch.
fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
    let at: Option<Timestamp> = if_understood(from)?;
    Ok(at.filter(|at| *at > Timestamp::UNIX_EPOCH))
}
