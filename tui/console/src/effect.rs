//! What the console asks the runtime to do, as data.

use hello_model::{log::LogSource, query::Query, target::Target, time::Timestamp, write::Write};
use hello_state::cache::Request;

/// One request to the runtime.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Fetch the value of a query.
    Fetch(Query),
    /// Read a log group from this moment on.
    Tail {
        source: LogSource,
        since: Timestamp,
    },
    /// Stop the task of a query.
    Stop(Query),
    /// Stop the tasks of all queries: another world answers from now on.
    StopAll,
    /// Change something outside.
    Write(Write),
    /// Start a sandbox in which the target's parts exist, and use it for everything from then on.
    StartSandbox(Box<Target>),
    Suspend,
    Quit,
}

/// What a task is for. Starting another one for the same ends the first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Task {
    Read(Query),
    Write,
    Sandbox,
}

impl Effect {
    /// Returns what the task of this effect is for; nothing for effects that need no task.
    pub fn task(&self) -> Option<Task> {
        match self {
            Self::Fetch(query) => Some(Task::Read(query.clone())),
            Self::Tail { source, .. } => Some(Task::Read(Query::Logs(source.clone()))),
            Self::Write(_) => Some(Task::Write),
            Self::StartSandbox(_) => Some(Task::Sandbox),
            Self::Stop(_) | Self::StopAll | Self::Suspend | Self::Quit => None,
        }
    }
}

impl From<Request> for Effect {
    fn from(request: Request) -> Self {
        match request {
            Request::Fetch(query) => Self::Fetch(query),
            Request::Tail { source, since } => Self::Tail { source, since },
            Request::Stop(query) => Self::Stop(query),
        }
    }
}
