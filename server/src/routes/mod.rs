//! The routes, one file per noun. Each handler carries its path and its OpenAPI entry.

pub(crate) mod health;
pub(crate) mod trucks;
