//! The console as a state machine and its pictures. Pure: no clock, no I/O, no tasks.
//!
//! From the inside out; a module uses those above it:
//!
//! * [`action`], [`effect`]: what the user wants, and what the console asks the runtime for.
//! * [`keys`]: the one table of keys.
//! * [`cx`]: what a screen sees: the cache, the component in use, the time.
//! * [`widgets`]: what several screens draw.
//! * [`screens`]: one folder for each screen.
//! * [`app`]: `update` takes what happened and returns what to do, `view` draws the state.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod action;
pub mod app;
pub mod cx;
pub mod effect;
pub mod keys;
pub mod screens;
pub mod theme;
pub mod widgets;
