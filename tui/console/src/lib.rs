//! The console as a state machine and its pictures. Pure: no clock, no I/O, no tasks.
//!
//! From the inside out; a module uses those above it:
//!
//! * [`theme`], [`keymap`], [`click`], [`cx`]: how things look, keys, clicks, and what a screen sees.
//! * [`line_input`]: a line of text that is typed or pasted.
//! * [`command`], [`commands`]: what a user can do, declared once.
//! * [`route`]: where the user is.
//! * [`local`]: what is done with the clipboard, the browser, the editor and the pager.
//! * [`msg`], [`effect`]: what happened, and what the console asks the runtime for.
//! * [`widgets`]: what several screens draw.
//! * [`screen`], [`screens`]: what a screen is, and one folder for each.
//! * [`registry`]: every command of every screen.
//! * [`app`]: `update` takes what happened and returns what to do, `view` draws the state.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod app;
pub mod click;
pub mod command;
pub mod command_id;
pub mod commands;
pub mod cx;
pub mod effect;
pub mod keymap;
pub mod line_input;
pub mod local;
pub mod msg;
pub mod registry;
pub mod route;
pub mod screen;
pub mod screens;
pub mod theme;
pub mod wheel;
pub mod widgets;
