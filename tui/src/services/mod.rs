//! The world: concrete clients that translate what others answer into our nouns.
//!
//! Nothing here knows a screen. There is no trait and no fake: a client takes an endpoint, and the sandbox, moto or the
//! real service stands behind it.

pub mod catalog;
