//! Where a click does something. Zones are noted while the picture is drawn.

use std::cell::RefCell;

use ratatui::layout::{Position, Rect};

use crate::command_id::CommandId;

/// What a click does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Click {
    /// Execute a command.
    Command(CommandId),
    /// Select a row: of the dialog that lies over the screen, or else of the screen. A double click opens the row.
    Row(usize),
    /// Sort the lists of a noun by a column; by the same one again: reverse the order, then leave it.
    Sort { noun: &'static str, column: &'static str },
    /// Do nothing: a dialog lies over what is below.
    Nothing,
}

/// The zones of one picture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Zones(RefCell<Vec<(Rect, Click)>>);

impl Zones {
    /// Notes a zone. It lies over the earlier ones.
    pub fn add(&self, area: Rect, click: Click) {
        if !area.is_empty() {
            self.0.borrow_mut().push((area, click));
        }
    }

    /// Returns what a click at a position does.
    pub fn at(&self, position: Position) -> Click {
        let zones = self.0.borrow();
        let hit = zones.iter().rev().find(|(area, _)| area.contains(position));
        hit.map_or(Click::Nothing, |(_, click)| *click)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_on_top_gets_the_click() {
        let zones = Zones::default();
        zones.add(Rect::new(0, 0, 10, 3), Click::Row(0));
        zones.add(Rect::new(2, 1, 4, 1), Click::Nothing);
        zones.add(Rect::new(0, 0, 0, 0), Click::Row(1));
        assert_eq!(zones.at(Position::new(0, 0)), Click::Row(0));
        assert_eq!(zones.at(Position::new(2, 1)), Click::Nothing);
        assert_eq!(zones.at(Position::new(50, 50)), Click::Nothing);
    }
}
