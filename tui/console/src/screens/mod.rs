//! The screens. Each is state with an `update`, and a view of that state; none does I/O or reads a clock.

pub mod catalog;
pub mod deployments;
pub mod filter;
pub mod home;
pub mod logs;
pub mod rows;
pub mod runs;
mod strip;
pub mod ticker;
pub mod trucks;

use std::time::Instant;

use hello_model::time::Now;
use ratatui::{buffer::Buffer, layout::Rect};

use crate::{action::Action, effect::Effect, keys::Context, widgets::look::Look};

/// What every screen is to the console.
pub trait Screen {
    /// What the world tells this screen.
    type Msg;

    /// Returns which keys apply.
    fn context(&self) -> Context;

    /// The screen, or a summary of it, comes into view.
    fn enter(&mut self, now: Now) -> Vec<Effect>;

    /// It goes out of view. Its state stays, so that coming back finds it as it was.
    fn leave(&mut self) -> Vec<Effect> {
        Vec::new()
    }

    /// The user wants something.
    fn act(&mut self, action: Action, now: Now) -> Vec<Effect>;

    /// The world answered.
    fn update(&mut self, msg: Self::Msg, now: Now) -> Vec<Effect>;

    /// Returns when the picture changes, or a look is due, with nothing else happening.
    fn next_deadline(&self) -> Option<Instant> {
        None
    }

    /// Time has passed: what is due is asked for. Called for screens in view only.
    fn wake(&mut self, _now: Now) -> Vec<Effect> {
        Vec::new()
    }

    /// Counts the visible changes; a frame is drawn when the count has moved.
    fn revision(&self) -> u64;

    fn view(&self, area: Rect, buf: &mut Buffer, look: &Look);
}
