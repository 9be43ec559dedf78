//! The catalog as its readers use it, against descriptors and against Backstage's own packages.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod backstage;
mod catalog;
mod catalog_bytes;
