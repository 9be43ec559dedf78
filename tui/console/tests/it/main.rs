//! The screens, drawn into a buffer and compared with what a person has looked at.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod colours;
mod details;
mod entity;
mod forms;
mod job_log;
mod lists;
mod screens;
mod tail;
