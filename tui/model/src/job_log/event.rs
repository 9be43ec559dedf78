//! How the log of a job arrives.

use std::sync::Arc;

use super::LogSegment;

/// The maximum size of a log, in bytes. Of a larger one, the beginning is read.
pub const MAX_LOG: usize = 256 * 1024 * 1024;

/// News of the log of a job, in the order in which they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobLogEvent {
    /// The next lines.
    Segment(Arc<LogSegment>),
    /// The job has ended, but its log is not stored yet. GitHub is asked again for some seconds.
    NotStored,
    /// Nothing more comes.
    Ended(LogEnd),
}

/// How a log ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogEnd {
    Complete,
    /// It is larger than [`MAX_LOG`]: the rest was not read.
    Cut,
    /// GitHub has deleted it, because it is too old.
    Expired,
}
