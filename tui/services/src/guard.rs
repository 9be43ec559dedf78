//! The write gate: every change passes it, whether requested by a key, the palette or a script.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use hello_model::{
    document,
    failure::{Failure, Kind},
    text::cut,
    truck::Truck,
    write::Write,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::Services;

/// The result of a write.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    Truck(Truck),
    Trucks(Vec<Truck>),
}

impl Written {
    /// Returns the truck, if the result is a single one.
    pub fn into_truck(self) -> Result<Truck, Failure> {
        match self {
            Self::Truck(truck) => Ok(truck),
            Self::Trucks(trucks) => {
                let why = format!("{} trucks were added instead of one", trucks.len());
                Err(Failure::new(Kind::Unexpected, "adding a truck", why))
            }
        }
    }
}

/// The maximum length of a text in an entry, in columns. A name or a reason may come from outside.
const TEXT_LIMIT: usize = 500;

/// Allows or refuses writes, and records them.
#[derive(Debug, Clone)]
pub struct Guard {
    read_only: bool,
    /// The path of the audit trail, if one is available.
    trail: Option<PathBuf>,
}

/// One line of the audit trail.
#[derive(Debug, Clone, Copy, Serialize)]
struct Entry<'a> {
    at: Timestamp,
    /// Identical in the entries before and after one write.
    id: &'a str,
    what: &'a str,
    target: &'a str,
    /// `asked`, `done`, `refused`, or the reason for the failure.
    result: &'a str,
}

impl Guard {
    pub fn new(read_only: bool, trail: Option<PathBuf>) -> Self {
        Self { read_only, trail }
    }

    /// Executes a write and records it before and after. Refuses it in read-only mode.
    ///
    /// # Errors
    ///
    /// Returns an error if the write fails or cannot be recorded: an unrecorded write is not executed.
    pub async fn carry_out(&self, write: Write, services: &Services) -> Result<Written, Failure> {
        let (what, target) = (write.label(), write.target());
        let id = write.key().to_owned();
        let note = |result: &str| {
            self.record(&Entry { at: Timestamp::now(), id: &id, what, target: &target, result })
        };
        if self.read_only {
            // The write is refused either way, so an error in the audit trail does not matter.
            let _ = note("refused: read-only");
            return Err(Failure::new(Kind::Unauthorized, what, "this console is read-only")
                .hint("start it without --read-only (HELLO_READ_ONLY)"));
        }
        note("asked").map_err(|error| self.unrecorded(what, &error))?;
        let answer = match write {
            Write::CreateTruck { truck, key } => {
                services.trucks.create(&truck, &key).await.map(Written::Truck)
            }
            Write::CreateTrucks { trucks, key } => {
                services.trucks.create_all(&trucks, &key).await.map(Written::Trucks)
            }
        };
        let result = answer.as_ref().map_or_else(ToString::to_string, |_| "done".to_owned());
        if let Err(error) = note(&result) {
            tracing::error!(%error, "the outcome of a write could not be recorded");
        }
        answer
    }

    /// Appends an entry to the audit trail.
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
