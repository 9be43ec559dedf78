//! Queries for trucks, and their results.

use hello_shared::{Truck, TruckStatus};

use super::{Cursor, Order};

/// A query for trucks. The default returns the whole fleet, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Only trucks with this status.
    pub status: Option<TruckStatus>,
    /// Only trucks of this manufacturer, ignoring case.
    pub make: Option<String>,
    /// Only trucks with this text in make, model or number plate, ignoring case.
    pub search: Option<String>,
    /// The order of the trucks.
    pub order: Order,
    /// Only trucks after this cursor, which must belong to the same order.
    pub after: Option<Cursor>,
    /// The maximum number of trucks.
    pub limit: Option<u32>,
}

/// A page of results, from one consistent snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The trucks, in the requested order.
    pub trucks: Vec<Truck>,
    /// The cursor of the next page, if there is one.
    pub next: Option<Cursor>,
    /// The number of all trucks that match the query; `None` if there are too many to count.
    pub total: Option<u64>,
    /// The number of the last event that this page reflects.
    pub revision: u64,
    /// Identifies the history of the fleet. Differs between fleets, and changes after the restore of an older backup.
    pub epoch: String,
}
