//! The routes, one file per noun. Each handler carries its path and its OpenAPI entry.

mod adding;
pub(crate) mod docs;
pub(crate) mod events;
pub(crate) mod fleet;
pub(crate) mod listing;
pub(crate) mod operations;
mod refusals;
pub(crate) mod truck;
