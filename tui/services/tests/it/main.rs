//! The clients, against answers that the tests script, and against programs of third parties.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answering;
mod aws;
mod bounds;
mod catalog_sources;
mod environment;
mod github;
#[cfg(unix)]
mod hostile_catalogs;
mod moto;
mod redirects;
mod tokens;
mod trucks;
