//! What happened, as data.

use crossterm::event::KeyEvent;
use hello_model::{
    failure::Failure,
    query::{Query, Update},
    target::SandboxDefaults,
    write::WriteResult,
};

/// One event of the console's life.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Pressed(KeyEvent),
    Pasted(String),
    /// The terminal's size changed, or its content was lost.
    Resized,
    /// A deadline has come.
    Woke,
    /// There is news of a query.
    Answered(Box<Query>, Result<Update, Failure>),
    /// The write that was under way has ended.
    Executed(WriteResult),
    /// The embedded sandbox runs, or could not be started.
    SandboxStarted(Box<Result<SandboxDefaults, Failure>>),
}

impl Msg {
    /// Makes the message that there is news of a query.
    pub fn answered(query: Query, news: Result<Update, Failure>) -> Self {
        Self::Answered(Box::new(query), news)
    }
}
