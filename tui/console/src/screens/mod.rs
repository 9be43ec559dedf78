//! The screens. Each holds how data is looked at, never the data: that is in the cache, and a screen says what it wants.

pub mod catalog;
pub mod deployments;
pub mod filter;
mod filter_bar;
pub mod home;
pub mod list_state;
pub mod logs;
pub mod runs;
pub mod trucks;

use std::fmt;

use hello_catalog::entity::EntityRef;
use hello_model::{
    query::Query,
    write::{Write, WriteResult},
};
use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    action::{Action, ScreenId},
    cx::Cx,
    keys::Context,
    theme::Tone,
};

/// What every screen is to the console.
pub trait Screen: fmt::Debug + Send {
    /// Returns the queries whose answers it shows.
    fn wants(&self, cx: &Cx<'_>) -> Vec<Query>;

    /// Returns which keys apply.
    fn context(&self, cx: &Cx<'_>) -> Context;

    /// Does what the user wants.
    fn act(&mut self, action: &Action, cx: &Cx<'_>) -> Vec<Request>;

    /// Takes note of what happened.
    fn on(&mut self, _event: &Event<'_>, _cx: &Cx<'_>) {}

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer);
}

/// What a screen asks of the console.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Go to another screen.
    Go(ScreenId),
    /// Use this component from now on.
    SelectComponent(EntityRef),
    /// Change something; the screen gets [`Event::Executed`].
    Write(Write),
    /// Show a sentence in the footer.
    Notify(String, Tone),
}

/// What happened, as a screen sees it.
#[derive(Debug)]
pub enum Event<'e> {
    /// There is news of a query.
    Updated(&'e Query),
    /// A write of this screen has ended.
    Executed(&'e WriteResult),
    /// Another component is in use, or the same one in another world.
    Retargeted,
}

/// Returns all screens, in the order of [`ScreenId::ALL`]. `session` is unlike that of any other console, so that the
/// idempotency keys made of it are, too.
pub fn all(session: &str) -> Vec<Box<dyn Screen>> {
    let screen = |place: &ScreenId| -> Box<dyn Screen> {
        match place {
            ScreenId::Home => Box::<home::Home>::default(),
            ScreenId::Catalog => Box::<catalog::Catalog>::default(),
            ScreenId::Trucks => Box::new(trucks::Trucks::new(session)),
            ScreenId::Runs => Box::<runs::Runs>::default(),
            ScreenId::Deployments => Box::<deployments::Deployments>::default(),
            ScreenId::Logs => Box::<logs::Logs>::default(),
        }
    };
    ScreenId::ALL.iter().map(screen).collect()
}

#[cfg(test)]
mod tests;
