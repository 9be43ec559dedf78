//! The last change of this screen, and the write that takes it back.

use hello_model::{
    truck::{self, NewTruck, Truck, TruckPatch},
    world::WorldId,
    write::{Outcome, TruckEdit, Write},
};

use super::Trucks;
use crate::cx::Cx;

/// A change that was made, with the world that it was made in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LastChange {
    world: WorldId,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Added(Vec<Truck>),
    /// Each truck before and after.
    Edited(Vec<(Truck, Truck)>),
    Removed(Vec<Truck>),
}

impl LastChange {
    /// Returns what a write has changed, if it has changed something.
    pub(super) fn of(write: &Write, outcome: &Outcome, world: WorldId) -> Option<Self> {
        let kind = match (write, outcome) {
            (Write::CreateTruck { .. }, Outcome::Truck(truck)) => Kind::Added(vec![truck.clone()]),
            (Write::CreateTrucks { .. }, Outcome::Trucks(trucks)) => Kind::Added(trucks.clone()),
            (Write::UpdateTruck { truck, .. }, Outcome::Truck(after)) => {
                Kind::Edited(vec![((**truck).clone(), after.clone())])
            }
            (Write::EditTrucks { edits, .. }, Outcome::Batch(batch)) => {
                let before = |after: &Truck| edits.iter().find(|edit| edit.truck.id == after.id);
                let done =
                    batch.done.iter().filter_map(|after| Some((before(after)?.truck.clone(), after.clone())));
                Kind::Edited(done.collect())
            }
            (Write::RemoveTruck { .. }, Outcome::Removed(truck)) => Kind::Removed(vec![truck.clone()]),
            (Write::RemoveTrucks { .. }, Outcome::Batch(batch)) => Kind::Removed(batch.done.clone()),
            _ => return None,
        };
        let is_empty = match &kind {
            Kind::Added(trucks) | Kind::Removed(trucks) => trucks.is_empty(),
            Kind::Edited(edits) => edits.is_empty(),
        };
        (!is_empty).then_some(Self { world, kind })
    }

    /// Returns the write that takes the change back.
    pub(super) fn inverse(&self, id: String) -> Write {
        match &self.kind {
            Kind::Added(trucks) => Write::RemoveTrucks { trucks: trucks.clone(), audit_id: id },
            Kind::Edited(edits) => {
                let inverse = |(before, after): &(Truck, Truck)| TruckEdit {
                    truck: after.clone(),
                    patch: TruckPatch::between(after, before),
                };
                Write::EditTrucks { edits: edits.iter().map(inverse).collect(), audit_id: id }
            }
            Kind::Removed(trucks) => match &trucks[..] {
                [only] => Write::CreateTruck { truck: anew(only), key: id },
                trucks => Write::CreateTrucks { trucks: trucks.iter().map(anew).collect(), key: id },
            },
        }
    }

    /// Returns what the question before the inverse must say.
    pub(super) fn notes(&self) -> Vec<String> {
        let what = match &self.kind {
            Kind::Added(_) => "This undoes the last addition.",
            Kind::Edited(_) => "This undoes the last change.",
            Kind::Removed(trucks) if trucks.len() == 1 => {
                "This undoes the last removal: the truck is added anew, with a new id."
            }
            Kind::Removed(_) => "This undoes the last removal: the trucks are added anew, with new ids.",
        };
        vec![what.to_owned()]
    }

    /// Returns why it cannot be taken back.
    fn blocked(&self, screen: &Trucks, cx: &Cx<'_>) -> Option<String> {
        if self.world != cx.world.id {
            return Some("the last change was made over another connection".to_owned());
        }
        let after: Vec<&Truck> = match &self.kind {
            Kind::Added(trucks) => trucks.iter().collect(),
            Kind::Edited(edits) => edits.iter().map(|(_, after)| after).collect(),
            Kind::Removed(_) => Vec::new(),
        };
        let is_newer =
            |truck: &&&Truck| screen.known(&truck.id, cx).is_some_and(|known| known.version > truck.version);
        let changed = after.iter().find(is_newer)?;
        Some(format!("the truck {} was changed after that", truck::name(changed)))
    }
}

impl Trucks {
    /// Returns why the last change cannot be taken back.
    pub(super) fn undo_unavailable(&self, cx: &Cx<'_>) -> Option<String> {
        match &self.last_change {
            None => Some("nothing was changed on this screen yet".to_owned()),
            Some(change) => change.blocked(self, cx),
        }
    }
}

fn anew(truck: &Truck) -> NewTruck {
    NewTruck {
        make: truck.make.clone(),
        model: truck.model.clone(),
        license_plate: truck.license_plate.clone(),
        status: truck.status,
    }
}
