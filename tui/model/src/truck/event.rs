//! Events of the trucks service, and how they change a list.

use std::{cmp::Reverse, collections::HashMap};

use super::{Fleet, Truck, TruckFilter, TruckId};

/// The id of an event, as the service sent it. A stream is taken up again after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventId(pub String);

/// News of the stream of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FleetEvent {
    /// The stream is open: what changes from now on is received.
    Opened,
    /// Changes in their order, and the id of the last one.
    Changes { changes: Vec<TruckChange>, last: Option<EventId> },
    /// Changes were missed. `last` is where the stream goes on.
    Reset { last: Option<EventId> },
    /// The service has no such stream.
    Unavailable,
}

/// What happened to a truck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruckChange {
    pub kind: ChangeKind,
    /// The truck after it, or as it last was.
    pub truck: Truck,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    Created,
    Changed,
    Removed,
}

impl Fleet {
    /// Takes changes into a list of the trucks that `filter` selects, newest first. Reports whether a row or the total
    /// is another one.
    ///
    /// Trucks that belong to pages that are not loaded are left to these. The total is exact as long as each truck that
    /// is removed was counted.
    pub fn apply(&mut self, changes: &[TruckChange], filter: &TruckFilter) -> bool {
        let mut latest: HashMap<&TruckId, (&TruckChange, bool)> = HashMap::new();
        for change in changes {
            let was_created = latest.get(&change.truck.id).is_some_and(|(_, created)| *created);
            let is_created = change.kind == ChangeKind::Created;
            latest.insert(&change.truck.id, (change, was_created || is_created));
        }
        let before = self.trucks.items.len();
        let mut has_changed = false;
        self.trucks.items.retain_mut(|row| {
            let Some((change, _)) = latest.remove(&row.id) else { return true };
            let is_outdated = change.kind != ChangeKind::Removed && change.truck.version <= row.version;
            if is_outdated {
                return true;
            }
            has_changed = true;
            if change.kind == ChangeKind::Removed || !filter.matches(&change.truck) {
                return false;
            }
            row.clone_from(&change.truck);
            true
        });
        let gone = before - self.trucks.items.len();
        let (new, total) = self.new_rows(latest.into_values(), filter);
        has_changed |= !new.is_empty() || total != 0;
        self.merge(new);
        self.trucks.total = self.trucks.total.map(|all| (all - gone.min(all)).saturating_add_signed(total));
        has_changed
    }

    /// Returns the rows to insert, and by how much the total grows, of changes of trucks that are not loaded.
    fn new_rows<'c>(
        &self,
        changes: impl Iterator<Item = (&'c TruckChange, bool)>,
        filter: &TruckFilter,
    ) -> (Vec<Truck>, isize) {
        let (mut new, mut total) = (Vec::new(), 0);
        let oldest = self.trucks.items.last().filter(|_| self.trucks.next.is_some());
        // Where nothing is left out, a truck that was there before and is not loaded belongs to another page.
        let is_of_page = |truck: &Truck, is_created: bool| {
            oldest.is_none_or(|oldest| {
                (is_created || !filter.is_everything())
                    && (truck.created_at, &truck.id) > (oldest.created_at, &oldest.id)
            })
        };
        for (change, is_created) in changes.filter(|(change, _)| filter.matches(&change.truck)) {
            match change.kind {
                ChangeKind::Removed if is_created => {}
                ChangeKind::Removed => total -= 1,
                ChangeKind::Created | ChangeKind::Changed => {
                    total += isize::from(is_created);
                    if is_of_page(&change.truck, is_created) {
                        new.push(change.truck.clone());
                    }
                }
            }
        }
        (new, total)
    }

    /// Inserts rows by their age: of two equally old ones, the new row is first.
    fn merge(&mut self, mut new: Vec<Truck>) {
        if new.is_empty() {
            return;
        }
        // Ids sort by age, also within one request that adds many.
        new.sort_by(|one, other| (other.created_at, &other.id).cmp(&(one.created_at, &one.id)));
        let rows = &mut self.trucks.items;
        let first = rows.partition_point(|row| row.created_at > new[0].created_at);
        let mut older = rows.split_off(first);
        rows.append(&mut new);
        rows.append(&mut older);
        // Rows that are not newer than all others are rare. The sort is linear where there are none.
        rows.sort_by_key(|row| Reverse(row.created_at));
    }
}

#[cfg(test)]
mod tests {
    use hello_shared::{NewTruck, TruckStatus};

    use super::*;
    use crate::pages::{Cursor, Pages};

    fn truck(age: u32) -> Truck {
        let at = jiff::Timestamp::from_second(1_800_000_000 - i64::from(age)).unwrap();
        NewTruck::new("Scania", "V8").into_truck(format!("age-{age}").as_str().into(), at)
    }

    /// Loads the trucks of these ages, of many.
    fn fleet(ages: &[u32]) -> Fleet {
        let items = ages.iter().map(|age| truck(*age)).collect();
        let next = Some(Cursor("next".to_owned()));
        Fleet { trucks: Pages { items, next, total: Some(1_000), left_out: 0 }, ..Fleet::default() }
    }

    fn change(kind: ChangeKind, truck: Truck) -> TruckChange {
        TruckChange { kind, truck }
    }

    fn created(age: u32) -> TruckChange {
        change(ChangeKind::Created, truck(age))
    }

    fn retired(age: u32) -> TruckChange {
        let truck = Truck { status: TruckStatus::Retired, version: 2, ..truck(age) };
        change(ChangeKind::Changed, truck)
    }

    fn shown(fleet: &Fleet) -> (Vec<&str>, Option<usize>) {
        (fleet.trucks.items.iter().map(|truck| truck.id.as_str()).collect(), fleet.trucks.total)
    }

    #[test]
    fn new_trucks_come_first_and_removed_ones_go() {
        let mut list = fleet(&[5, 6, 7]);
        let changes = [created(4), created(3), change(ChangeKind::Removed, truck(6))];
        assert!(list.apply(&changes, &TruckFilter::default()));
        assert_eq!(shown(&list), (vec!["age-3", "age-4", "age-5", "age-7"], Some(1_001)));
    }

    #[test]
    fn a_change_is_made_in_place_and_once() {
        let mut list = fleet(&[5, 6, 7]);
        assert!(list.apply(&[retired(6)], &TruckFilter::default()));
        assert_eq!(list.trucks.items[1], retired(6).truck);
        let (older, gone) = (created(6), retired(9_999));
        for again in [retired(6), older, gone] {
            assert!(!list.apply(std::slice::from_ref(&again), &TruckFilter::default()), "{again:?}");
        }
        assert_eq!(shown(&list), (vec!["age-5", "age-6", "age-7"], Some(1_000)));
    }

    #[test]
    fn a_truck_enters_and_leaves_a_filtered_list() {
        let filter = TruckFilter { status: Some(TruckStatus::Active), search: None };
        let mut list = fleet(&[5, 7]);
        let back = change(ChangeKind::Changed, Truck { version: 3, ..truck(6) });
        assert!(list.apply(&[retired(5), back, retired(4)], &filter));
        assert_eq!(shown(&list).0, ["age-6", "age-7"]);
    }

    #[test]
    fn a_truck_of_a_page_that_is_not_loaded_waits_for_it() {
        let mut list = fleet(&[5]);
        assert!(!list.apply(&[retired(9)], &TruckFilter::default()));
        list.trucks.next = None;
        assert!(list.apply(&[retired(9)], &TruckFilter::default()), "there is no other page");
        assert_eq!(shown(&list).0, ["age-5", "age-9"]);
    }

    #[test]
    fn a_truck_that_came_and_went_is_not_counted() {
        let mut list = fleet(&[5]);
        assert!(!list.apply(&[created(1), change(ChangeKind::Removed, truck(1))], &TruckFilter::default()));
        assert_eq!(shown(&list), (vec!["age-5"], Some(1_000)));
    }
}
