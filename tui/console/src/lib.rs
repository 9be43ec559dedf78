//! The console as a state machine and its pictures. Pure: no clock, no I/O, no tasks.
//!
//! * [`app`]: `update` takes what happened and returns what to do, `view` draws the state.
//! * [`screens`]: one folder for each screen.
//! * [`widgets`]: what several screens draw.

pub mod app;
pub mod screens;
pub mod widgets;
