#![doc = include_str!("../README.md")]
//!
//! # Where to find what
//!
//! `parse` splits a text into documents, `builder` makes the nodes of one and bounds them, `scalar` decides what unquoted
//! text means, and `hint` says what to do about text that is no YAML. What a document has to contain is not decided
//! here. This crate does no I/O, reads no clock, and never panics on input.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod builder;
mod hint;
mod node;
mod parse;
mod scalar;
mod similar;
mod text;

pub use builder::{Broken, LIST_KEY, MAP_KEY, Room};
pub use node::{At, MapEntry, Node, Value, cut, shortened};
pub use parse::{Options, documents};
pub use similar::closest;
pub use text::{MAX_BYTES, decode, lines};
