//! What lies over the screens and takes the keys while it does.

use super::palette::Palette;
use crate::widgets::scroll::Scroll;
use crate::{action::Action, keys::Context};

/// The help or the palette.
#[derive(Debug)]
pub(super) enum Overlay {
    Help { about: Context, scroll: Scroll },
    Palette(Palette),
}

impl Overlay {
    /// Opens the help on the keys of `about`.
    pub(super) fn help(about: Context) -> Self {
        Self::Help { about, scroll: Scroll::default() }
    }

    pub(super) fn palette() -> Self {
        Self::Palette(Palette::default())
    }

    pub(super) fn context(&self) -> Context {
        match self {
            Self::Help { .. } => Context::Help,
            Self::Palette(_) => Context::Palette,
        }
    }

    pub(super) fn act(&mut self, action: &Action) {
        match (self, action) {
            (Self::Palette(palette), action) => palette.act(action),
            (Self::Help { scroll, .. }, Action::Move(way)) => scroll.go(*way),
            _ => {}
        }
    }

    /// Returns what was chosen, where something can be.
    pub(super) fn chosen(&self) -> Option<Action> {
        match self {
            Self::Help { .. } => None,
            Self::Palette(palette) => palette.chosen(),
        }
    }
}
