//! Log lines and their sources.

mod fields;
mod level;
mod summary;

use serde::Serialize;

pub use self::{fields::fields, level::Level, summary::summary};
use super::{deployment::ServiceRef, time::Timestamp};

/// The source of a log tail.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LogSource {
    /// A log group by name.
    Group(String),
    /// The log group that an ECS service's task definition names.
    Service(ServiceRef),
}

/// One event of a log stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogLine {
    /// The event's id, assigned by the service. A repeated event has the same id.
    pub id: String,
    pub stream: String,
    pub at: Timestamp,
    /// When the service ingested the event. The difference to `at` is the delay.
    pub ingested: Option<Timestamp>,
    pub message: String,
    pub level: Level,
}

impl LogLine {
    /// Returns the memory that the line occupies, in bytes.
    pub fn size(&self) -> usize {
        size_of::<Self>() + self.id.capacity() + self.stream.capacity() + self.message.capacity()
    }
}

/// An event of a log tail, in the order in which the tail produces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TailEvent {
    /// The tail reads this group from now on.
    Opened { group: String },
    /// New lines, oldest first; no line is repeated.
    Lines(Vec<LogLine>),
    /// A complete query found nothing more: the lines shown are complete as of `at`.
    CaughtUp { at: Timestamp },
    /// The service throttled the tail. No line is lost; the next request is sent at `until`.
    Throttled { until: Timestamp },
}

/// How much of a message is read for its level and summary, in bytes. A screen has no room for more.
const MAX_READ: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_huge_line_only_the_start_is_read() {
        let padding = "x".repeat(1024 * 1024);
        let line = format!(r#"{{"level":"WARN","message":"slow","body":"{padding}"}}"#);
        assert_eq!(Level::of(&line), Level::Warn);
        assert!(summary(&line).len() <= MAX_READ && summary(&line).starts_with(r#"{"level""#));
        assert_eq!(Level::of(&format!("{padding} ERROR")), Level::Unknown);
    }
}
