//! What the console knows of remote data. Pure: no clock, no I/O, no task, no widget.
//!
//! * [`cache`]: decides when a query is due, merges the answers and keeps them through failures.
//! * [`remote`]: an answer as a screen reads it.
//! * [`log_feed`]: the lines of one tail, and how the tail is doing. [`job_log_feed`]: the same of the log of a job.
//! * [`flow`]: stories over several answers, such as following a run to its end.
//! * [`needs`]: what needs the user. [`error_groups`]: log lines that say the same.
//! * [`computation`]: work that can take longer than a frame.
//! * [`present`]: the columns, details and status words of each noun.
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod back_off;
pub mod cache;
mod cache_entry;
pub mod computation;
pub mod error_groups;
mod event_feed;
pub mod flow;
pub mod job_log_feed;
pub mod log_buffer;
pub mod log_feed;
pub mod needs;
pub mod present;
pub mod remote;
pub mod trigger;
pub mod why;
