//! The dashboard: one look that answers whether the service is up, whether the last run passed, what is being deployed,
//! whether the logs hold errors, and what waits for a person.
//!
//! It has no data of its own: it looks at the other screens, so that going from a pane to its screen shows the same thing.

mod panes;
mod view;

use hello_model::{
    deployment::Hook,
    failure::{Failure, Kind},
    run::State,
};
use ratatui::{buffer::Buffer, layout::Rect};

use super::{deployments::Deployments, logs::Logs, runs::Runs, trucks::Trucks};
use crate::{
    action::{Move, Place},
    widgets::look::Look,
};

/// What the dashboard looks at.
#[derive(Debug, Clone, Copy)]
pub struct Sights<'a> {
    pub trucks: &'a Trucks,
    pub runs: &'a Runs,
    pub deployments: &'a Deployments,
    pub logs: &'a Logs,
    /// Whether the sandbox stands behind all of it already.
    pub in_sandbox: bool,
}

/// The panes, in reading order, by the screen that each opens.
pub const PANES: [Place; 4] = [Place::Trucks, Place::Runs, Place::Deployments, Place::Logs];

/// Which pane is selected.
#[derive(Debug, Default)]
pub struct Home {
    selected: usize,
}

impl Home {
    /// Moves the selection in the square of panes.
    pub fn go(&mut self, way: Move) {
        let (row, column) = (self.selected / 2, self.selected % 2);
        let (row, column) = match way {
            Move::Up | Move::PageUp => (0, column),
            Move::Down | Move::PageDown => (1, column),
            Move::Left => (row, 0),
            Move::Right => (row, 1),
            Move::Top => (0, 0),
            Move::Bottom => (1, 1),
        };
        self.selected = row * 2 + column;
    }

    /// Returns the screen that the selected pane opens.
    pub fn selected(&self) -> Place {
        PANES[self.selected]
    }

    pub fn view(&self, sights: Sights<'_>, area: Rect, buf: &mut Buffer, look: &Look) {
        view::draw(self, sights, area, buf, look);
    }
}

/// Something that waits for a person, and where it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub what: String,
    pub place: Place,
    pub is_broken: bool,
}

impl Need {
    fn new(what: String, place: Place) -> Self {
        Self { what, place, is_broken: false }
    }
}

/// Returns the connections that are broken, each with what to type next. What was never configured is told elsewhere.
fn broken(sights: Sights<'_>) -> Vec<Need> {
    let failures = [
        (Place::Trucks, sights.trucks.fleet().failure()),
        (Place::Runs, sights.runs.list().failure()),
        (Place::Deployments, sights.deployments.rollouts().failure()),
        (Place::Logs, sights.logs.failure()),
    ];
    let need = |(place, failure): (Place, Option<&Failure>)| {
        let failure = failure.filter(|failure| failure.kind != Kind::NotConfigured)?;
        let next = failure.hint.as_ref().map(|hint| format!(" → {hint}")).unwrap_or_default();
        Some(Need { what: format!("{}: {}{next}", place.title(), failure.why), place, is_broken: true })
    };
    failures.into_iter().filter_map(need).collect()
}

/// Returns what waits for a person, the most pressing first: what is out of reach, then what stands still, then what failed.
pub fn needs(sights: Sights<'_>) -> Vec<Need> {
    let mut needs = broken(sights);
    for deployment in
        sights.deployments.rollouts().value().map(|r| r.deployments.as_slice()).unwrap_or_default()
    {
        if let Some(hook) = deployment.hooks.iter().find(|hook| Hook::awaits_a_person(hook)) {
            let what = format!("deployment {} waits at hook {}", deployment.id(), hook.id);
            needs.push(Need::new(what, Place::Deployments));
        }
    }
    let runs = sights.runs.known();
    for run in runs.iter().filter(|run| run.state == State::Waiting) {
        let what = format!("{} {} waits for approval", run.workflow, run.label());
        needs.push(Need::new(what, Place::Runs));
    }
    // Of each workflow only its latest run on a branch speaks: an older failure has been answered.
    for (index, run) in runs.iter().enumerate().filter(|(_, run)| run.state.is_failure()) {
        let superseded =
            runs[..index].iter().any(|newer| newer.workflow == run.workflow && newer.branch == run.branch);
        if !superseded {
            let branch = run.branch.as_deref().unwrap_or("–");
            let what = format!("{} {} failed on {branch}: {}", run.workflow, run.label(), run.title);
            needs.push(Need::new(what, Place::Runs));
        }
    }
    needs
}
