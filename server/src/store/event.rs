//! The log of events: what happened to each truck.

/// A change of one truck, as recorded in the event log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The number of the event within the fleet: from 1, without gaps.
    pub seq: u64,
    /// What happened.
    pub kind: EventKind,
    /// The truck after the event, or its last state if it was removed, as JSON.
    pub truck: String,
}

/// The kind of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// The truck was added.
    Created,
    /// The truck was changed.
    Changed,
    /// The truck was removed.
    Removed,
}

impl EventKind {
    /// Returns the name of the kind, as used on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}
