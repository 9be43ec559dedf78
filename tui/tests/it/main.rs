//! The console, tested as its users meet it, in one binary.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

#[cfg(feature = "sandbox")]
mod added;
#[path = "../../services/tests/it/answering.rs"]
#[expect(dead_code, reason = "the tests of the services use all of it")]
mod answering;
#[cfg(feature = "sandbox")]
mod artifacts;
#[cfg(feature = "sandbox")]
mod asked;
#[cfg(feature = "sandbox")]
mod catalog_validate;
#[cfg(feature = "sandbox")]
mod command;
mod completions;
#[cfg(feature = "sandbox")]
mod console;
#[cfg(feature = "sandbox")]
mod doctor;
#[cfg(feature = "sandbox")]
mod edited;
#[cfg(feature = "sandbox")]
mod editor;
#[cfg(feature = "sandbox")]
mod handing_over;
#[cfg(feature = "sandbox")]
mod hang_up;
#[cfg(feature = "sandbox")]
mod live_tree;
#[cfg(feature = "sandbox")]
mod places;
#[cfg(feature = "sandbox")]
mod pty;
#[cfg(feature = "sandbox")]
mod pushed;
#[cfg(feature = "sandbox")]
mod queries;
#[cfg(feature = "sandbox")]
mod recovery;
mod secrets;
#[cfg(feature = "sandbox")]
mod sign_in;
#[cfg(feature = "sandbox")]
mod stories;
#[cfg(feature = "sandbox")]
mod streams;
#[cfg(feature = "sandbox")]
mod terminal;
mod tokens;
#[cfg(feature = "sandbox")]
mod truck_forms;
#[cfg(feature = "sandbox")]
mod watching;
