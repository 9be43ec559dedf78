//! What happened, as data.

use crossterm::event::KeyEvent;
use hello_model::{failure::Failure, target::StandIn};

use crate::screens::{catalog, deployments, logs, runs, trucks};

/// One event of the console's life; the compiler routes it to the screen it is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Pressed(KeyEvent),
    Pasted(String),
    /// The terminal's size changed, or its content was lost.
    Resized,
    /// A deadline has come.
    Woke,
    Catalog(catalog::Msg),
    Trucks(trucks::Msg),
    Runs(runs::Msg),
    Deployments(deployments::Msg),
    Logs(logs::Msg),
    /// The embedded sandbox runs, or could not be started.
    SandboxStarted(Box<Result<StandIn, Failure>>),
}
