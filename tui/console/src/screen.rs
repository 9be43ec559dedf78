//! What a screen is to the console.

use std::fmt;

use crossterm::event::KeyEvent;
use hello_catalog::entity::EntityRef;
use hello_model::{
    fetch::Want,
    query::Query,
    run::{Artifact, Repo},
    write::{Write, WriteResult},
};
use hello_state::{
    computation::{Computation, ComputationResult},
    present::ListLayout,
};
use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    command::{CommandId, Group, Mode},
    cx::Cx,
    local::{CopyText, Program, Selection},
    route::{Route, Scope, ScreenId},
    theme::{StatusBadge, Tone},
};

/// A screen: how data is looked at. The data itself is in the cache.
pub trait Screen: fmt::Debug + Send {
    /// Returns what it shows.
    fn wants(&self, cx: &Cx<'_>) -> Vec<Want>;

    /// Returns the work that its next picture needs, if that can take longer than a frame. It gets
    /// [`Event::Computed`], and the same computation is not started twice.
    fn computation(&self, _cx: &Cx<'_>) -> Option<Computation> {
        None
    }

    /// Returns which keys apply.
    fn mode(&self, cx: &Cx<'_>) -> Mode;

    /// Returns why one of its commands does nothing at present, where that depends on what is selected or opened.
    fn unavailable(&self, _command: CommandId, _cx: &Cx<'_>) -> Option<String> {
        None
    }

    /// Returns what can be copied, opened in the browser and edited.
    fn selection(&self, _cx: &Cx<'_>) -> Selection {
        Selection::nothing("there is nothing to copy or to open here")
    }

    /// Executes one of its commands.
    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request>;

    /// Returns what the palette offers beside the commands: each in words, and what it asks for.
    fn offers(&self, _cx: &Cx<'_>) -> Vec<(String, Request)> {
        Vec::new()
    }

    /// Takes note of an event.
    fn on(&mut self, _event: &Event<'_>, _cx: &Cx<'_>) {}

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer);
}

/// A screen, declared: its name, its commands, and how an instance is made.
#[derive(Debug)]
pub struct ScreenSpec {
    pub id: ScreenId,
    pub title: &'static str,
    /// Its own commands first: the footer shows them in this order.
    pub commands: &'static [&'static Group],
    /// What its signs mean, for the help.
    pub legend: fn() -> Vec<StatusBadge>,
    pub open: fn(&Opening) -> Box<dyn Screen>,
}

/// What an instance of a screen is made with.
#[derive(Debug)]
pub struct Opening {
    pub scope: Scope,
    /// Unlike that of every other instance of every console: idempotency keys are made of it.
    pub key_prefix: String,
}

/// What a screen asks of the console.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Go to another place. Closing it leads back.
    Go(Route),
    /// Go to the list or log of another screen, and filter it.
    GoFiltered(Route, String),
    /// Open something on this screen. It gets [`Event::Opened`].
    Open(String),
    /// Close what is opened on this screen, or the page of an entity that it is on.
    Close,
    /// Make this component the one in use.
    SelectComponent(EntityRef),
    /// Open in the browser what is selected.
    Browse,
    /// Execute a write, after the user has confirmed it if it is risky. The screen gets [`Event::Executing`] and
    /// then [`Event::Executed`], or [`Event::Declined`].
    Write(Write),
    /// Execute a write after a question in any case. These sentences are shown with it.
    Ask(Write, Vec<String>),
    /// Show the lists of a noun in this way from now on, also in later runs.
    Arrange(&'static str, ListLayout),
    /// Put a text into the clipboard.
    Copy(CopyText),
    /// Show a sentence in the footer.
    Notify(String, Tone),
    /// Download an artifact into the current folder.
    Download(Repo, Artifact),
    /// Leave the terminal to a program.
    HandOver(Program),
}

/// What happened, as a screen sees it.
#[derive(Debug)]
pub enum Event<'e> {
    /// A key that is text for the field being typed in.
    Typed(KeyEvent),
    /// Text that was pasted into the field being typed in.
    Pasted(&'e str),
    /// A row was clicked, numbered as in the zone that was noted while drawing.
    Clicked(usize),
    /// The console came to this screen: show the subject of the route, or nothing opened.
    Opened(Option<&'e str>),
    /// An answer to a query has arrived.
    Updated(&'e Query),
    /// A piece of the result of this screen's computation.
    Computed(&'e ComputationResult),
    /// A write of this screen is executed from now on: it was safe, or the user has confirmed it.
    Executing,
    /// A write of this screen has ended.
    Executed(&'e WriteResult),
    /// A write of this screen was not confirmed, or has ended in a world that is left. A draft stays.
    Declined,
    /// Another component is in use, or the services of another world answer.
    Retargeted,
}
