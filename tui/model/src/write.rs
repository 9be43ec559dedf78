//! All operations that change external state, as data.

use crate::{
    query::Query,
    truck::{NewTruck, Truck},
};

/// A change. The services check and record every change before it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// `key` is an idempotency key: the service creates one truck for it, however often the request is sent.
    CreateTruck { truck: NewTruck, key: String },
    /// Adds all trucks or none, with one request.
    CreateTrucks { trucks: Vec<NewTruck>, key: String },
}

impl Write {
    /// Returns a description of the operation: `adding a truck`.
    pub fn label(&self) -> &'static str {
        match self {
            Self::CreateTruck { .. } => "adding a truck",
            Self::CreateTrucks { .. } => "adding trucks",
        }
    }

    /// Returns the object of the operation.
    pub fn target(&self) -> String {
        match self {
            Self::CreateTruck { truck, .. } => format!("{} {}", truck.make, truck.model),
            Self::CreateTrucks { trucks, .. } => format!("{} trucks", trucks.len()),
        }
    }

    /// Reports whether the answer to a query may be another one after this write.
    pub fn affects(&self, query: &Query) -> bool {
        match self {
            Self::CreateTruck { .. } | Self::CreateTrucks { .. } => *query == Query::Trucks,
        }
    }

    /// Returns the idempotency key.
    pub fn key(&self) -> &str {
        match self {
            Self::CreateTruck { key, .. } | Self::CreateTrucks { key, .. } => key,
        }
    }
}

/// What a write gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Truck(Truck),
    Trucks(Vec<Truck>),
}
