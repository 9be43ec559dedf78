//! What the console asks the runtime to do, as data.

use hello_model::{
    query::Query,
    world::{Connection, WorldId},
    write::Write,
};
use hello_state::cache;

/// One request to the runtime.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Do what the cache asks for.
    Read {
        world: WorldId,
        request: cache::Request,
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
        to: Connection,
    },
    /// Stop every task that reads from a world, and disconnect from it. Writes that have begun end.
    Leave(WorldId),
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
    Connect,
}

impl Effect {
    /// Returns what the task of this effect is for; `None` for effects that need no task.
    pub fn task(&self) -> Option<Task> {
        match self {
            Self::Read { world, request } => match request {
                cache::Request::Fetch(query) => Some(Task::Read(*world, query.clone())),
                cache::Request::Tail { source, .. } => Some(Task::Read(*world, Query::Logs(source.clone()))),
                cache::Request::Stop(_) => None,
            },
            Self::Execute { id, .. } => Some(Task::Write(*id)),
            Self::Connect { .. } => Some(Task::Connect),
            Self::Leave(_) | Self::Suspend | Self::Quit => None,
        }
    }
}
