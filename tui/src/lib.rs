//! A developer portal in the terminal.
//!
//! The map, from the inside out; an arrow in the picture of `ARCHITECTURE.md` goes only downwards in this list:
//!
//! * [`domain`]: the nouns. Knows nobody.
//! * [`failure`]: what went wrong, why, and what to type next.
//! * [`catalog`]: pure. Reads descriptors into entities and problems.

pub mod catalog;
pub mod domain;
pub mod failure;
pub mod services;
