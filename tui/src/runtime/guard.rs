//! The gate that every change passes, whether a key, the palette or a script asked for it.

use std::{
    fs::OpenOptions,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    app::effect::Write,
    domain::truck::Truck,
    failure::{Failure, Kind},
    services::Services,
};

/// What a write gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    Truck(Truck),
}

/// Lets writes through, or not, and records them.
#[derive(Debug, Clone)]
pub struct Guard {
    read_only: bool,
    /// Where the audit trail is, if it can be anywhere.
    trail: Option<PathBuf>,
}

/// One line of the audit trail.
#[derive(Debug, Serialize)]
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

    /// Carries a write out: refused in read-only mode, recorded before it is tried and after.
    ///
    /// # Errors
    ///
    /// Also when it cannot be recorded: what leaves no trace is not done.
    pub async fn carry_out(&self, write: Write, services: &Services) -> Result<Written, Failure> {
        let (what, target) = describe(&write);
        let id = name(&write);
        let note = |result: &str| {
            self.record(&Entry { at: Timestamp::now(), id: &id, what, target: &target, result })
        };
        if self.read_only {
            // Nothing is changed, so an unwritable trail holds up nothing.
            let _ = note("refused: read-only");
            return Err(Failure::new(Kind::Unauthorized, what, "this console is read-only")
                .hint("start it without --read-only (HELLO_READ_ONLY)"));
        }
        note("asked").map_err(|error| self.unrecorded(what, &error))?;
        let answer = match write {
            Write::CreateTruck { truck, key } => {
                services.trucks.create(&truck, &key).await.map(Written::Truck)
            }
        };
        let result = answer.as_ref().map_or_else(ToString::to_string, |_| "done".to_owned());
        if let Err(error) = note(&result) {
            tracing::error!(%error, "the outcome of a write could not be recorded");
        }
        answer
    }

    /// Adds a line to the trail.
    fn record(&self, entry: &Entry<'_>) -> io::Result<()> {
        let Some(trail) = &self.trail else { return Ok(()) };
        if let Some(folder) = trail.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut line = serde_json::to_string(entry)?;
        line.push('\n');
        OpenOptions::new().create(true).append(true).open(trail)?.write_all(line.as_bytes())
    }

    fn unrecorded(&self, what: &str, error: &io::Error) -> Failure {
        let trail = self.trail.as_deref().unwrap_or(Path::new("")).display();
        Failure::new(Kind::NotConfigured, what, format!("it cannot be recorded in {trail}: {error}"))
            .hint("make the file writable, or set XDG_STATE_HOME to a folder that is")
    }
}

fn describe(write: &Write) -> (&'static str, String) {
    match write {
        Write::CreateTruck { truck, .. } => ("adding a truck", format!("{} {}", truck.make, truck.model)),
    }
}

fn name(write: &Write) -> String {
    match write {
        Write::CreateTruck { key, .. } => key.clone(),
    }
}
