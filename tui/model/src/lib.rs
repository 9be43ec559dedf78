//! The domain model of Hello Truck's console: the things an operator works with.
//!
//! Plain data and pure functions: no clock, no I/O, no SDK types, no widgets. The service clients convert their
//! responses to these types; screens and the command line show them.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod address;
pub mod budget;
pub mod calls;
pub mod check;
pub mod deployment;
pub mod document;
pub mod event;
pub mod failure;
pub mod fetch;
pub mod filter;
pub mod job_log;
pub mod log;
pub mod pages;
pub mod polling;
pub mod query;
pub mod run;
pub mod target;
pub mod text;
pub mod time;
pub mod truck;
pub mod world;
pub mod write;
