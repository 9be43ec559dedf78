//! What is wanted of a query, and the request that the cache makes of it.

use super::{
    pages::Cursor,
    query::{Answer, Query},
    time::Timestamp,
    truck::EventId,
};

/// A query that a screen or a flow needs. Of several wants of one query, the largest extent and the highest attention
/// count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    pub query: Query,
    pub extent: Extent,
    pub attention: Attention,
}

/// How much of an answer is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// The first page of a list, or the whole answer if it has no pages.
    #[default]
    Head,
    /// At least this many rows of a list.
    Rows(usize),
    /// The lines of a log from this time on.
    Since(Timestamp),
}

/// How much an answer matters to the user. More attention is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Attention {
    /// Nothing on the screen depends on it yet.
    Background,
    #[default]
    Visible,
    /// The user looks at it or asked for it.
    Focused,
}

/// One request for a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetch {
    pub query: Query,
    pub part: Part,
    /// Where a stream is taken up again; without it, the stream begins now.
    pub resume: Option<Resume>,
    /// The cached answer. The request reports whether it still holds.
    pub known: Option<Answer>,
    pub attention: Attention,
}

/// The part of an answer that a request reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// The current answer; of a list, its first page.
    Latest,
    /// The page of a list at this cursor.
    More(Cursor),
}

/// The position of a stream. Everything before it was received, or will never come; what comes again has a known id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resume {
    /// The time of the first lines of a log to read.
    Since(Timestamp),
    /// The last event that was received.
    After(EventId),
}

impl Want {
    /// Asks for this many rows of a list.
    #[must_use]
    pub fn rows(self, rows: usize) -> Self {
        Self { extent: Extent::Rows(rows), ..self }
    }

    /// Sets the attention.
    #[must_use]
    pub fn attention(self, attention: Attention) -> Self {
        Self { attention, ..self }
    }
}

impl From<Query> for Want {
    fn from(query: Query) -> Self {
        Self { query, extent: Extent::default(), attention: Attention::default() }
    }
}

impl Extent {
    /// Returns the extent that covers both.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        match (self, other) {
            (Self::Since(one), Self::Since(other)) => Self::Since(one.min(other)),
            (Self::Since(since), _) | (_, Self::Since(since)) => Self::Since(since),
            (one, other) => Self::Rows(one.least_rows().max(other.least_rows())).or_head(),
        }
    }

    /// Returns the number of rows that it needs at least.
    pub fn least_rows(self) -> usize {
        match self {
            Self::Rows(rows) => rows,
            Self::Head | Self::Since(_) => 0,
        }
    }

    fn or_head(self) -> Self {
        if self.least_rows() == 0 { Self::Head } else { self }
    }
}

impl Fetch {
    /// Asks for the current answer, without knowing an earlier one.
    pub fn latest(query: Query) -> Self {
        Self { query, part: Part::Latest, resume: None, known: None, attention: Attention::Focused }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_extent_counts() {
        let since = |second| Extent::Since(Timestamp::from_second(second).unwrap());
        assert_eq!(Extent::Head.max(Extent::Head), Extent::Head);
        assert_eq!(Extent::Head.max(Extent::Rows(9)), Extent::Rows(9));
        assert_eq!(Extent::Rows(9).max(Extent::Rows(10)), Extent::Rows(10));
        assert_eq!(since(5).max(since(3)), since(3), "the earlier time reads more");
        assert_eq!(Extent::Head.max(since(5)), since(5));
    }
}
