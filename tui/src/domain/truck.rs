//! A truck as the console knows it: the wire's own model.

pub use hello_shared::{NewTruck, Truck, TruckId, TruckStatus};

/// What the trucks service says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fleet {
    /// All trucks, in the service's order.
    pub trucks: Vec<Truck>,
    /// The service's version, when it says one.
    pub service_version: Option<String>,
}
