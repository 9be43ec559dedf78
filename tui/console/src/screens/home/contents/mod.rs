//! What stands in each pane of Home.

mod health;
mod needs;

use super::panes::Pane;
use crate::{
    cx::Cx,
    screens::contents::{Content, deployment, errors, runs},
};

/// Returns the content of a pane.
pub(super) fn of(pane: Pane, cx: &Cx<'_>) -> Content {
    match pane {
        Pane::Needs => needs::content(cx),
        Pane::Health => health::content(cx),
        Pane::Deployment => deployment::content(cx),
        Pane::Runs => runs::content(cx),
        Pane::Errors => errors::content(cx),
    }
}
