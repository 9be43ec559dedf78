//! The truck model, and the wire format between the trucks service and its clients.
//!
//! This crate defines the types of requests and responses, and their JSON form. It does not use them: no I/O, no clock,
//! no rules of the service, no texts for a screen.
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
