//! What the console asks the runtime to do, as data.

use hello_model::{
    fetch::Fetch,
    query::Query,
    run::{Artifact, Repo},
    world::{Connection, WorldId},
    write::Write,
};
use hello_state::{cache::Plan, computation::Computation, present::ListLayout};

use crate::{
    local::{CopyText, Program},
    route::InstanceId,
};

/// One request to the runtime.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Fetch a part of the answer to a query, in place of what is fetched for it.
    Read {
        world: WorldId,
        fetch: Fetch,
    },
    /// Stop the task of a query.
    Stop(WorldId, Query),
    /// Run a computation of a screen, in place of an earlier one.
    Compute {
        world: WorldId,
        of: InstanceId,
        computation: Computation,
    },
    /// Change something outside.
    Execute {
        id: WriteId,
        world: WorldId,
        write: Write,
    },
    /// Connect to other services. They answer the queries of the world `id` from then on.
    Connect {
        id: WorldId,
        /// The world that answers until then.
        from: WorldId,
        to: Connection,
    },
    /// Stop every task that reads from the old world, and disconnect from all worlds but the new one. Writes that have
    /// begun end.
    Leave {
        old: WorldId,
        new: WorldId,
    },
    /// Keep the layout of the lists of a noun for later runs.
    KeepLayout {
        noun: &'static str,
        layout: ListLayout,
    },
    /// Download an artifact into the current folder.
    Download {
        world: WorldId,
        repo: Repo,
        artifact: Artifact,
    },
    /// Stop the download, and remove what has arrived.
    CancelDownload(WorldId),
    /// Put a text into the clipboard of the system, if there is one that can be reached.
    Copy(CopyText),
    /// Put a text into the clipboard of the terminal (OSC 52).
    CopyByTerminal(String),
    /// Open a page in the browser.
    OpenUrl(String),
    /// Leave the terminal to a program until that ends. It gets the keys meanwhile.
    HandOver(Program),
    Suspend,
    Quit,
}

/// Numbers the writes of one console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WriteId(pub u64);

/// What a task is for. Starting another one for the same ends the first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Task {
    Read(WorldId, Query),
    Write(WriteId),
    Compute(WorldId, InstanceId),
    Connect,
    KeepLayout,
    Download(WorldId),
    Copy,
    OpenUrl,
    HandOver,
}

impl Effect {
    /// Returns what the task of this effect is for; `None` for effects that need no task.
    pub fn task(&self) -> Option<Task> {
        match self {
            Self::Read { world, fetch } => Some(Task::Read(*world, fetch.query.clone())),
            Self::Compute { world, of, .. } => Some(Task::Compute(*world, of.clone())),
            Self::Execute { id, .. } => Some(Task::Write(*id)),
            Self::Connect { .. } => Some(Task::Connect),
            Self::KeepLayout { .. } => Some(Task::KeepLayout),
            Self::Download { world, .. } => Some(Task::Download(*world)),
            Self::Copy(_) => Some(Task::Copy),
            Self::OpenUrl(_) => Some(Task::OpenUrl),
            Self::HandOver(_) => Some(Task::HandOver),
            Self::CopyByTerminal(_)
            | Self::CancelDownload(_)
            | Self::Stop(..)
            | Self::Leave { .. }
            | Self::Suspend
            | Self::Quit => None,
        }
    }

    /// Returns the effects of a plan of the cache.
    pub(crate) fn of(plan: Plan, world: WorldId) -> Vec<Self> {
        let fetch = plan.fetch.into_iter().map(|fetch| Self::Read { world, fetch });
        fetch.chain(plan.stop.into_iter().map(|query| Self::Stop(world, query))).collect()
    }
}
