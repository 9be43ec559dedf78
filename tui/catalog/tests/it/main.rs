//! The catalog as its readers use it, against descriptors and against Backstage's own packages.

mod backstage;
mod catalog;
mod catalog_bytes;
