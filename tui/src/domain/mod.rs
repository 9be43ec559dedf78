//! The console's own nouns, the ones an operator would use.
//!
//! Everything here is plain data and pure functions: no clock, no I/O, no SDK type, no widget. Services translate the
//! outside world into these; screens and the command line show them.

pub mod address;
pub mod deployment;
pub mod document;

pub mod log;
pub mod run;
pub mod target;
pub mod text;
pub mod time;
pub mod truck;
