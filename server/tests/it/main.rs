//! The trucks service, as its callers and its operator see it.

mod api;
mod contract;
mod fleet;
mod process;
mod refusals;
mod seed;
mod store;
