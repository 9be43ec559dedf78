//! Trucks as the console knows them: the types of the wire format.

pub use hello_shared::{NewTruck, Truck, TruckId, TruckStatus};

/// The data that the trucks service returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fleet {
    /// The trucks in the service's order. These are all trucks unless `unread` is set.
    pub trucks: Vec<Truck>,
    /// Why the list is incomplete; `None` if it is complete.
    pub unread: Option<String>,
    /// The service's version, if it reports one.
    pub service_version: Option<String>,
}
