//! The gate that every change passes, whether a key, the palette or a script asked for it.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use hello_model::{
    document,
    failure::{Failure, Kind},
    text::cut,
    write::{Outcome, Write, WriteResult},
};
use jiff::Timestamp;
use serde::Serialize;

use crate::Services;

/// The longest text of an entry, in columns: a name or a reason may come from outside.
const TEXT_LIMIT: usize = 500;

/// Lets writes through, or not, and records them.
#[derive(Debug, Clone)]
pub struct Guard {
    read_only: bool,
    /// Where the audit trail is, if it can be anywhere.
    trail: Option<PathBuf>,
}

/// One line of the audit trail.
#[derive(Debug, Clone, Copy, Serialize)]
struct Entry<'a> {
    at: Timestamp,
    /// The same for the lines before and after one write.
    id: &'a str,
    what: &'a str,
    target: &'a str,
    /// `asked`, `done`, `refused`, or why it failed.
    result: &'a str,
}

impl Guard {
    pub fn new(read_only: bool, trail: Option<PathBuf>) -> Self {
        Self { read_only, trail }
    }

    /// Executes a write: refused in read-only mode, recorded before it is tried and after. A write that cannot be
    /// recorded is refused.
    pub async fn execute(&self, write: Write, services: &Services) -> WriteResult {
        let (what, target) = (write.label(), write.target());
        let id = write.key().to_owned();
        let note = |result: &str| {
            self.record(&Entry { at: Timestamp::now(), id: &id, what, target: &target, result })
        };
        if self.read_only {
            // Nothing is changed, so an unwritable trail holds up nothing.
            let _ = note("refused: read-only");
            let failure = Failure::new(Kind::Unauthorized, what, "this console is read-only")
                .hint("start it without --read-only (HELLO_READ_ONLY)");
            return WriteResult::Refused(failure);
        }
        if let Err(error) = note("asked") {
            return WriteResult::Refused(self.unrecorded(what, &error));
        }
        let answer = match write {
            Write::CreateTruck { truck, key } => {
                services.trucks.create(&truck, &key).await.map(Outcome::Truck)
            }
            Write::CreateTrucks { trucks, key } => {
                services.trucks.create_all(&trucks, &key).await.map(Outcome::Trucks)
            }
        };
        let result = answer.as_ref().map_or_else(ToString::to_string, |_| "done".to_owned());
        if let Err(error) = note(&result) {
            tracing::error!(%error, "the outcome of a write could not be recorded");
        }
        answer.map_or_else(WriteResult::failed, WriteResult::Done)
    }

    /// Adds a line to the trail.
    fn record(&self, entry: &Entry<'_>) -> io::Result<()> {
        let Some(trail) = &self.trail else {
            return Err(io::Error::other("no folder for it is known"));
        };
        let entry = Entry {
            target: &cut(entry.target, TEXT_LIMIT),
            result: &cut(entry.result, TEXT_LIMIT),
            ..*entry
        };
        let mut line = document::json_line(&entry).map_err(io::Error::other)?;
        line.push('\n');
        hello_files::append(trail)?.write_all(line.as_bytes())
    }

    fn unrecorded(&self, what: &str, error: &io::Error) -> Failure {
        let Some(trail) = self.trail.as_deref().map(Path::display) else {
            let why = "it cannot be recorded: there is no home folder for the audit trail";
            return Failure::new(Kind::NotConfigured, what, why)
                .hint("set HOME, or XDG_STATE_HOME, to the path of a folder that is yours");
        };
        Failure::new(Kind::NotConfigured, what, format!("it cannot be recorded in {trail}: {error}"))
            .hint("make it a file that you may write, or set XDG_STATE_HOME to another folder")
    }
}
