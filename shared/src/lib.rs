//! The truck model, and the wire format between the trucks service and its clients.
//!
//! This crate defines the types of requests and responses, their JSON form, and the rules of a truck's texts, which the
//! service and its clients check alike. It does not use them: no I/O, no clock, no texts for a screen.
#![warn(missing_docs)]

mod characters;
mod health;
mod id;
mod problem;
pub mod rules;
mod status;
mod truck;

pub use characters::{invisible_class, is_invisible};
pub use health::Health;
pub use id::TruckId;
pub use problem::{FieldError, Problem};
pub use status::{TruckStatus, UnknownStatus};
pub use truck::{CreatedTruck, NewTruck, Truck};
