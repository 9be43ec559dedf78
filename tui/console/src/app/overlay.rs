//! What lies over the screens and takes the keys while it does.

use crossterm::event::KeyEvent;

use super::{confirm::Confirm, palette::Palette};
use crate::{command::Mode, route::ScreenId, widgets::scroll::Scroll};

#[derive(Debug)]
pub(super) enum Overlay {
    /// The keys that apply on a screen in a mode.
    Help {
        screen: ScreenId,
        mode: Mode,
        scroll: Scroll,
    },
    Palette(Palette),
    Confirm(Confirm),
}

impl Overlay {
    pub(super) fn help(screen: ScreenId, mode: Mode) -> Self {
        Self::Help { screen, mode, scroll: Scroll::default() }
    }

    pub(super) fn mode(&self) -> Mode {
        match self {
            Self::Help { .. } => Mode::Help,
            Self::Palette(_) => Mode::Palette,
            Self::Confirm(confirm) => confirm.mode(),
        }
    }

    /// Takes a key that is text.
    pub(super) fn typed(&mut self, key: KeyEvent) {
        match self {
            Self::Help { .. } => {}
            Self::Palette(palette) => palette.typed(key),
            Self::Confirm(confirm) => confirm.typed(key),
        }
    }

    /// Takes text that was pasted. A question is not answered by pasting.
    pub(super) fn pasted(&mut self, text: &str) {
        if let Self::Palette(palette) = self {
            palette.pasted(text);
        }
    }
}
