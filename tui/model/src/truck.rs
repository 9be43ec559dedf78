//! A truck as the console knows it: the wire's own model.

pub use hello_shared::{NewTruck, Truck, TruckId, TruckStatus};

/// What the trucks service says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fleet {
    /// The trucks, in the service's order: all of them, unless `unread` says why not.
    pub trucks: Vec<Truck>,
    /// Why there are more trucks than these; nothing when these are all.
    pub unread: Option<String>,
    /// The service's version, when it says one.
    pub service_version: Option<String>,
}
