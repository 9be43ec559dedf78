//! The console, tested as its users meet it, in one binary.

mod answering;
mod aws;
mod backstage;
mod catalog;
mod catalog_bytes;
mod catalog_sources;
mod github;
mod moto;
mod trucks;
