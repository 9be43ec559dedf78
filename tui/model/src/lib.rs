//! The nouns of Hello Truck's console: what an operator would name.
//!
//! Plain data and pure functions: no clock, no I/O, no SDK type, no widget. The services translate the outside world into
//! these; screens and the command line show them.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod address;
pub mod deployment;
pub mod document;
pub mod failure;
pub mod log;
pub mod run;
pub mod target;
pub mod text;
pub mod time;
pub mod truck;
pub mod write;
