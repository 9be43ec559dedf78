#![doc = include_str!("../README.md")]
//!
//! # Where to find what
//!
//! `read` reads a file as a whole; `triggers` and `events` read what is under `on`, `dispatch` the inputs of a form, and
//! `jobs`, `needs` and `steps` what is under `jobs`. `keys` compares the keys of a map with those that GitHub knows.
//! `values` checks and makes what is sent. This crate does no I/O, reads no clock, and never panics on input.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod dispatch;
mod events;
mod excerpt;
mod expressions;
mod identifiers;
mod jobs;
mod keys;
mod needs;
mod permissions;
mod problem;
mod read;
mod report;
mod settings;
mod steps;
mod syntax;
mod triggers;
mod values;
mod workflow;

pub use excerpt::Excerpt;
pub use problem::{Problem, Severity};
pub use values::{InputProblem, payload, validate};
pub use workflow::{Dispatch, Input, InputKind, JobSpec, Trigger, Workflow};

/// The size limit of a workflow file, in bytes. A larger file is reported as a problem.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The number of inputs that GitHub allows.
pub const MAX_INPUTS: usize = 25;

/// The number of characters that GitHub allows for the inputs of one dispatch.
pub const MAX_PAYLOAD: usize = 65_535;
