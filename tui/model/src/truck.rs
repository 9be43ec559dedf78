//! Trucks as the console knows them: the types of the wire format.

pub use hello_shared::{NewTruck, Truck, TruckId, TruckStatus};

use crate::pages::{Cursor, Paged, Pages, Row};

/// The data that the trucks service returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fleet {
    /// The trucks. A list that is read page by page is newest first; a whole one has the service's order.
    pub trucks: Pages<Truck>,
    /// Why a list that was to be read as a whole is incomplete.
    pub unread: Option<String>,
    /// The service's version, if it reports one.
    pub service_version: Option<String>,
}

impl Row for Truck {
    type Id = TruckId;

    fn identity(&self) -> &TruckId {
        &self.id
    }
}

impl Paged for Fleet {
    fn loaded(&self) -> usize {
        self.trucks.loaded()
    }

    fn next(&self) -> Option<&Cursor> {
        self.trucks.next()
    }

    fn refresh(&mut self, head: Self) {
        self.trucks.refresh(head.trucks);
        self.unread = head.unread;
        self.service_version = head.service_version;
    }

    fn append(&mut self, page: Self) {
        self.trucks.append(page.trucks);
        self.unread = page.unread.or(self.unread.take());
    }

    fn is_confirmed_by(&self, head: &Self) -> bool {
        self.trucks.is_confirmed_by(&head.trucks)
            && (&self.unread, &self.service_version) == (&head.unread, &head.service_version)
    }
}
