//! What happened, as data.

use crossterm::event::KeyEvent;
use hello_model::{
    failure::Failure,
    query::{Query, Update},
    run::ArtifactEvent,
    world::{World, WorldId},
    write::WriteResult,
};
use ratatui::layout::Position;

use hello_state::computation::ComputationResult;

use crate::{effect::WriteId, local::LocalResult, route::InstanceId, wheel::Wheel};

/// One input of the console.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Pressed(KeyEvent),
    Pasted(String),
    /// A key that came right after another one, as no finger types: from a paste that is not marked as one.
    PressedInBurst(KeyEvent),
    /// The left button of the mouse was pressed.
    Clicked(Position),
    Scrolled(Wheel),
    /// The terminal's size changed, or its content was lost.
    Resized,
    /// A deadline has come.
    Woke,
    /// An answer to a query of a world.
    Answered(WorldId, Box<Query>, Result<Update, Failure>),
    /// A piece of the result of a screen's computation.
    Computed(WorldId, InstanceId, ComputationResult),
    /// A write has ended.
    Executed(WriteId, WriteResult),
    /// The layout of a list could not be kept.
    LayoutLost(Box<Failure>),
    /// Other services are connected, or cannot be.
    Connected(Box<Result<World, Failure>>),
    /// A download goes on, or has ended.
    Downloaded(Box<Result<ArtifactEvent, Failure>>),
    /// Something on the user's own machine is done, or cannot be.
    Local(LocalResult),
}

impl Msg {
    /// Makes the message that a query of a world was answered.
    pub fn answered(world: WorldId, query: Query, news: Result<Update, Failure>) -> Self {
        Self::Answered(world, Box::new(query), news)
    }
}
