//! A developer portal in the terminal: the program that combines the crates.
//!
//! * [`config`]: settings, resolved once.
//! * [`sandbox`]: GitHub, AWS and the trucks API inside the process.
//! * [`user_program`]: the editor, the pager and the browser of the user.
//! * [`runtime`]: the event loop, its tasks and the terminal.
//! * [`cli`]: the command line, which also starts the console.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod cli;
pub mod config;
#[doc(hidden)]
pub mod parsers;
pub mod runtime;
pub mod sandbox;
pub mod user_program;
