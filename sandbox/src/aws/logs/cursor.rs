//! A position between two log lines, which every token of CloudWatch Logs encodes.

use crate::log::Line;
use crate::moment::Moment;

use super::super::AwsError;

/// A position and the direction in which to read from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) at: Moment,
    /// Ingestion time and id of the line that was returned last, if the position is next to a line.
    pub(super) last: Option<(Moment, String)>,
    pub(super) forwards: bool,
}

impl Cursor {
    /// Returns the position before the first line at this moment.
    pub(super) fn at(at: Moment, forwards: bool) -> Self {
        Self { at, last: None, forwards }
    }

    /// Returns the position after a line, in the direction of reading.
    pub(super) fn beside(line: &Line, forwards: bool) -> Self {
        Self { at: line.at, last: Some((line.ingested_at, line.id.clone())), forwards }
    }

    /// Returns the same position with the given direction.
    pub(super) fn facing(&self, forwards: bool) -> Self {
        Self { forwards, ..self.clone() }
    }

    /// Reports whether a line comes after this position, in the direction of reading.
    pub(super) fn leads_to(&self, line: &Line) -> bool {
        let Some((ingested_at, id)) = &self.last else {
            return if self.forwards { self.at <= line.at } else { line.at < self.at };
        };
        let (here, there) = ((self.at, *ingested_at, id), (line.at, line.ingested_at, &line.id));
        if self.forwards { here < there } else { there < here }
    }

    pub(super) fn write(&self) -> String {
        let direction = if self.forwards { 'f' } else { 'b' };
        let (ingested_at, id) = self.last.as_ref().map_or((0, ""), |(at, id)| (at.millis(), id.as_str()));
        format!("{direction}/{}/{ingested_at}/{id}", self.at.millis())
    }

    pub(super) fn read(token: &str) -> Result<Self, AwsError> {
        let parts = token.split('/').collect::<Vec<_>>();
        let cursor = match parts[..] {
            [direction @ ("f" | "b"), at, ingested_at, id] => {
                at.parse().ok().zip(ingested_at.parse().ok()).map(|(at, ingested_at)| Self {
                    at: Moment::from_millis(at),
                    last: (!id.is_empty()).then(|| (Moment::from_millis(ingested_at), id.to_owned())),
                    forwards: direction == "f",
                })
            }
            _ => None,
        };
        cursor.ok_or_else(|| AwsError::parameter("The specified nextToken is invalid."))
    }
}
