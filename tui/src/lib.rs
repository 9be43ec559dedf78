//! A developer portal in the terminal.
//!
//! The map, from the inside out. A module uses those above it in this list, never those below:
//!
//! * [`domain`] and [`failure`]: the nouns, and what went wrong, why, and what to type next. They know nobody.
//! * [`catalog`]: reads descriptors into entities and problems. Pure.
//! * [`app`], [`screens`], [`widgets`]: the console as a state machine and its pictures. Pure: no clock, no I/O, no tasks.
//! * [`services`]: concrete clients that translate the outside world into our nouns.
//! * [`config`]: settings, decided once.
//! * [`runtime`]: the only impure part of the console: the loop, tasks, the terminal, the guard before every write.
//! * [`cli`]: the same services without a screen, and the way into the console.
#![warn(clippy::disallowed_methods)]

pub mod app;
pub mod cli;
pub mod config;
#[doc(hidden)]
pub mod parsers;
pub mod runtime;
pub mod sandbox;
pub mod screens;
pub mod widgets;
