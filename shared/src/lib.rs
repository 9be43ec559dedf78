//! The truck model and what goes over the wire between the trucks service and whoever calls it.
//!
//! Here belong the shapes of requests and answers, and how they are written as JSON. Here never belongs what is
//! done with them: no I/O, no clock, no rules of the service, no words for a screen.
#![warn(missing_docs)]

mod health;
mod id;
mod problem;
mod status;
mod truck;

pub use health::Health;
pub use id::TruckId;
pub use problem::{FieldError, Problem};
pub use status::{TruckStatus, UnknownStatus};
pub use truck::{CreatedTruck, NewTruck, Truck};
