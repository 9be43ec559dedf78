//! The gate that every write passes, whether a key, the palette or a script asked for it.

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

use crate::{Services, user::User};

/// The longest text of an entry, in columns: a name or a reason may come from outside.
const TEXT_LIMIT: usize = 500;

/// Lets writes through, or not, and records them.
#[derive(Debug, Clone)]
pub struct Gate {
    read_only: bool,
    /// Where the audit trail is, if it can be anywhere.
    trail: Option<PathBuf>,
    user: User,
    /// The name of the context of the settings, if there is one.
    context: Option<String>,
    sandbox: bool,
}

/// The permission to execute one write. Only the gate creates it, so a write without it cannot be executed.
#[derive(Debug)]
pub struct Ticket(());

/// One line of the audit trail.
#[derive(Debug, Clone, Copy, Serialize)]
struct AuditRecord<'a> {
    at: Timestamp,
    /// The same for the lines before and after one write.
    id: &'a str,
    /// The user's name in the operating system.
    user: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a str>,
    /// Whether the write goes to a sandbox inside the console, which ends with it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sandbox: bool,
    /// The address of the service, without secrets.
    url: &'a str,
    what: &'a str,
    target: &'a str,
    /// What the target does not tell: the id of a truck, and the changed fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a str>,
    /// `asked`, `done`, `refused: …` or `unknown: …`; for several objects also how many were done, and which were not.
    result: &'a str,
}

impl Gate {
    pub fn new(read_only: bool, trail: Option<PathBuf>) -> Self {
        Self { read_only, trail, user: User::default(), context: None, sandbox: false }
    }

    /// Names the context of the settings in each entry.
    #[must_use]
    pub fn in_context(self, context: Option<String>) -> Self {
        Self { context, ..self }
    }

    /// Marks each entry as a write to a sandbox, which no context names.
    #[must_use]
    pub fn in_sandbox(self) -> Self {
        Self { context: None, sandbox: true, ..self }
    }

    /// Executes a write: refused in read-only mode, recorded before it is tried and after. A write that cannot be
    /// recorded is refused.
    pub async fn execute(&self, write: Write, services: &Services) -> WriteResult {
        let (what, target, details) = (write.label(), write.target(), write.details());
        let (id, url, user) =
            (write.audit_id().to_owned(), services.address_of(&write), self.user.name().await);
        let note = |result: &str| {
            let details = details.as_deref();
            self.record(&AuditRecord {
                at: Timestamp::now(),
                id: &id,
                user,
                context: self.context.as_deref(),
                sandbox: self.sandbox,
                url: &url,
                what,
                target: &target,
                details,
                result,
            })
        };
        let ticket = match self.admit(what, note) {
            Ok(ticket) => ticket,
            Err(failure) => return WriteResult::Refused(failure),
        };
        let result = services.execute(ticket, write).await;
        let text = match &result {
            WriteResult::Done(Outcome::Batch(batch)) if !batch.failed.is_empty() => {
                format!("done: {}; not done: {}", batch.done.len(), batch.failures())
            }
            WriteResult::Done(_) => "done".to_owned(),
            WriteResult::Refused(failure) => format!("refused: {failure}"),
            WriteResult::Unknown(failure) => format!("unknown: {failure}"),
        };
        if let Err(error) = note(&text) {
            tracing::error!(%error, "the outcome of a write could not be recorded");
        }
        result
    }

    /// Records that a write is asked for, and lets it through.
    fn admit(&self, what: &str, note: impl Fn(&str) -> io::Result<()>) -> Result<Ticket, Failure> {
        if self.read_only {
            // Nothing is changed, so a trail that cannot be written does not matter.
            let _ = note("refused: read-only");
            return Err(Failure::new(Kind::Unauthorized, what, "this console is read-only")
                .hint("start it without --read-only (HELLO_READ_ONLY)"));
        }
        note("asked").map_err(|error| self.unrecorded(what, &error))?;
        Ok(Ticket(()))
    }

    /// Adds a line to the trail.
    fn record(&self, entry: &AuditRecord<'_>) -> io::Result<()> {
        let Some(trail) = &self.trail else {
            return Err(io::Error::other("no folder for it is known"));
        };
        let details = entry.details.map(|details| cut(details, TEXT_LIMIT));
        let entry = AuditRecord {
            url: &cut(entry.url, TEXT_LIMIT),
            target: &cut(entry.target, TEXT_LIMIT),
            details: details.as_deref(),
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
