//! Everything that changes something outside, as data.

use crate::truck::NewTruck;

/// A change. Each passes the gate of the services, which records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// `key` makes a repeated try safe: the service creates one truck for it, however often it is sent.
    CreateTruck { truck: NewTruck, key: String },
    /// All of the trucks or none, by one request.
    CreateTrucks { trucks: Vec<NewTruck>, key: String },
}

impl Write {
    /// Returns what it does: `adding a truck`.
    pub fn label(&self) -> &'static str {
        match self {
            Self::CreateTruck { .. } => "adding a truck",
            Self::CreateTrucks { .. } => "adding trucks",
        }
    }

    /// Returns what it is done to.
    pub fn target(&self) -> String {
        match self {
            Self::CreateTruck { truck, .. } => format!("{} {}", truck.make, truck.model),
            Self::CreateTrucks { trucks, .. } => format!("{} trucks", trucks.len()),
        }
    }

    /// Returns the idempotency key.
    pub fn key(&self) -> &str {
        match self {
            Self::CreateTruck { key, .. } | Self::CreateTrucks { key, .. } => key,
        }
    }
}
