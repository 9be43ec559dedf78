//! The console, tested as its users meet it, in one binary.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

#[cfg(feature = "sandbox")]
mod added;
mod answering;
mod aws;
mod bounds;
mod catalog_sources;
#[cfg(feature = "sandbox")]
mod command;
#[cfg(feature = "sandbox")]
mod console;
mod environment;
mod github;
#[cfg(feature = "sandbox")]
mod hang_up;
#[cfg(unix)]
mod hostile_catalogs;
mod moto;
#[cfg(feature = "sandbox")]
mod places;
#[cfg(feature = "sandbox")]
mod pty;
mod redirects;
mod screens;
mod secrets;
#[cfg(feature = "sandbox")]
mod stories;
#[cfg(feature = "sandbox")]
mod streams;
#[cfg(feature = "sandbox")]
mod terminal;
mod tokens;
mod trucks;
