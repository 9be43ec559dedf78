//! The effect of a batch of changes.
//!
//! All decisions are made here, from facts that were read under the fleet lock. The result is written in bulk, so a
//! batch needs only a few statements however many changes it contains. This module is pure: no I/O, no clock, no SQL.

use std::collections::{BTreeMap, HashMap, HashSet};

use hello_shared::{Truck, TruckId, TruckStatus};

use super::{Change, Condition, Done, Edit, Event, EventKind, IdempotencyKey, StoreError, plate};

/// The state that a batch depends on, read when the batch begins.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) fleet: Fleet,
    /// The trucks that the changes refer to.
    pub(super) trucks: HashMap<TruckId, Truck>,
    /// The trucks that have the number plates in the changes, by [`plate::key`]. A key may have several trucks, because
    /// an earlier version treated some plates as different that are equal now.
    pub(super) plates: HashMap<String, Vec<TruckId>>,
    /// The stored responses of the idempotency keys in the changes.
    pub(super) keys: HashMap<String, StoredResponse>,
}

/// The totals of the fleet: the number of its last event, and the number of trucks per status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Fleet {
    pub(super) revision: u64,
    pub(super) totals: [u64; 3],
}

impl Fleet {
    /// Returns the number of trucks with this status, or of all trucks for `None`.
    pub(super) fn total(&self, status: Option<TruckStatus>) -> u64 {
        status.map_or_else(|| self.totals.iter().sum(), |status| self.totals[status as usize])
    }
}

/// The request and the response that are stored under an idempotency key.
#[derive(Debug, Clone)]
pub(super) struct StoredResponse {
    pub(super) fingerprint: String,
    /// Empty if no change has this fingerprint. Such a change is refused, so the response, which may be large, is not
    /// read.
    pub(super) trucks: Vec<Truck>,
}

/// The rows to write, and the results to return.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) fleet: Fleet,
    /// The added trucks, by the number of the event that creates each.
    pub(super) added: BTreeMap<u64, Truck>,
    pub(super) edited: BTreeMap<TruckId, Truck>,
    /// Edited trucks that release their plate, which another truck in the batch may take.
    pub(super) plate_released: HashSet<TruckId>,
    pub(super) removed: Vec<TruckId>,
    pub(super) events: Vec<Event>,
    pub(super) keys: Vec<(IdempotencyKey, Vec<Truck>)>,
    /// One result per change, in the same order.
    pub(super) outcomes: Vec<Result<Done, StoreError>>,
}

impl Plan {
    /// Returns the plan of `changes`, applied one after the other.
    pub(super) fn of(changes: &[Change], facts: Facts) -> Self {
        let mut planner = Planner { plan: Self { fleet: facts.fleet, ..Self::default() }, facts };
        for change in changes {
            let outcome = match change {
                Change::Add { trucks, key } => planner.add(trucks, key.as_ref()),
                Change::Edit { id, condition, edit, at } => planner.edit(id, condition, edit, *at),
                Change::Remove { id, condition } => planner.remove(id, condition),
            };
            planner.plan.outcomes.push(outcome);
        }
        planner.plan
    }

    /// Reports whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty() && self.keys.is_empty()
    }
}

struct Planner {
    facts: Facts,
    plan: Plan,
}

impl Planner {
    fn add(&mut self, trucks: &[Truck], key: Option<&IdempotencyKey>) -> Result<Done, StoreError> {
        if let Some(stored) = key.and_then(|key| self.facts.keys.get(&key.name)) {
            return if key.is_some_and(|key| key.fingerprint == stored.fingerprint) {
                Ok(Done::Added { trucks: stored.trucks.clone(), replayed: true })
            } else {
                Err(StoreError::KeyReused)
            };
        }
        let mut claimed = HashSet::new();
        for (row, plate) in
            trucks.iter().enumerate().filter_map(|(row, t)| Some((row, t.license_plate.as_ref()?)))
        {
            let key = plate::key(plate);
            if self.is_plate_taken(&key, None) || !claimed.insert(key) {
                return Err(StoreError::PlateTaken { row });
            }
        }
        for truck in trucks {
            self.record_event(EventKind::Created, truck);
            self.count(None, Some(truck.status));
            self.take_plate(truck);
            self.plan.added.insert(self.plan.fleet.revision, truck.clone());
            self.facts.trucks.insert(truck.id.clone(), truck.clone());
        }
        if let Some(key) = key {
            let stored = StoredResponse { fingerprint: key.fingerprint.clone(), trucks: trucks.to_vec() };
            self.facts.keys.insert(key.name.clone(), stored);
            self.plan.keys.push((key.clone(), trucks.to_vec()));
        }
        Ok(Done::Added { trucks: trucks.to_vec(), replayed: false })
    }

    fn edit(
        &mut self,
        id: &TruckId,
        condition: &Condition,
        edit: &Edit,
        at: jiff::Timestamp,
    ) -> Result<Done, StoreError> {
        let before = self.find(id, condition)?;
        let mut after = edit.of(&before);
        if after == before {
            return Ok(Done::Edited(before));
        }
        // A truck may keep a plate that it already shares with another truck, but it must not take a plate that is in
        // use.
        if let Some(plate) = &after.license_plate
            && before.license_plate != after.license_plate
            && self.is_plate_taken(&plate::key(plate), Some(id))
        {
            return Err(StoreError::PlateTaken { row: 0 });
        }
        after.version = before.version + 1;
        // The clocks of replicas differ. The time of a change must not be before the previous one.
        after.updated_at = at.max(before.updated_at);

        self.record_event(EventKind::Changed, &after);
        self.count(Some(before.status), Some(after.status));
        if before.license_plate != after.license_plate {
            self.release_plate(&before);
            self.plan.plate_released.insert(id.clone());
            self.take_plate(&after);
        }
        match self.plan.added.values_mut().find(|added| added.id == *id) {
            Some(added) => *added = after.clone(),
            None => drop(self.plan.edited.insert(id.clone(), after.clone())),
        }
        self.facts.trucks.insert(id.clone(), after.clone());
        Ok(Done::Edited(after))
    }

    fn remove(&mut self, id: &TruckId, condition: &Condition) -> Result<Done, StoreError> {
        let truck = self.find(id, condition)?;
        self.record_event(EventKind::Removed, &truck);
        self.count(Some(truck.status), None);
        self.release_plate(&truck);
        self.facts.trucks.remove(id);
        self.plan.edited.remove(id);
        let in_batch = self.plan.added.len();
        self.plan.added.retain(|_, added| added.id != *id);
        if self.plan.added.len() == in_batch {
            self.plan.removed.push(id.clone());
        }
        Ok(Done::Removed(truck))
    }

    /// Returns the truck if it exists and meets the condition.
    fn find(&self, id: &TruckId, condition: &Condition) -> Result<Truck, StoreError> {
        let truck = self.facts.trucks.get(id).ok_or(StoreError::NoSuchTruck)?;
        if condition.holds_for(truck.version) {
            Ok(truck.clone())
        } else {
            Err(StoreError::OtherVersion { version: truck.version })
        }
    }

    fn record_event(&mut self, kind: EventKind, truck: &Truck) {
        self.plan.fleet.revision += 1;
        // Serialization cannot fail: a truck has only texts, numbers and timestamps.
        let truck = serde_json::to_string(truck).unwrap_or_default();
        self.plan.events.push(Event { seq: self.plan.fleet.revision, kind, truck });
    }

    fn count(&mut self, before: Option<TruckStatus>, after: Option<TruckStatus>) {
        if let Some(status) = before {
            let total = &mut self.plan.fleet.totals[status as usize];
            *total = total.saturating_sub(1);
        }
        if let Some(status) = after {
            self.plan.fleet.totals[status as usize] += 1;
        }
    }

    /// Reports whether a truck other than `except` has the plate with this key.
    fn is_plate_taken(&self, key: &str, except: Option<&TruckId>) -> bool {
        self.facts.plates.get(key).is_some_and(|holders| holders.iter().any(|holder| Some(holder) != except))
    }

    fn take_plate(&mut self, truck: &Truck) {
        if let Some(plate) = &truck.license_plate {
            self.facts.plates.entry(plate::key(plate)).or_default().push(truck.id.clone());
        }
    }

    fn release_plate(&mut self, truck: &Truck) {
        if let Some(plate) = &truck.license_plate
            && let Some(holders) = self.facts.plates.get_mut(&plate::key(plate))
        {
            holders.retain(|holder| *holder != truck.id);
        }
    }
}

#[cfg(test)]
mod tests;
