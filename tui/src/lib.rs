//! A developer portal in the terminal: the program around the crates that do its work.
//!
//! * [`config`]: settings, decided once.
//! * [`sandbox`]: GitHub, AWS and the trucks API inside the process.
//! * [`runtime`]: the loop, its tasks and the terminal.
//! * [`cli`]: the command line, and the way into the console.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod cli;
pub mod config;
#[doc(hidden)]
pub mod parsers;
pub mod runtime;
pub mod sandbox;
