//! One change of what a flow follows.

use std::{fmt, time::Duration};

use hello_model::{
    run::{RunId, RunRef},
    time::{Timestamp, clock, short},
};
use serde::{Serialize, Serializer};

use crate::present::{Format, Tone};

/// A part of what is followed has another status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// When the status changed, as the service says; when it was noticed if the service does not say.
    pub at: Timestamp,
    pub subject: Subject,
    /// The service's own id, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<u64>,
    pub name: String,
    /// The job that a step belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// The run that a job or step belongs to, where several runs are followed; its id in JSON.
    #[serde(serialize_with = "run_id", skip_serializing_if = "Option::is_none")]
    pub run: Option<RunRef>,
    /// The status as the service writes it: `in_progress`.
    pub status: String,
    #[serde(skip)]
    pub tone: Tone,
    /// How long it took, in whole seconds in JSON; known once it has ended.
    #[serde(rename = "seconds", serialize_with = "seconds", skip_serializing_if = "Option::is_none")]
    pub took: Option<Duration>,
    /// The web page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Subject {
    Run,
    Job,
    Step,
}

impl Change {
    /// Writes it as one line, with the time of day in the user's zone.
    pub fn line(&self, format: &Format) -> String {
        let at = clock(self.at, &format.clock.zone);
        let url = self.url.as_ref().map(|url| format!(" {url}")).unwrap_or_default();
        format!("{at} {}: {}{url}", self.part(), self.status())
    }

    /// Names what has changed: `step test of job build`, or `job build of Check #42` where several runs are followed.
    pub fn part(&self) -> String {
        let job = self.job.as_ref().map(|job| format!(" of job {job}")).unwrap_or_default();
        let run = self.run.as_ref().map(|run| format!(" of {}", run.name)).unwrap_or_default();
        format!("{} {}{job}{run}", self.subject, self.name)
    }

    /// Writes the new status in words, with the time it took: `failure after 8s`.
    pub fn status(&self) -> String {
        let took = self.took.map(|took| format!(" after {}", short(took))).unwrap_or_default();
        format!("{}{took}", self.status.replace('_', " "))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Run => "run",
            Self::Job => "job",
            Self::Step => "step",
        })
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn seconds<S: Serializer>(took: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    took.map(|took| took.as_secs()).serialize(serializer)
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn run_id<S: Serializer>(run: &Option<RunRef>, serializer: S) -> Result<S::Ok, S::Error> {
    run.as_ref().map(|RunRef { id: RunId(id), .. }| id).serialize(serializer)
}
