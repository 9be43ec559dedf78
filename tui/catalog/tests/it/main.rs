//! The catalog's public API, tested with descriptors and against Backstage's own packages.

mod backstage;
mod catalog;
mod catalog_bytes;
mod hints;
