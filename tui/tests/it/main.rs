//! The console, tested as its users meet it, in one binary.

mod answering;
mod aws;
mod backstage;
mod catalog;
mod catalog_bytes;
mod catalog_sources;
#[cfg(feature = "sandbox")]
mod console;
mod github;
mod moto;
#[cfg(feature = "sandbox")]
mod stories;
mod trucks;
