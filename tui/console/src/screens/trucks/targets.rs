//! The trucks that a command is about: the opened one, the marked ones, or the selected one.

use hello_model::{
    failure::Kind,
    truck::{self, TaggedTruck, Truck, TruckId},
};
use hello_state::remote::Remote;

use super::Trucks;
use crate::cx::Cx;

/// The trucks of a command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Targets {
    pub(super) trucks: Vec<Truck>,
    /// How many of them the filter hides.
    hidden: usize,
    /// How many marked ones are not loaded any more.
    missing: usize,
}

impl Targets {
    /// Writes what they are: `Scania V8`, `3 trucks`.
    pub(super) fn label(&self) -> String {
        match &self.trucks[..] {
            [only] => truck::name(only),
            trucks => format!("{} trucks", trucks.len()),
        }
    }

    /// Returns what a question about them must say.
    pub(super) fn notes(&self) -> Vec<String> {
        let hidden = match self.hidden {
            0 => None,
            hidden => Some(format!("{hidden} of them not visible.")),
        };
        let missing = match self.missing {
            0 => None,
            1 => Some("1 marked truck is not loaded any more and is left out.".to_owned()),
            missing => Some(format!("{missing} marked trucks are not loaded any more and are left out.")),
        };
        hidden.into_iter().chain(missing).collect()
    }
}

/// Reports whether the service has said that there is no such truck, or none any more.
pub(super) fn is_gone(remote: Remote<'_, TaggedTruck>) -> bool {
    remote.failure().is_some_and(|failure| failure.kind == Kind::NotFound)
}

impl Trucks {
    /// Returns the trucks that a command is about. Marks count only while no truck is opened.
    pub(super) fn targets(&self, cx: &Cx<'_>) -> Targets {
        if self.open.is_some() {
            return Targets { trucks: self.opened(cx).cloned().into_iter().collect(), ..Targets::default() };
        }
        let shown = self.shown(cx);
        if self.rows.marked().is_empty() {
            let selected = self.rows.selected(&shown).cloned();
            return Targets { trucks: selected.into_iter().collect(), ..Targets::default() };
        }
        let marked = self.rows.marked();
        let trucks: Vec<Truck> = marked.iter().filter_map(|id| self.known(id, cx)).cloned().collect();
        let is_shown = |truck: &&Truck| shown.iter().any(|row| row.id == truck.id);
        let visible = trucks.iter().filter(is_shown).count();
        let (hidden, missing) = (trucks.len() - visible, marked.len() - trucks.len());
        Targets { trucks, hidden, missing }
    }

    /// Returns the newest version of a truck that is loaded.
    pub(super) fn known<'a>(&self, id: &TruckId, cx: &Cx<'a>) -> Option<&'a Truck> {
        let remote = cx.cache.truck(id);
        let one = remote.value().filter(|_| !is_gone(remote)).map(|tagged| &tagged.truck);
        let lists = [self.remote(cx), cx.cache.trucks()];
        let rows = lists.into_iter().filter_map(|list| list.value());
        let rows = rows.filter_map(|list| list.trucks.items.iter().find(|truck| truck.id == *id));
        one.into_iter().chain(rows).max_by_key(|truck| truck.version)
    }
}
