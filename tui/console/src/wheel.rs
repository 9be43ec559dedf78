//! The wheel of the mouse.

use crate::{command_id::CommandId, commands};

/// The direction of the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wheel {
    Up,
    Down,
}

impl Wheel {
    /// Returns the movement of a step.
    pub fn movement(self) -> CommandId {
        match self {
            Self::Up => commands::UP,
            Self::Down => commands::DOWN,
        }
    }

    /// Returns the command of a step in the palette.
    pub fn command_in_palette(self) -> CommandId {
        match self {
            Self::Up => commands::PREVIOUS_COMMAND,
            Self::Down => commands::NEXT_COMMAND,
        }
    }
}
