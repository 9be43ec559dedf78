//! The panes of Home: their order, their neighbours, and the selected row of each.

use std::cell::Cell;

use crate::{
    commands::Move,
    route::ScreenId,
    screens::{contents::Row, deployments, logs, runs},
};

/// A pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Pane {
    #[default]
    Needs,
    Health,
    Deployment,
    Runs,
    Errors,
}

/// All panes, in reading order.
pub(super) const PANES: [Pane; 5] = [Pane::Needs, Pane::Health, Pane::Deployment, Pane::Runs, Pane::Errors];

/// How the panes are arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shape {
    /// What needs you above, and a square of the others.
    #[default]
    Square,
    /// A line of each, and below the selected pane.
    Stack,
    /// A line of each.
    Status,
}

/// The selected row of a pane.
#[derive(Debug, Default)]
pub(super) struct PaneState {
    key: Option<String>,
    place: usize,
    pub(super) offset: Cell<usize>,
}

impl Pane {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Needs => "Needs you",
            Self::Health => "Health",
            Self::Deployment => "Deployment",
            Self::Runs => "Last runs",
            Self::Errors => "Errors in the logs",
        }
    }

    /// Returns the screen that shows more.
    pub(super) fn screen(self) -> ScreenId {
        match self {
            Self::Needs | Self::Runs => runs::SPEC.id,
            Self::Health | Self::Deployment => deployments::SPEC.id,
            Self::Errors => logs::SPEC.id,
        }
    }

    /// Returns the pane next to this one.
    pub(super) fn neighbour(self, way: Move, shape: Shape) -> Option<Self> {
        use Pane::{Deployment, Errors, Health, Needs, Runs};
        if shape != Shape::Square {
            let place = PANES.iter().position(|pane| *pane == self)?;
            return match way {
                Move::Up | Move::PageUp | Move::Left => PANES.get(place.checked_sub(1)?).copied(),
                Move::Down | Move::PageDown | Move::Right => PANES.get(place + 1).copied(),
                _ => None,
            };
        }
        match (self, way) {
            (Health | Deployment, Move::Up | Move::PageUp) => Some(Needs),
            (Needs, Move::Down | Move::PageDown)
            | (Runs, Move::Up | Move::PageUp)
            | (Deployment, Move::Left) => Some(Health),
            (Errors, Move::Up | Move::PageUp) | (Health, Move::Right) => Some(Deployment),
            (Health, Move::Down | Move::PageDown) | (Errors, Move::Left) => Some(Runs),
            (Deployment, Move::Down | Move::PageDown) | (Runs, Move::Right) => Some(Errors),
            _ => None,
        }
    }
}

impl PaneState {
    /// Returns the place of the selection; where its row is gone, of the row that took its place.
    pub(super) fn position(&self, rows: &[Row]) -> Option<usize> {
        let last = rows.len().checked_sub(1)?;
        let found = self.key.as_ref().and_then(|key| rows.iter().position(|row| row.key == *key));
        Some(found.unwrap_or(self.place.min(last)))
    }

    pub(super) fn select(&mut self, place: usize, rows: &[Row]) {
        self.place = place.min(rows.len().saturating_sub(1));
        self.key = rows.get(self.place).map(|row| row.key.clone());
    }

    /// Moves the selection. Returns whether there was a row to move to.
    pub(super) fn step(&mut self, by: isize, rows: &[Row]) -> bool {
        let Some(here) = self.position(rows) else { return false };
        let Some(there) = here.checked_add_signed(by).filter(|there| *there < rows.len()) else {
            return false;
        };
        self.select(there, rows);
        true
    }
}
