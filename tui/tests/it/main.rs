//! The console against the world, as one binary.

mod answering;
mod github;
mod moto;
mod trucks;
