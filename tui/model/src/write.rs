//! All operations that change external state, as data.

use crate::{
    failure::{Failure, Kind},
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

/// How the user confirms a write before it is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Risk {
    /// Executed at once.
    Safe,
    /// The user says yes.
    Confirm,
    /// The user types [`Write::target`].
    TypeName,
}

/// The result of a write.
#[derive(Debug, Clone, PartialEq)]
pub enum WriteResult {
    Done(Outcome),
    /// Nothing was changed.
    Refused(Failure),
    /// The request was sent, and the response does not tell whether it took effect.
    Unknown(Failure),
}

/// What a successful write returns.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Truck(Truck),
    Trucks(Vec<Truck>),
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

    /// Returns the question that the user answers before a risky write: `Remove the truck Scania V8?`
    pub fn question(&self) -> String {
        match self {
            Self::CreateTruck { .. } => format!("Add the truck {}?", self.target()),
            Self::CreateTrucks { trucks, .. } => {
                let noun = if trucks.len() == 1 { "truck" } else { "trucks" };
                format!("Add {} {noun}?", trucks.len())
            }
        }
    }

    /// Returns how the user confirms the write on a screen. In production, nothing is executed without a question.
    pub fn risk(&self, is_production: bool) -> Risk {
        match self {
            Self::CreateTruck { .. } | Self::CreateTrucks { .. } if is_production => Risk::Confirm,
            Self::CreateTruck { .. } | Self::CreateTrucks { .. } => Risk::Safe,
        }
    }

    /// Reports whether the answer to a query may be another one after this write.
    pub fn affects(&self, query: &Query) -> bool {
        match self {
            Self::CreateTruck { .. } | Self::CreateTrucks { .. } => *query == Query::Trucks,
        }
    }

    /// Reports whether executing the write a second time has no further effect, so that it may be repeated after
    /// [`WriteResult::Unknown`].
    pub fn is_repeatable(&self) -> bool {
        match self {
            Self::CreateTruck { .. } | Self::CreateTrucks { .. } => true,
        }
    }

    /// Returns the idempotency key.
    pub fn key(&self) -> &str {
        match self {
            Self::CreateTruck { key, .. } | Self::CreateTrucks { key, .. } => key,
        }
    }
}

impl WriteResult {
    /// Creates the result of a write that failed after its request may have been sent.
    pub fn failed(failure: Failure) -> Self {
        match failure.kind {
            Kind::Offline | Kind::Unexpected => Self::Unknown(failure),
            _ => Self::Refused(failure),
        }
    }

    /// Returns the outcome, or the failure whether or not something was changed.
    pub fn outcome(self) -> Result<Outcome, Failure> {
        match self {
            Self::Done(outcome) => Ok(outcome),
            Self::Refused(failure) | Self::Unknown(failure) => Err(failure),
        }
    }
}
